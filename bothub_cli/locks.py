"""A lock between processes: a file that is locked, and never deleted, since its deletion would make two of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bothub_cli.errors import LockBusyError
from bothub_cli.files import PRIVATE_FILE, make_private_directory

POLL_SECONDS = 0.02


@contextmanager
def hold_lock(path: Path, *, wait: float, subject: str) -> Iterator[None]:
    """Hold the lock while the block runs; the system frees it when the process dies, however it dies.

    Waits up to ``wait`` seconds. Raises LockBusyError with ``subject`` when another process still has it,
    OSError when this place cannot hold locks.
    """
    from filelock import FileLock, Timeout  # 20 ms that only whoever writes pays

    make_private_directory(path.parent)
    lock = FileLock(path, timeout=wait, mode=PRIVATE_FILE, poll_interval=POLL_SECONDS)
    try:
        lock.acquire()
    except Timeout as exc:
        raise LockBusyError(subject=subject) from exc
    except NotImplementedError as exc:  # filelock's word for a file system without locks
        raise OSError("this file system has no locks") from exc
    try:
        yield
    finally:
        lock.release()
