"""The sandbox's own time: the machine's, moved forward at will, so that tokens expire without waiting."""

import time
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Real time plus what was advanced; it never runs backwards."""

    def __init__(self) -> None:
        self._advanced = timedelta()

    def now(self) -> datetime:
        """Return the sandbox's current instant, aware, in UTC."""
        return datetime.now(UTC) + self._advanced

    def monotonic(self) -> float:
        """Return seconds that only grow, advanced time included."""
        return time.monotonic() + self._advanced.total_seconds()

    @property
    def advanced(self) -> timedelta:
        """How far it is ahead of real time."""
        return self._advanced

    def advance(self, duration: timedelta) -> None:
        """Move time forward; ValueError for a step back."""
        if duration < timedelta():
            raise ValueError("sandbox time only moves forward")
        self._advanced += duration
