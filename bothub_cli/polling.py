"""Asks again and again until an answer is final, or until the time is up."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import TypeVar

from bothub_cli.clock import Clock
from bothub_cli.delays import GrowingDelay

SLOWER = 1.5  # each pause is so much longer than the one before
PAUSE_MAX = 30.0  # seconds

T = TypeVar("T")


def ask_until(
    ask: Callable[[], T], is_final: Callable[[T], bool], *, clock: Clock, pause: float, max_wait: float
) -> Iterator[T]:
    """Yield each answer, the final one last, unless time is up before; ``pause`` (which grows) in seconds."""
    waits = pauses(clock, first=pause, deadline=clock.monotonic() + max_wait)
    while True:
        answer = ask()
        yield answer
        if is_final(answer) or (wait := next(waits, None)) is None:
            return
        clock.sleep(wait)


def pauses(clock: Clock, *, first: float, deadline: float) -> Iterator[float]:
    """Yield how many seconds to wait before one asks again, longer each time, until ``deadline`` (monotonic)."""
    growing = GrowingDelay(first=first, longest=max(PAUSE_MAX, first), factor=SLOWER)
    for attempt in count(1):
        if (left := deadline - clock.monotonic()) <= 0:
            return
        yield min(growing.after(attempt), left)
