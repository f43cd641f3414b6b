"""Counts a campaign's journal, and what the webhook heard of its messages, into a report."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Generic, TypeVar

from bothub_cli.campaign.journal.interface import CampaignRecord, Journal, JournalPlace, RowState
from bothub_cli.campaign.report.statistics import ENDED, Course, follow
from bothub_cli.campaign.report.status import CampaignState, find_state
from bothub_cli.clock import to_rfc3339
from bothub_cli.csv_cells import write_csv

_STARTED = frozenset(RowState) - {RowState.PLANNED}
_PIECE = 1000  # lines of CSV that are written at once

Reach = TypeVar("Reach")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Generic[Reach]):
    """How a campaign went, and how far its messages got as far as a webhook heard; None when there was none."""

    record: CampaignRecord
    state: CampaignState
    counts: Mapping[RowState, int]
    course: Course
    duplicates: int
    handed_over: Mapping[str, int]
    reach: Reach | None


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
        handed_over=dict(Counter(row.reason for row in journal.handovers())),
        reach=count_reach(_accepted_ids(journal)) if count_reach is not None else None,
    )


def _accepted_ids(journal: Journal) -> Iterator[str]:
    accepted = journal.settled(frozenset({RowState.ACCEPTED}))
    return (row.outcome.message_id for row in accepted if row.outcome.message_id)


def write_rows(journal: Journal, *, raw_csv: bool = False) -> Iterator[str]:
    """Yield CSV, in pieces, with a line for each row that was tried: where it stands in the list, how it ended."""
    yield from _in_pieces(
        chain([("line", "outcome", "at", "elapsed_ms", "http_status", "cause", "message_id")], _facts(journal)),
        raw=raw_csv,
    )


def _facts(journal: Journal) -> Iterator[tuple[object, ...]]:
    for row in journal.settled(_STARTED):
        outcome = row.outcome
        at = to_rfc3339(datetime.fromtimestamp(outcome.at / 1000, UTC))
        facts = (outcome.elapsed, outcome.http_status, outcome.cause, outcome.message_id)
        yield (row.line or "", outcome.state.name.lower(), at, *facts)


def _in_pieces(rows: Iterator[tuple[object, ...]], *, raw: bool) -> Iterator[str]:
    while piece := list(islice(rows, _PIECE)):
        yield write_csv(piece, raw=raw)
