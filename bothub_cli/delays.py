"""How long to wait before something is tried, or asked, again: longer each time, and not when everybody else does."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import TypeVar

from bothub_cli.clock import Clock
from bothub_cli.record import record

T = TypeVar("T")

SLOWER = 1.5  # each pause of who asks again and again is so much longer than the one before
PAUSE_MAX = 30.0  # seconds
_DOUBLINGS_MAX = 60  # beyond it every delay is at its longest, and the power would leave the range of floats


@record
class GrowingDelay:
    """Seconds that grow by ``factor`` with each attempt, up to ``longest``.

    ``least`` and ``most`` are the shares of it that the two ends of chance (0 and 1) leave.
    """

    first: float
    longest: float
    factor: float = 2.0
    least: float = 1.0
    most: float = 1.0

    def after(self, attempt: int, *, chance: float = 1.0) -> float:
        """Return the seconds to wait after that many attempts that failed, from 1; ``chance`` is between 0 and 1."""
        steps = min(max(attempt, 1) - 1, _DOUBLINGS_MAX)
        grown = min(self.longest, self.first * self.factor**steps)
        return grown * (self.least + (self.most - self.least) * chance)


def ask_until(
    ask: Callable[[], T],
    is_final: Callable[[T], bool],
    *,
    clock: Clock,
    pause: float,
    longest: float = PAUSE_MAX,
    max_wait: float,
) -> Iterator[T]:
    """Yield each answer, the final one last, unless time is up before; ``pause`` grows up to ``longest`` seconds."""
    waits = pauses(clock, first=pause, longest=longest, deadline=clock.monotonic() + max_wait)
    while True:
        answer = ask()
        yield answer
        if is_final(answer) or (wait := next(waits, None)) is None:
            return
        clock.sleep(wait)


def pauses(clock: Clock, *, first: float, longest: float = PAUSE_MAX, deadline: float) -> Iterator[float]:
    """Yield how many seconds to wait before one asks again, longer each time, until ``deadline`` (monotonic)."""
    growing = GrowingDelay(first=first, longest=max(longest, first), factor=SLOWER)
    for attempt in count(1):
        if (left := deadline - clock.monotonic()) <= 0:
            return
        yield min(growing.after(attempt), left)
