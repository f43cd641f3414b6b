"""A line a request on the sandbox's terminal, and no more of them than a person can read."""

import time
from collections.abc import Callable
from typing import Final

LINES_PER_SECOND: Final = 20


class RequestLines:
    """Says each request; of more than twenty in a second, how many they were."""

    def __init__(self, say: Callable[[str], None], *, now: Callable[[], float] = time.monotonic) -> None:
        self._say = say
        self._now = now
        self._second = 0.0
        self._said = 0
        self._left_out = 0

    def show(self, method: str, path: str, status: int, reason: str | None) -> None:
        """Say one request."""
        now = self._now()
        if now - self._second >= 1:
            if self._left_out:
                self._say(f"… and {self._left_out} more")
            self._second, self._said, self._left_out = now, 0, 0
        if self._said == LINES_PER_SECOND:
            self._left_out += 1
            return
        self._said += 1
        self._say(f"{status} {method} {path}" + (f": {reason}" if reason else ""))
