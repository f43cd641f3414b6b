"""Locks between processes: a file that the operating system frees when its holder dies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bothub_cli.errors import ConfigurationError, LockBusyError
from bothub_cli.files import PRIVATE_FILE, make_private_directory

if TYPE_CHECKING:
    from filelock import BaseFileLock


class ProcessLock:
    """A lock that is held or refused at once; the lock file stays, only the hold on it goes."""

    def __init__(self, path: Path, *, subject: str) -> None:
        self._path = path
        self._subject = subject
        self._lock: BaseFileLock | None = None

    def acquire(self) -> None:
        """Raises LockBusyError when another process holds it, ConfigurationError when the file cannot be made."""
        from filelock import FileLock, Timeout

        lock = FileLock(self._path, timeout=0, mode=PRIVATE_FILE)
        try:
            make_private_directory(self._path.parent)
            lock.acquire()
        except Timeout as exc:
            raise LockBusyError(subject=self._subject) from exc
        except OSError as exc:
            raise ConfigurationError(problem=exc.strerror or str(exc), where=str(self._path)) from exc
        self._lock = lock

    def release(self) -> None:
        if self._lock is not None:
            self._lock.release()
            self._lock = None


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Wait for a lock that others hold only for moments. Raises OSError when the file cannot be made."""
    from filelock import FileLock

    make_private_directory(path.parent)
    with FileLock(path, mode=PRIVATE_FILE):
        yield
