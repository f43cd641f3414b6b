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
    ask: Callable[[], T], is_final: Callable[[T], bool], *, clock: Clock, pause: float, patience: float
) -> Iterator[T]:
    """Yield each answer, the final one last, unless time is up before; ``pause`` (which grows) in seconds."""
    deadline = clock.monotonic() + patience
    pauses = GrowingDelay(first=pause, longest=max(PAUSE_MAX, pause), factor=SLOWER)
    for attempt in count(1):
        answer = ask()
        yield answer
        left = deadline - clock.monotonic()
        if is_final(answer) or left <= 0:
            return
        clock.sleep(min(pauses.after(attempt), left))
