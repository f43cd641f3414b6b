"""Where a campaign stands, read from its journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from bothub_cli.campaign.journal.interface import CampaignRecord, Journal, JournalPlace, RowState

LINES_SHOWN = 1000  # of rows that somebody has to look after

CampaignState = Literal["running", "finished", "unfinished"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a campaign stands; what is in flight is unknown when nobody works on it any more."""

    record: CampaignRecord
    state: CampaignState
    counts: Mapping[RowState, int]
    duplicates: int
    handed_over: int
    handover_in_doubt: int
    handover_in_doubt_lines: tuple[int, ...]
    unknown_lines: tuple[int, ...]


def find_state(place: JournalPlace, counts: Mapping[RowState, int]) -> CampaignState:
    """Tell whether a process works on the campaign, and if not, whether there is anything left."""
    if place.is_in_use():
        return "running"
    is_left = counts[RowState.PLANNED] + counts[RowState.RETURNED] + counts[RowState.CLAIMED]
    return "unfinished" if is_left else "finished"


def read_standing(journal: Journal, place: JournalPlace) -> Standing:
    """Read it, also while the campaign runs."""
    counts = journal.counts()
    handed_over, in_doubt, in_doubt_lines = _count_handovers(journal)
    unknown = journal.settled(frozenset({RowState.UNKNOWN}))
    return Standing(
        record=journal.record,
        state=find_state(place, counts),
        counts=counts,
        duplicates=sum(1 for _ in journal.duplicates()),
        handed_over=handed_over,
        handover_in_doubt=in_doubt,
        handover_in_doubt_lines=in_doubt_lines,
        unknown_lines=tuple(row.line for row in islice(unknown, LINES_SHOWN)),
    )


def _count_handovers(journal: Journal) -> tuple[int, int, tuple[int, ...]]:
    """Count all of them and those in doubt, with the lines of the first in doubt."""
    total = in_doubt = 0
    lines: list[int] = []
    for row in journal.handovers():
        total += 1
        if not row.is_done:
            in_doubt += 1
            lines += [row.line] if in_doubt <= LINES_SHOWN else []
    return total, in_doubt, tuple(lines)
