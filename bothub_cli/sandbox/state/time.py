"""The sandbox's own time: the machine's, moved forward at will, so that tokens expire without waiting."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
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


DueAction = Callable[[datetime], None]


class Agenda:
    """Actions in the order of their due time; ``on_change`` is called when the next one is sooner than before."""

    def __init__(self) -> None:
        # (due, order, action): tuples, because the heap compares them in C; the order is unique, so it ends there.
        self._entries: list[tuple[datetime, int, DueAction]] = []
        self._order = itertools.count()
        self.on_change: Callable[[], None] = _do_nothing

    @property
    def next_due(self) -> datetime | None:
        """When the next action is due; None when nothing is planned."""
        return self._entries[0][0] if self._entries else None

    def at(self, due: datetime, action: DueAction) -> None:
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


WAKE_UP_GAP = 0.005  # seconds from one wake-up to the next: under load it does what came due meanwhile all at once


class Ticker:
    """Sleeps until the next action is due, in the event loop that it was made in."""

    def __init__(self, agenda: Agenda, clock: SandboxClock) -> None:
        self._agenda = agenda
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._earliest = 0.0  # when it may wake again, by the loop's time
        agenda.on_change = self.wind_up

    def wind_up(self) -> None:
        """Plan the next wake-up; to be called when the clock was advanced."""
        self._cancel_timer()
        due = self._agenda.next_due
        if due is not None:
            pause = max((due - self._clock.now()).total_seconds(), 0)
            self._timer = self._loop.call_at(max(self._loop.time() + pause, self._earliest), self._wake)

    def stop(self) -> None:
        """Carry out nothing more."""
        self._cancel_timer()

    def _wake(self) -> None:
        self._agenda.run_due(self._clock.now())
        self._earliest = self._loop.time() + WAKE_UP_GAP
        self.wind_up()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
