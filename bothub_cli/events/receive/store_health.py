"""Knows whether events can be stored at this moment, and says when that begins and when it is over."""

import time
from collections.abc import Callable
from typing import Final

PROBE_EVERY: Final = 5.0  # seconds between attempts to write while it cannot be, and between those of a health check

OnHealth = Callable[[str | None], None]  # what is wrong; None when events are stored again


class StoreHealth:
    """Used in one thread; ``on_change`` hears of the first trouble and of the end of it."""

    def __init__(self, *, on_change: OnHealth, now: Callable[[], float] = time.monotonic) -> None:
        self.problem: str | None = None
        self._on_change = on_change
        self._now = now
        self._looked_at = -PROBE_EVERY

    @property
    def is_due(self) -> bool:
        """Whether it is time to try again, for whoever asks."""
        return self._now() - self._looked_at >= PROBE_EVERY

    def note(self, problem: str | None) -> None:
        """Take note of how an attempt to write has ended."""
        before, self.problem = self.problem, problem
        self._looked_at = self._now()
        if (before is None) != (problem is None):
            self._on_change(problem)
