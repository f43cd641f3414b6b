"""A log file for a service: one line for whatever is said, and opened again when it was moved away."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import IO, Self

from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import ConfigurationError
from bothub_cli.files import PRIVATE_FILE, say_unwritable


class LogFile:
    """A context manager; ``write`` may be called from any thread. A full disk costs lines of the log, nothing else."""

    def __init__(self, path: Path, *, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        self._lock = Lock()
        self._stream: IO[bytes] | None = None
        self._is_moved = False

    def write(self, kind: str, text: str) -> None:
        """Append a line, with the time and the kind of what is said."""
        line = f"{to_rfc3339(self._now())} {kind.upper():<7} {' '.join(text.splitlines())}\n"
        with self._lock, suppress(OSError):
            if self._is_moved:
                self._is_moved = False
                self._open_again()
            if self._stream is not None:
                self._stream.write(line.encode("utf-8", "backslashreplace"))

    def reopen_soon(self) -> None:
        """Open the file again before the next line; may be called by a signal's handler."""
        self._is_moved = True

    def _open_again(self) -> None:
        stream = self._open()  # the old one stays when the new one cannot be opened
        if self._stream is not None:
            self._stream.close()
        self._stream = stream

    def _open(self) -> IO[bytes]:
        self._path.touch(mode=PRIVATE_FILE)
        return self._path.open("ab", buffering=0)

    def __enter__(self) -> Self:
        """Open the file. Raises ConfigurationError when it cannot be written."""
        try:
            self._stream = self._open()
        except OSError as problem:
            raise ConfigurationError(
                problem=f"the log: {say_unwritable(problem)}", where=str(self._path), fix="--log-file FILE"
            ) from problem
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._lock:
            if self._stream is not None:
                self._stream.close()
            self._stream = None
