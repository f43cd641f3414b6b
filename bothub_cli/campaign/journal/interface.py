"""The memory of a campaign, as a seam: which rows it has, which were claimed for sending, how each one ended.

A ``Ledger`` keeps campaigns, a ``JournalPlace`` is where one of them is, a ``Journal`` is that one, opened. Which
ledger a command uses is decided in ``context``; the one that several machines share is in ``campaign/ledger``.

The rule behind it: a row is claimed durably before its request leaves, and its outcome is written after. So a row
that is claimed without an outcome, when nobody works on it any more, may have been sent: it is unknown.
"""

import hashlib
import json
import math
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Literal, NamedTuple, Protocol, Self

from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import ConfigurationError, InputRefusedError


class RowState(IntEnum):
    """Where a row stands; the numbers are stored, so they never change."""

    PLANNED = 0
    """nobody has touched it"""
    CLAIMED = 1
    """its request is about to leave, or in flight"""
    ACCEPTED = 2
    """the API took it"""
    REFUSED = 3
    """the API said no, for good"""
    FAILED = 4
    """surely not accepted, and given up for now: ``campaign retry`` sends it again"""
    UNKNOWN = 5
    """its request may have arrived: never sent again unless told to"""
    RETURNED = 6
    """surely not accepted, waiting for its next try"""
    SUPPRESSED = 7
    """not sent: when its turn came, its number was on the suppression list"""
    GONE = 8
    """not sent: the list does not name it any more"""


OPEN_STATES = frozenset({RowState.PLANNED, RowState.RETURNED})
"""What a run still has to send."""


# What is made once for each message is a NamedTuple: a frozen dataclass takes three times as long to make.
class PlannedRow(NamedTuple):
    """One recipient: the key of its content, and the line where it stands for people who look for it.

    Its number and its message are for a ledger from which other machines send.
    """

    key: int
    line: int
    number: str = ""
    body: bytes = b""


class Outcome(NamedTuple):
    """How one attempt ended; times in milliseconds, ``at`` since the epoch.

    ``ticket`` is the number under which this process claimed the row, never the row's own: a process may hold two
    attempts of one row when several share a ledger. In a ``SettledRow`` it is 0.
    """

    ticket: int
    state: RowState
    at: int
    elapsed: int
    http_status: int | None = None
    cause: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class SettledRow:
    """A row with its last outcome, for lists and reports; ``line`` 0 when the list does not name it any more."""

    line: int
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignRecord:
    """What a journal knows about its campaign; ``fingerprints`` name what must not change between two runs.

    ``settings`` are the options of the first run, in the user's words, which a later one need not repeat.
    """

    campaign_id: str
    created_at: datetime
    profile: str
    template_path: str
    recipients_path: str
    fingerprints: Mapping[str, str]
    settings: Mapping[str, str] = field(default_factory=dict)

    def to_notes(self) -> dict[str, str]:
        """Return the record as names and values, as every ledger stores it."""
        return {
            "campaign_id": self.campaign_id,
            "created_at": to_rfc3339(self.created_at),
            "profile": self.profile,
            "template_path": self.template_path,
            "recipients_path": self.recipients_path,
            "fingerprints": json.dumps(dict(self.fingerprints)),
            "settings": json.dumps(dict(self.settings)),
        }

    @classmethod
    def from_notes(cls, notes: Mapping[str, str]) -> Self:
        """Return the record that was stored."""
        return cls(
            campaign_id=notes["campaign_id"],
            created_at=datetime.fromisoformat(notes["created_at"]),
            profile=notes["profile"],
            template_path=notes["template_path"],
            recipients_path=notes["recipients_path"],
            fingerprints=json.loads(notes["fingerprints"]),
            settings=json.loads(notes["settings"]),
        )

    def check_against(self, known: Self, *, force: bool) -> bool:
        """Tell whether anything changed since the campaign began; raises InputRefusedError then without ``force``."""
        names = sorted({*known.fingerprints, *self.fingerprints})
        changed = [name for name in names if known.fingerprints.get(name) != self.fingerprints.get(name)]
        if changed and not force:
            raise InputRefusedError(
                problem=f"the {' and the '.join(changed)} changed since this campaign began",
                where=f"campaign {self.campaign_id}",
                fix="go on all the same: --force; or begin a new campaign: --name NAME",
            )
        return bool(changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineState:
    """A machine that takes or took part in a shared campaign; ``since`` in seconds since the epoch.

    ``rate`` in messages a second; ``silent``: seconds since it was heard of last.
    """

    machine: str
    host: str
    version: str
    since: float
    finished: int
    bad: int
    rate: float
    silent: float
    has_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMachines:
    """What other machines have done of the same campaign, and when the first of all began, monotonic, if one has."""

    finished: int = 0
    bad: int = 0
    began_at: float = math.inf


CampaignOrder = Literal["plan", "run", "stop", "limit"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOrders:
    """What all machines that share a campaign are to do, and why.

    ``coordinators``: how many of them hand rows over to another channel now. ``idle``: seconds since the last outcome.
    ``slowed_rate``: messages a second, to which the API brought the bot ``slowed_ago`` seconds ago.
    """

    order: CampaignOrder
    reason: str | None
    coordinators: int
    idle: float
    slowed_rate: float = math.inf
    slowed_ago: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSummary:
    """What planning added: rows that are new, rows in all, and repeated rows that were left out."""

    added: int
    total: int
    duplicates: int


class Handover(NamedTuple):
    """A row, by its number, that goes another way, such as an SMS: why, and whether that has surely been taken."""

    row: int
    line: int
    reason: str
    is_done: bool = False


class BilledUnits(NamedTuple):
    """How much of one billing class is in a list: units in all, and the most in one message."""

    units: int
    most: int


class SlowDowns(NamedTuple):
    """How often the API asked for less, how far that brought the rate, and the seconds in which nothing went.

    ``lowest_rate`` in messages a second, None when it held. Of all runs, and of all machines, together.
    """

    times: int = 0
    lowest_rate: float | None = None
    waited: float = 0.0

    def plus(self, more: "SlowDowns") -> "SlowDowns":
        """Return both together."""
        rates = [rate for rate in (self.lowest_rate, more.lowest_rate) if rate is not None]
        return SlowDowns(self.times + more.times, min(rates, default=None), self.waited + more.waited)


class Candidate(NamedTuple):
    """A row that may have to go another way: its key, its line, its number, and its last outcome."""

    key: int
    line: int
    row: int
    state: RowState
    at: int
    cause: str | None
    message_id: str | None


class JournalLostError(ConfigurationError):
    """The journal is no longer where the next run will look for it: nothing more may be sent by it."""


class Claims(Protocol):
    """What the sending needs of a journal: each row is claimed durably before it leaves, each outcome is written."""

    def stage(self, outcomes: Sequence[Outcome], wanted: Sequence[int]) -> Callable[[], list[int | None]]:
        """Take outcomes and claims; they count once the returned callable has returned: no request leaves before.

        Another thread may call it, once, while nothing else is asked of the journal. It returns for each wanted key a
        ticket, or None when the row is not to be sent: already sent, unknown, not planned, or in other hands. When it
        raises, what was staged may still count, over a network: no claim of it may leave, and its outcomes may be
        staged again, which changes nothing.
        """
        ...

    def check(self) -> None:
        """Raise JournalLostError when what is written no longer lands where the next run will look; costs little."""
        ...


class Journal(Claims, Protocol):
    """One campaign's rows. Whatever a method wrote is on the disk, or wherever it lives, when the method returns.

    Every method raises ConfigurationError when the store cannot be used (full, read-only, damaged).
    """

    @property
    def record(self) -> CampaignRecord:
        """What this campaign is, as it was noted when it began."""
        ...

    @property
    def salt(self) -> bytes:
        """Makes this campaign's row keys useless for finding a number in another one."""
        ...

    @property
    def planned_from(self) -> str | None:
        """The ``source`` of the last plan that was made to its end; None before the first."""
        ...

    def plan(self, rows: Iterable[PlannedRow], *, source: str = "") -> PlanSummary:
        """Add rows; one whose key is known already is not added again. Planning twice changes nothing.

        ``source`` names what the rows were made of, so that nobody need plan the same again.
        """
        ...

    def note_files(self, *, recipients: str, template: str) -> None:
        """Note where list and template are now, so that the next run need not be told."""
        ...

    def note_fingerprints(self, fingerprints: Mapping[str, str]) -> None:
        """Note what the campaign goes on with, although it began with something else."""
        ...

    def reopen(self, states: frozenset[RowState]) -> int:
        """Put rows with these outcomes back among those to send, but none that was handed over; return how many."""
        ...

    def machines(self) -> list[MachineState]:
        """Who takes part, or took part, in the order in which they came; nobody, when it is one machine's."""
        ...

    def orders(self) -> SharedOrders | None:
        """Return what all machines are to do; None, when it is one machine's."""
        ...

    def note_slow_downs(self, more: SlowDowns) -> None:
        """Add what a run heard of the pace."""
        ...

    def slow_downs(self) -> SlowDowns:
        """What all runs heard of the pace, so far as they came to their end."""
        ...

    def note_gone(self) -> int:
        """Note that what is still to be sent is no longer in the list, which was read to its end; return how many."""
        ...

    def counts(self) -> dict[RowState, int]:
        """How many rows stand in each state; a state without rows is 0."""
        ...

    def settled(self, states: frozenset[RowState]) -> Iterator[SettledRow]:
        """Rows in these states, by line, each with its last attempt; ``at`` is 0 when there was none."""
        ...

    def keys(self, states: frozenset[RowState]) -> "array[int]":
        """Keys of the rows in these states, ascending, all in memory, eight bytes each."""
        ...

    def lowest_key(self, place: int) -> int:
        """The key that stands at this place, counted from 1, when all are put in order; the highest beyond the end."""
        ...

    def duplicates(self) -> Iterator[tuple[int, int]]:
        """Lines that repeat another one, each with the line that came first."""
        ...

    def note_left_out(self, lines: "Mapping[str, array[int]]") -> None:
        """Note the lines of the list that were not planned, by kind of problem, instead of those noted before."""
        ...

    def note_billing(self, billing: Mapping[str, BilledUnits]) -> None:
        """Note what the whole list is billed as, by billing class, instead of what was noted before."""
        ...

    def billing(self) -> dict[str, BilledUnits] | None:
        """What the whole list is billed as; None when it was planned by a program that did not note it."""
        ...

    def left_out(self) -> Iterator[tuple[int, str]]:
        """Lines of the list that were not planned, by line, each with its kind of problem."""
        ...

    def candidates(
        self, states: frozenset[RowState], *, behind: int, since: int, until: int, most: int
    ) -> list[Candidate]:
        """The next rows behind a row's number, by number, that ended in these states and were not handed over.

        ``since`` (not included) and ``until`` are milliseconds since the epoch.
        """
        ...

    def hand_over(self, rows: Sequence[Handover]) -> list[Handover]:
        """Note, before it happens, that rows go another way; return those that had not been noted yet."""
        ...

    def finish_handover(self, row: int, *, taken: bool) -> None:
        """Note that a row has surely gone the other way, or that it has not, and may be handed over again."""
        ...

    def handovers(self) -> Iterator[Handover]:
        """Rows that were handed over, by line."""
        ...

    def find_handovers(self, keys: Sequence[int]) -> dict[int, Handover]:
        """Those of the rows with these keys that were handed over, by key."""
        ...

    def close(self) -> None:
        """Give the journal back; other processes may then work on it."""
        ...


class JournalPlace(Protocol):
    """Where the journal of one campaign is kept, whether it is there yet or not."""

    @property
    def name(self) -> str:
        """What the campaign is called."""
        ...

    @property
    def where(self) -> str:
        """The place as people find it: a path, or the address of a database, without a password."""
        ...

    @property
    def options(self) -> tuple[str, ...]:
        """How ``campaign run`` is told to go on with it: ``--resume NAME``, or ``--journal FILE``."""
        ...

    @property
    def worker_options(self) -> tuple[str, ...] | None:
        """How ``campaign worker`` is told to take part in it; None when it is one machine's."""
        ...

    def exists(self) -> bool:
        """Tell whether the campaign has begun."""
        ...

    def is_in_use(self) -> bool:
        """Tell whether a process works on this campaign now."""
        ...

    def open_for_sending(self, record: CampaignRecord, *, force: bool = False) -> Journal:
        """Open the journal, or begin one; rows that a dead process left claimed become unknown.

        Raises LockBusyError when another process works on it and only one may, InputRefusedError when a fingerprint
        has changed and ``force`` is not given, ConfigurationError when the place cannot be used.
        """
        ...

    def open_for_reading(self) -> Journal:
        """Open it to look at it, also while others send. Raises ConfigurationError, also when there is none."""
        ...

    def open_beside(self) -> Journal:
        """Open it a second time in the process that sends, for hand-overs in another thread."""
        ...

    def ask_to_stop(self) -> None:
        """Let whoever sends this campaign stop once the answers in flight are there."""
        ...

    def is_asked_to_stop(self) -> bool:
        """Tell whether somebody asked since it was opened for sending, where the journal itself does not say so."""
        ...

    def discard(self, journal: Journal) -> None:
        """Take away a journal that was begun, and from which nothing was sent; what somebody else planned stays."""
        ...

    def remove(self) -> None:
        """Take the campaign away with all that is known of it."""
        ...


class Ledger(Protocol):
    """Where campaigns are kept: a folder of this machine, or a database that several machines share."""

    @property
    def where(self) -> str:
        """The ledger as people find it."""
        ...

    def place(self, name: str) -> JournalPlace:
        """Return where the campaign of this name is, or will be. Raises UsageError for a bad name."""
        ...

    def places(self) -> Iterator[JournalPlace]:
        """Yield the campaigns that there are, by name."""
        ...

    def latest(self) -> JournalPlace | None:
        """Return the campaign that was worked on last; None when there is none."""
        ...


def row_key(content: str, *, salt: bytes) -> int:
    """Name a row by its content: 64 bits, so among a million rows two differ but share a key once in 37 million times.

    Salted (16 bytes at most), so that one campaign's journal does not tell whether a number is in another's.
    """
    digest = hashlib.blake2b(content.encode(), digest_size=8, salt=salt).digest()
    return int.from_bytes(digest, "big", signed=True)
