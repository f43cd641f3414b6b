"""Turns what a journal counts into the answers of the campaign commands."""

from collections.abc import Mapping
from itertools import islice

from bothub_cli.campaign.journal.interface import Journal, JournalPlace, RowState
from bothub_cli.output.documents.campaign import CampaignState, CampaignStatus, Outcomes
from bothub_cli.workflows.campaign.resume_command import resume_command

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


def state_of(place: JournalPlace, outcomes: Outcomes) -> CampaignState:
    """Tell whether a process works on the campaign, and if not, whether there is anything left."""
    if place.is_in_use():
        return "running"
    return "unfinished" if outcomes.left or outcomes.in_flight else "finished"


def status_of(journal: Journal, place: JournalPlace) -> CampaignStatus:
    """Return where a campaign stands; what is in flight is unknown when nobody works on it any more."""
    record, outcomes = journal.record, outcomes_of(journal.counts())
    state = state_of(place, outcomes)
    command = resume_command(record, place)
    handed_over, in_doubt, in_doubt_lines = _count_handovers(journal)
    unknown = journal.settled(frozenset({RowState.UNKNOWN}))
    return CampaignStatus(
        campaign=record.campaign_id,
        state=state,
        created_at=record.created_at,
        profile=record.profile or None,
        recipients=record.recipients_path,
        template=record.template_path or None,
        outcomes=outcomes,
        duplicates=sum(1 for _ in journal.duplicates()),
        handed_over=handed_over,
        handover_in_doubt=in_doubt,
        handover_in_doubt_lines=in_doubt_lines,
        unknown_lines=tuple(row.line for row in islice(unknown, UNKNOWN_SHOWN)),
        journal=place.where,
        resume=command if state == "unfinished" else None,
        resend_unknown=f"{command} --resend-unknown" if outcomes.unknown and state != "running" else None,
    )


def _count_handovers(journal: Journal) -> tuple[int, int, tuple[int, ...]]:
    """Count all of them and those in doubt, with the lines of the first in doubt."""
    total = in_doubt = 0
    lines: list[int] = []
    for row in journal.handovers():
        total += 1
        if not row.is_done:
            in_doubt += 1
            lines += [row.line] if in_doubt <= UNKNOWN_SHOWN else []
    return total, in_doubt, tuple(lines)
