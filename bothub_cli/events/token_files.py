"""Tokens that lie in files, and are read again when a file changes: a rotation needs no restart."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from bothub_cli.errors import BothubError
from bothub_cli.redaction import Secret

LOOK_EVERY: Final = 1.0  # seconds

OnTokens = Callable[[str | None], None]  # what kept them from being read; None: they were read again


class TokenFiles:
    """Called, it returns the tokens of this moment; ``read`` reads all of them, from files and elsewhere.

    While a changed file cannot be read the tokens of before count, which ``on_change`` is told.
    """

    def __init__(
        self,
        read: Callable[[], tuple[Secret, ...]],
        paths: Sequence[Path],
        *,
        on_change: OnTokens,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read = read
        self._paths = paths
        self._on_change = on_change
        self._now = now
        self._tokens = read()
        self._state = self._look()
        self._looked_at = now()

    def __call__(self) -> tuple[Secret, ...]:
        """Return the tokens, read again when a file is another one than before; it looks once a second."""
        moment = self._now()
        if self._paths and moment - self._looked_at >= LOOK_EVERY:
            self._looked_at = moment
            state = self._look()
            if state != self._state:
                self._state = state
                self._read_again()
        return self._tokens

    def first(self) -> Secret | None:
        """Return the first of them; None when there is none."""
        return next(iter(self()), None)

    def _read_again(self) -> None:
        try:
            self._tokens = self._read()
        except BothubError as problem:
            self._on_change(problem.message)
        else:
            self._on_change(None)

    def _look(self) -> tuple[tuple[int, int, int] | None, ...]:
        return tuple(_look_at(path) for path in self._paths)


def _look_at(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()  # of what a link leads to: Kubernetes changes the link
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size)
