"""What is to happen when: a queue of actions, due by the sandbox's clock."""

import heapq
import itertools
from collections.abc import Callable
from datetime import datetime

Action = Callable[[datetime], None]


class Agenda:
    """Actions in the order of their due time; ``on_change`` is called when the next one is sooner than before."""

    def __init__(self) -> None:
        # (due, order, action): tuples, because the heap compares them in C; the order is unique, so it ends there.
        self._entries: list[tuple[datetime, int, Action]] = []
        self._order = itertools.count()
        self.on_change: Callable[[], None] = _do_nothing

    @property
    def next_due(self) -> datetime | None:
        """When the next action is due; None when nothing is planned."""
        return self._entries[0][0] if self._entries else None

    def at(self, due: datetime, action: Action) -> None:
        """Plan an action; it is told its due time, which is the time that it should write down."""
        is_sooner = not self._entries or due < self._entries[0][0]
        heapq.heappush(self._entries, (due, next(self._order), action))
        if is_sooner:
            self.on_change()

    def run_due(self, now: datetime) -> None:
        """Do everything that is due, what it plans anew included."""
        while self._entries and self._entries[0][0] <= now:
            due, _, action = heapq.heappop(self._entries)
            action(due)

    def clear(self) -> None:
        """Forget every plan."""
        self._entries.clear()


def _do_nothing() -> None:
    pass
