"""What changed, in order, for whoever waits or watches: the JSON API and the page."""

import asyncio
from collections import deque
from typing import NamedTuple

REMEMBERED = 10_000  # changes


class Change(NamedTuple):
    """Something happened to the thing of that kind and name; a tuple, for each message makes four."""

    sequence: int
    kind: str
    name: str


class Feed:
    """The latest changes, and a way to sleep until the next one."""

    def __init__(self) -> None:
        self._changes: deque[Change] = deque(maxlen=REMEMBERED)
        self._sequence = 0
        self._sleepers: set[asyncio.Future[None]] = set()

    @property
    def sequence(self) -> int:
        """The number of the latest change."""
        return self._sequence

    def publish(self, kind: str, name: str) -> None:
        """Note a change and wake everyone."""
        self._sequence += 1
        self._changes.append(Change(self._sequence, kind, name))
        if self._sleepers:
            self.wake()

    def since(self, sequence: int) -> list[Change] | None:
        """Return the changes after that one; None when some of them are forgotten already."""
        missing = self._sequence - sequence
        if missing > len(self._changes):
            return None
        return list(self._changes)[len(self._changes) - missing :] if missing > 0 else []

    def wake(self) -> None:
        """Let every sleeper look again."""
        for sleeper in self._sleepers:
            if not sleeper.done():
                sleeper.set_result(None)
        self._sleepers.clear()

    async def sleep(self) -> None:
        """Return at the next change, or when woken."""
        sleeper = asyncio.get_running_loop().create_future()
        self._sleepers.add(sleeper)
        try:
            await sleeper
        finally:
            self._sleepers.discard(sleeper)
