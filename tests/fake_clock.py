"""The clock of tests."""

from collections.abc import Callable
from datetime import datetime, timedelta


class FakeClock:
    """A clock that moves only when somebody sleeps, or moves it; ``on_sleep`` lets things happen meanwhile."""

    def __init__(self, start: datetime) -> None:
        self.start = self.instant = start
        self.slept: list[float] = []
        self.on_sleep: Callable[[], object] = lambda: None

    def now(self) -> datetime:
        return self.instant

    def monotonic(self) -> float:
        return (self.instant - self.start).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds=seconds)
        self.on_sleep()

    def advance(self, *, seconds: float) -> None:
        self.instant += timedelta(seconds=seconds)
