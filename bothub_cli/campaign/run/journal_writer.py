"""Writes claims and outcomes to the journal in groups; another thread syncs them while answers go on coming in."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import suppress
from dataclasses import dataclass

from bothub_cli.campaign.journal.interface import Claims, Outcome
from bothub_cli.campaign.rows.prepared_row import PreparedRow
from bothub_cli.errors import BothubError

_STEPS_REMEMBERED = 8  # by the mean duration of a step
_GROUPS = 4  # groups in which as many claims are written as may be open at once
MOMENT_LEAST, MOMENT_MOST = 0.002, 0.02  # seconds that a small group waits for more
_FIRST_LOOK, _LOOKS = 0.001, 8  # seconds, or a share of a step, after which is looked whether it is on the disk


@dataclass(frozen=True, slots=True)
class _Step:
    """Outcomes, and rows to be claimed, on their way to the disk: what gets a ticket may leave once it is there."""

    tickets: Future[list[int | None]]
    outcomes: list[Outcome]
    rows: Sequence[PreparedRow]

    def claims(self) -> list[tuple[int, PreparedRow]]:
        """Wait for the disk, and return the rows that are claimed there. Raises BothubError."""
        tickets = self.tickets.result()
        return [(ticket, row) for ticket, row in zip(tickets, self.rows, strict=True) if ticket is not None]


class JournalExchange:
    """One step at a time is on its way to the disk; what comes in meanwhile waits for the next.

    ``claimed`` holds what is on the disk as claimed and may leave: each row with its ticket. ``skipped`` counts the
    rows that the journal did not give. ``gathers``: a group waits for more as long as it may, also where many more
    could be claimed, since the rate hands out few at once and a step is dear. A crash then leaves what goes out in
    that time in doubt too: a fiftieth of the rate.
    """

    def __init__(self, journal: Claims, *, gathers: bool = False) -> None:
        self._journal = journal
        self._gathers = gathers
        self._committer = ThreadPoolExecutor(1, thread_name_prefix="bothub-journal")
        self._step: _Step | None = None
        self._outcomes: list[Outcome] = []
        self._last_begin = 0.0
        self.skipped = 0
        self.duration = 0.0  # seconds that a step takes to reach the disk, of late
        self.claimed: deque[tuple[int, PreparedRow]] = deque()

    @property
    def is_syncing(self) -> bool:
        return self._step is not None

    @property
    def has_outcomes(self) -> bool:
        """Tell whether outcomes wait for the next step."""
        return bool(self._outcomes)

    @property
    def is_settled(self) -> bool:
        """Tell whether the journal knows everything, and nothing is claimed that has not left."""
        return not (self.claimed or self._outcomes or self._step)

    def check(self) -> None:
        """Raise JournalLostError when the next run would not find what is written."""
        self._journal.check()

    def note(self, outcome: Outcome) -> None:
        self._outcomes.append(outcome)

    def is_due(self, now: float, *, room: int, claims: int, latency: float, is_idle: bool) -> bool:
        """Tell whether to begin a step: for a fourth of the ``claims`` that may be open, or what came in a moment."""
        if not room and not self._outcomes:
            return False
        has_much = room * _GROUPS >= claims and not self._gathers
        return has_much or is_idle or self.find_moment(now, latency=latency) <= 0

    def find_moment(self, now: float, *, latency: float) -> float:
        """Return the seconds that a small group still waits for more; none or fewer when it has waited enough."""
        moment = MOMENT_MOST if self._gathers else min(MOMENT_MOST, max(MOMENT_LEAST, latency / 16))
        return self._last_begin + moment - now

    @property
    def delay(self) -> float:
        """Return the seconds from when a row may be claimed until it is, of late."""
        return self.duration + (MOMENT_MOST / 2 if self._gathers else 0.0)

    @property
    def look_after(self) -> float:
        """Return the seconds after which to look whether the step that is on its way is on the disk."""
        return max(_FIRST_LOOK, self.duration / _LOOKS)

    def begin(self, now: float, rows: Sequence[PreparedRow]) -> None:
        """Write the outcomes and claim these rows. Raises BothubError."""
        self._last_begin = now
        if rows or self._outcomes:
            make_durable = self._journal.stage(self._outcomes, [row.key for row in rows])
            self._step = _Step(self._committer.submit(self._measure, make_durable), self._outcomes, rows)
            self._outcomes = []

    def _measure(self, make_durable: Callable[[], list[int | None]]) -> list[int | None]:
        began = time.monotonic()
        tickets = make_durable()
        self.duration += (time.monotonic() - began - self.duration) / _STEPS_REMEMBERED
        return tickets

    def wait(self, seconds: float) -> None:
        """Wait for the step that is on its way, for so long at most."""
        if self._step is not None:
            wait_for([self._step.tickets], timeout=seconds)

    def finish(self, *, wait: bool) -> Sequence[tuple[int, PreparedRow]]:
        """Once a step is on the disk, return its claims, which are then ``claimed``. Raises BothubError."""
        step = self._step
        if step is None or not (wait or step.tickets.done()):
            return ()
        claims = step.claims()
        self._step = None
        self.claimed += claims
        self.skipped += len(step.rows) - len(claims)
        return claims

    def take_out(self, is_wanted: Callable[[PreparedRow], bool]) -> list[tuple[int, PreparedRow]]:
        """Take those that are wanted out of ``claimed``."""
        taken = [claim for claim in self.claimed if is_wanted(claim[1])]
        self.claimed = deque(claim for claim in self.claimed if not is_wanted(claim[1]))
        return taken

    def take_back(self) -> None:
        """After a failure: find out whether the step reached the disk; if not, its outcomes wait again."""
        step, self._step = self._step, None
        if step is None:
            return
        try:
            self.claimed += step.claims()
        except BothubError:
            self._outcomes[:0] = step.outcomes

    def save_outcomes(self) -> None:
        """After a failure: try once more to write what is known; what cannot be written is unknown."""
        with suppress(BothubError):
            self._journal.stage(self._outcomes, [])()

    def close(self) -> None:
        self._committer.shutdown()
