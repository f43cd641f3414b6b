"""Where a campaign stands, read from its journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from bothub_cli.campaign.fallback.in_doubt import LINES_SHOWN, find_rows_in_doubt
from bothub_cli.campaign.journal.interface import (
    CampaignRecord,
    Journal,
    JournalPlace,
    MachineState,
    RowState,
    SharedOrders,
    SlowDowns,
)
from bothub_cli.campaign.pace.pace import PaceState, current_rate
from bothub_cli.campaign.run.options import read_pace
from bothub_cli.campaign.settings import CampaignSettings
from bothub_cli.durations import read_seconds

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
    slow_downs: SlowDowns
    machines: tuple[MachineState, ...] = ()
    orders: SharedOrders | None = None

    @property
    def slowed_to(self) -> float | None:
        """Return how fast all machines may go now, in messages a second; None unless the API asked for less of late."""
        pace = read_pace(CampaignSettings().completed(self.record.settings))
        if pace is None or self.orders is None or self.state != "running":
            return None
        slowed = PaceState(rate=self.orders.slowed_rate, slowed_at=-self.orders.slowed_ago)
        rate = current_rate(slowed, pace, now=0.0)
        return rate if rate < pace.rate * 0.99 else None

    @property
    def hands_over(self) -> bool | None:
        """Tell whether a machine hands over what RCS does not reach; None where none need do it."""
        settings, orders = self.record.settings, self.orders
        if orders is None or not settings.keys() & {"fallback_file", "fallback_exec"}:
            return None
        if orders.coordinators:
            return True
        if self.state != "finished":
            return False
        after = settings.get("fallback_after")  # a delivery is waited for so long after the last message
        return None if after is None or orders.idle > read_seconds(after, option="fallback_after") else False


def find_state(place: JournalPlace, counts: Mapping[RowState, int]) -> CampaignState:
    """Tell whether a process works on the campaign, and if not, whether there is anything left."""
    if place.is_in_use():
        return "running"
    is_left = counts[RowState.PLANNED] + counts[RowState.RETURNED] + counts[RowState.CLAIMED]
    return "unfinished" if is_left else "finished"


def read_standing(journal: Journal, place: JournalPlace) -> Standing:
    """Read it, also while the campaign runs."""
    counts = journal.counts()
    doubts = find_rows_in_doubt(journal)
    unknown = journal.settled(frozenset({RowState.UNKNOWN}))
    return Standing(
        record=journal.record,
        state=find_state(place, counts),
        counts=counts,
        duplicates=sum(1 for _ in journal.duplicates()),
        handed_over=sum(1 for _ in journal.handovers()),
        handover_in_doubt=doubts.count,
        handover_in_doubt_lines=doubts.lines,
        unknown_lines=tuple(row.line for row in islice(unknown, LINES_SHOWN) if row.line),
        slow_downs=journal.slow_downs(),
        machines=tuple(journal.machines()),
        orders=journal.orders(),
    )
