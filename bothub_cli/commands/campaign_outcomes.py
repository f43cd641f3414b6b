"""Turns what a journal counts into the answers of the campaign commands."""

from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from bothub_cli.campaign.journal import RowState
from bothub_cli.campaign.sqlite_journal import SqliteJournal, is_in_use
from bothub_cli.output.documents.campaigns import CampaignState, CampaignStatus, Outcomes

UNKNOWN_SHOWN = 1000  # lines


def outcomes_of(counts: Mapping[RowState, int]) -> Outcomes:
    """Return the counts under the names that people read."""
    return Outcomes(
        total=sum(counts.values()),
        accepted=counts[RowState.ACCEPTED],
        refused=counts[RowState.REFUSED],
        failed=counts[RowState.FAILED],
        unknown=counts[RowState.UNKNOWN],
        left=counts[RowState.PLANNED] + counts[RowState.RETURNED],
        in_flight=counts[RowState.CLAIMED],
    )


def state_of(path: Path, outcomes: Outcomes) -> CampaignState:
    """Tell whether a process works on the campaign, and if not, whether there is anything left."""
    if is_in_use(path):
        return "running"
    return "unfinished" if outcomes.left or outcomes.in_flight else "finished"


def status_of(journal: SqliteJournal, path: Path) -> CampaignStatus:
    """Return where a campaign stands; what is in flight is unknown when nobody works on it any more."""
    record, outcomes = journal.record, outcomes_of(journal.counts())
    handovers = list(journal.handovers())
    unknown = journal.settled(frozenset({RowState.UNKNOWN}))
    return CampaignStatus(
        campaign=record.campaign_id,
        state=state_of(path, outcomes),
        created_at=record.created_at,
        profile=record.profile or None,
        recipients=record.recipients_path,
        template=record.template_path or None,
        outcomes=outcomes,
        duplicates=sum(1 for _ in journal.duplicates()),
        handed_over=len(handovers),
        handover_in_doubt=sum(not row.is_done for row in handovers),
        unknown_lines=tuple(row.line for row in islice(unknown, UNKNOWN_SHOWN)),
        journal=str(path),
    )
