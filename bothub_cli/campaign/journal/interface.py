"""The memory of a campaign, as a seam: which rows it has, which were claimed for sending, how each one ended.

The rule behind it: a row is claimed durably before its request leaves, and its outcome is written after. So a row
that is claimed without an outcome, when nobody works on it any more, may have been sent: it is unknown.
"""

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple, Protocol


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


OPEN_STATES = frozenset({RowState.PLANNED, RowState.RETURNED})
"""What a run still has to send."""


# What is made once for each message is a NamedTuple: a frozen dataclass takes three times as long to make.
class PlannedRow(NamedTuple):
    """One recipient: the key of its content, and the line where it stands for people who look for it."""

    key: int
    line: int


class Outcome(NamedTuple):
    """How one attempt ended; times in milliseconds, ``at`` since the epoch."""

    ticket: int
    state: RowState
    at: int
    elapsed: int
    http_status: int | None = None
    cause: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class SettledRow:
    """A row with its last outcome, for lists and reports."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSummary:
    """What planning added: rows that are new, rows in all, and repeated rows that were left out."""

    added: int
    total: int
    duplicates: int


class Handover(NamedTuple):
    """A row that goes another way, such as an SMS: why, and whether that way has surely been taken."""

    ticket: int
    line: int
    reason: str
    is_done: bool = False


class Candidate(NamedTuple):
    """A row that may have to go another way: its key, and its last outcome."""

    key: int
    line: int
    ticket: int
    state: RowState
    at: int
    cause: str | None
    message_id: str | None


class Journal(Protocol):
    """One campaign's rows. Whatever a method wrote is on the disk, or wherever it lives, when the method returns.

    Every method raises ConfigurationError when the store cannot be used (full, read-only, damaged).
    """

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

    def stage(self, outcomes: Sequence[Outcome], wanted: Sequence[int]) -> list[int | None]:
        """Write outcomes and claims, which count only once ``commit`` has returned: no request leaves before.

        Returns for each wanted key a ticket, or None when the row is not to be sent: already sent, unknown, not
        planned, or in other hands.
        """
        ...

    def commit(self) -> None:
        """Make durable what was staged. Another thread may call it, while nothing else is asked of the journal.

        When it raises, nothing of what was staged counts.
        """
        ...

    def reopen(self, states: frozenset[RowState]) -> int:
        """Put rows with these outcomes back among those to send, but none that was handed over; return how many."""
        ...

    def counts(self) -> dict[RowState, int]:
        """How many rows stand in each state; a state without rows is 0."""
        ...

    def settled(self, states: frozenset[RowState]) -> Iterator[SettledRow]:
        """Rows whose last attempt ended in one of these states, by line."""
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

    def candidates(
        self, states: frozenset[RowState], *, behind: int, since: int, until: int, most: int
    ) -> list[Candidate]:
        """The next rows behind a ticket, by ticket, that ended in these states and were not handed over.

        ``since`` (not included) and ``until`` are milliseconds since the epoch.
        """
        ...

    def hand_over(self, rows: Sequence[Handover]) -> list[Handover]:
        """Note, before it happens, that rows go another way; return those that had not been noted yet."""
        ...

    def finish_handover(self, ticket: int, *, taken: bool) -> None:
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


def row_key(content: str, *, salt: bytes) -> int:
    """Name a row by its content: 64 bits, so among a million rows two differ but share a key once in 37 million times.

    Salted (16 bytes at most), so that one campaign's journal does not tell whether a number is in another's.
    """
    digest = hashlib.blake2b(content.encode(), digest_size=8, salt=salt).digest()
    return int.from_bytes(digest, "big", signed=True)
