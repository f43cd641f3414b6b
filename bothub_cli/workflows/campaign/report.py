"""Counts a campaign's journal, and what the webhook heard of its messages, into a report."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain, islice
from typing import TYPE_CHECKING

from bothub_cli.campaign.journal.interface import Journal, JournalPlace, RowState
from bothub_cli.campaign.statistics import ENDED, follow
from bothub_cli.clock import to_rfc3339
from bothub_cli.output.documents.campaign_report import CampaignReport, ReachCounts, ThroughputSlice
from bothub_cli.workflows.campaign.outcomes import outcomes_of, state_of

if TYPE_CHECKING:
    from bothub_cli.events.store.database import Database

_STARTED = frozenset(RowState) - {RowState.PLANNED}
_PIECE = 1000  # lines of CSV that are written at once


def report_of(journal: Journal, place: JournalPlace, heard: "Database | None") -> CampaignReport:
    """Read the whole journal once, and ask the event store, when there is one, how far the messages got."""
    record, outcomes, course = journal.record, outcomes_of(journal.counts()), follow(journal.settled(ENDED))
    return CampaignReport(
        campaign=record.campaign_id,
        state=state_of(place, outcomes),
        profile=record.profile or None,
        recipients=record.recipients_path,
        template=record.template_path or None,
        created_at=record.created_at,
        first_at=course.first_at,
        last_at=course.last_at,
        outcomes=outcomes,
        duplicates=sum(1 for _ in journal.duplicates()),
        handed_over=dict(Counter(row.reason for row in journal.handovers())),
        causes=course.causes,
        throughput=tuple(
            ThroughputSlice(start=each.start, accepted=each.accepted, other=each.other) for each in course.slices
        ),
        slice_seconds=course.slice_seconds,
        latency_ms={_name(share): round(seconds * 1000, 1) for share, seconds in course.latencies.items()},
        reach=_reach(journal, heard) if heard is not None else None,
    )


def _name(share: float) -> str:
    return f"p{share * 100:g}"


def _reach(journal: Journal, heard: "Database") -> ReachCounts:
    from bothub_cli.events.store.reach import count_reach

    accepted = journal.settled(frozenset({RowState.ACCEPTED}))
    found = count_reach(heard, (row.outcome.message_id for row in accepted if row.outcome.message_id))
    return ReachCounts(delivered=found.delivered, displayed=found.displayed, failed=found.failed, replied=found.replied)


def write_rows(journal: Journal) -> Iterator[str]:
    """Yield CSV, in pieces, with a line for each row that was tried: where it stands in the list, how it ended."""
    yield from _in_pieces(
        chain([("line", "outcome", "at", "elapsed_ms", "http_status", "cause", "message_id")], _facts(journal))
    )


def _facts(journal: Journal) -> Iterator[tuple[object, ...]]:
    for row in journal.settled(_STARTED):
        outcome = row.outcome
        at = to_rfc3339(datetime.fromtimestamp(outcome.at / 1000, UTC))
        facts = (outcome.elapsed, outcome.http_status, outcome.cause, outcome.message_id)
        yield (row.line, outcome.state.name.lower(), at, *facts)


def _in_pieces(rows: Iterator[tuple[object, ...]]) -> Iterator[str]:
    while piece := list(islice(rows, _PIECE)):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(piece)
        yield text.getvalue()
