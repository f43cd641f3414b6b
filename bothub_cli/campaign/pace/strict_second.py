"""Keeps every second to the rate, as a strict server counts: not on the clock's seconds, but in any second at all.

The schedule alone does not: a slot that was used late is followed by the next one on time.
"""

import math
from collections import deque

SECOND = 1.006  # seconds: what is on its way may arrive a little closer together than it left
_FASTEST = 50_000.0  # a second: no client gets there


class StrictSecond:
    """Tells whether one more may go; times are monotonic seconds. ``burst`` more may go after a pause."""

    def __init__(self, *, rate: float, burst: int = 1) -> None:
        most = math.ceil(rate) + burst - 1 if rate <= _FASTEST else 0
        self._gone: deque[float] | None = deque(maxlen=most) if most else None

    def wait(self, now: float) -> float:
        """Return the seconds until one more may go; 0 when it may go now."""
        gone = self._gone
        if gone is None or len(gone) < (gone.maxlen or 0):
            return 0.0
        return max(0.0, gone[0] + SECOND - now)

    def note(self, now: float) -> None:
        """Hear that one goes."""
        if self._gone is not None:
            self._gone.append(now)
