"""Counts a campaign's journal, and what the webhook heard of its messages, into a report."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from heapq import merge
from itertools import chain, islice
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from bothub_cli.authoring.reader import read_messages
from bothub_cli.campaign.journal.interface import CampaignRecord, Journal, JournalPlace, RowState, SlowDowns
from bothub_cli.campaign.report.statistics import ENDED, RunStatistics, follow
from bothub_cli.campaign.report.status import CampaignState, find_state
from bothub_cli.campaign.template import WHEN
from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import InputRefusedError
from bothub_cli.lists.csv_cells import write_csv
from bothub_cli.lists.recipients import EMPTY, SUPPRESSED

_PIECE = 1000  # lines of CSV that are written at once

if TYPE_CHECKING:  # with it come the libraries that fill templates
    from bothub_cli.campaign.report.own_columns import OwnColumns

Reach = TypeVar("Reach")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Generic[Reach]):
    """How a campaign went, and how far its messages got as far as a webhook heard; None when there was none."""

    record: CampaignRecord
    state: CampaignState
    counts: Mapping[RowState, int]
    course: RunStatistics
    duplicates: int
    left_out: Mapping[str, int]
    handed_over: Mapping[str, int]
    reach: Reach | None
    slow_downs: SlowDowns
    message: object = None

    @property
    def suppressed(self) -> int:
        """Rows that were left out because these people asked not to be written to."""
        return self.left_out.get(SUPPRESSED, 0)

    @property
    def invalid(self) -> int:
        """Rows that were left out because they have a problem."""
        return sum(self.left_out.values()) - self.suppressed - self.empty

    @property
    def empty(self) -> int:
        """Rows that hold separators and nothing else."""
        return self.left_out.get(EMPTY, 0)

    @property
    def lines(self) -> int:
        """Rows of the list: each is in one of the counts."""
        return sum(self.counts.values()) + self.duplicates + sum(self.left_out.values())


def read_report(
    journal: Journal, place: JournalPlace, *, count_reach: Callable[[Iterable[str]], Reach] | None
) -> Report[Reach]:
    """Read the whole journal once; ``count_reach`` tells how far the messages with these ids got."""
    counts = journal.counts()
    return Report(
        record=journal.record,
        state=find_state(place, counts),
        counts=counts,
        course=follow(journal.settled(ENDED)),
        duplicates=sum(1 for _ in journal.duplicates()),
        left_out=dict(Counter(kind for _, kind in journal.left_out())),
        message=read_message(journal.record),
        slow_downs=journal.slow_downs(),
        handed_over=dict(Counter(row.reason for row in journal.handovers())),
        reach=count_reach(_accepted_ids(journal)) if count_reach is not None else None,
    )


def _accepted_ids(journal: Journal) -> Iterator[str]:
    accepted = journal.settled(frozenset({RowState.ACCEPTED}))
    return (row.outcome.message_id for row in accepted if row.outcome.message_id)


def read_message(record: CampaignRecord) -> object:
    """Return the message that the campaign sends, with its blanks as they are written; None when it is not there."""
    if not record.template_path:
        return None
    try:
        [draft] = read_messages(Path(record.template_path))
    except (InputRefusedError, ValueError):  # it is gone, or holds something else by now
        return None
    return _without_conditions(draft.payload)


def _without_conditions(value: object) -> object:
    match value:
        case Mapping():
            return {name: _without_conditions(item) for name, item in value.items() if name != WHEN}
        case list():
            return [_without_conditions(item) for item in value]
        case _:
            return value


def write_rows(
    journal: Journal, *, zone: tzinfo = UTC, own: "OwnColumns | None" = None, raw_csv: bool = False
) -> Iterator[str]:
    """Yield CSV, in pieces, with a line for each row of the list: where it stands, what became of it, its own columns.

    Rows that were left out are there too: repeated, suppressed, invalid, empty.
    """
    names: tuple[str, ...] = ("line", "outcome", "at", "elapsed_ms", "http_status", "cause", "message_id")
    rows: Iterator[tuple[object, ...]] = merge(
        _facts(journal, zone), _repeated(journal), _left_out(journal), key=itemgetter(0)
    )
    if own is not None:
        names, rows = (*names, *own.names), _with_columns(rows, own)
    written = ((row[0] or None, *row[1:]) for row in rows)  # whoever the list does not name any more has no line
    yield from _in_pieces(chain([names], written), raw=raw_csv)


def _with_columns(rows: Iterable[tuple[object, ...]], own: "OwnColumns") -> Iterator[tuple[object, ...]]:
    """Put the cells beside the facts; both come by line."""
    line, cells = next(own.rows, (None, {}))
    for row in rows:
        while line is not None and line < cast("int", row[0]):
            line, cells = next(own.rows, (None, {}))
        found = cells if line == row[0] else {}
        yield (*row, *(found.get(name) for name in own.names))


def _facts(journal: Journal, zone: tzinfo) -> Iterator[tuple[object, ...]]:
    for row in journal.settled(frozenset(RowState)):
        outcome = row.outcome
        if outcome.state is RowState.PLANNED:
            yield (row.line, "not attempted", None, None, None, None, None)
            continue
        at = write_instant(datetime.fromtimestamp(outcome.at / 1000, UTC), zone)
        facts = (outcome.elapsed, outcome.http_status, outcome.cause, outcome.message_id)
        yield (row.line, outcome.state.name.lower(), at, *facts)


def _repeated(journal: Journal) -> Iterator[tuple[object, ...]]:
    for line, first in journal.duplicates():
        yield (line, "repeated", None, None, None, f"line {first}", None)


def _left_out(journal: Journal) -> Iterator[tuple[object, ...]]:
    for line, kind in journal.left_out():
        yield (line, {SUPPRESSED: "suppressed", EMPTY: "empty"}.get(kind, "invalid"), None, None, None, kind, None)


def write_instant(instant: datetime, zone: tzinfo) -> str:
    """Write an instant as RFC 3339 in a zone."""
    if zone is UTC:
        return to_rfc3339(instant)
    return instant.astimezone(zone).isoformat(timespec="milliseconds" if instant.microsecond >= 1000 else "seconds")


def _in_pieces(rows: Iterator[tuple[object, ...]], *, raw: bool) -> Iterator[str]:
    while piece := list(islice(rows, _PIECE)):
        yield write_csv(piece, raw=raw)
