"""Knows whether events can be stored at this moment, and when it is time to look again."""

import time
from collections.abc import Callable
from typing import Final

from bothub_cli.events.lasting_failure import LastingFailure, OnFailure

PROBE_EVERY: Final = 5.0  # seconds between attempts to write while it cannot be, and between those of a health check


class StoreHealth(LastingFailure):
    """What keeps events from being stored, and when that was last found out."""

    def __init__(self, *, on_change: OnFailure, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__(on_change)
        self._now = now
        self._looked_at = -PROBE_EVERY

    @property
    def is_due(self) -> bool:
        """Whether it is time to try again, for whoever asks."""
        return self._now() - self._looked_at >= PROBE_EVERY

    def note(self, problem: str | None) -> None:
        self._looked_at = self._now()
        super().note(problem)
