"""What a list holds, what looks wrong with it, how long sending takes: before a run, and for who only asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bothub_cli.campaign.journal.interface import Journal
from bothub_cli.campaign.pace.own_hours import OwnHours
from bothub_cli.campaign.pace.pace import PaceState, estimate
from bothub_cli.campaign.pace.rate import find_end
from bothub_cli.campaign.pace.window import SendingWindow
from bothub_cli.campaign.rows.cost import Cost, Prices, estimate_cost
from bothub_cli.campaign.rows.french_hours import warn_of_hours
from bothub_cli.campaign.rows.prepare import CampaignInput
from bothub_cli.campaign.rows.survey import Survey, survey
from bothub_cli.campaign.rows.zones import warn_of_zones
from bothub_cli.campaign.run.options import RunOptions
from bothub_cli.clock import Clock
from bothub_cli.lists.recipients import SUPPRESSED, RowProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedList:
    """What a list holds, and how long sending it takes; ``rate`` None without a limit."""

    found: Survey
    rate: float | None
    ends_at: datetime | None
    cost: Cost | None = None
    slowed: float = 0.0  # seconds more than the rate alone says, since the API asked for less of late

    @property
    def problems(self) -> Mapping[str, int]:
        """Rows by kind of problem, those left out on purpose aside."""
        return {kind: count for kind, count in self.found.problems.items() if kind != SUPPRESSED}

    @property
    def seconds(self) -> float | None:
        return round(self.found.plan.total / self.rate + self.slowed, 1) if self.rate else None


def check_campaign(
    given: CampaignInput,
    options: RunOptions,
    *,
    journal: Journal,
    clock: Clock,
    pace_state: Callable[[], PaceState],
    on_problem: Callable[[RowProblem], None],
    prices: Prices | None = None,
) -> CheckedList:
    """Read every row into the journal, of a run or one that is thrown away; tell each bad one as soon as it is found.

    ``pace_state`` tells what the API said of late about the pace.
    """
    pace, hours, now = options.pace, options.window, clock.now()
    found = survey(given, journal=journal, now=now, on_problem=on_problem)
    if given.find_zones is not None:
        found = replace(found, warnings=(*found.warnings, *warn_of_zones(found.zones, hours, clock)))
    cost = estimate_cost(found.billing, prices) if prices is not None else None
    if pace is None:
        return CheckedList(found=_with_hours(found, now, now, hours), rate=None, ends_at=None, cost=cost)
    count = found.plan.total
    slowed = estimate(count, pace_state(), pace, now=clock.monotonic()) - count / pace.rate
    end = _find_end(found, hours, given, rate=pace.rate, start=now + timedelta(seconds=slowed), clock=clock)
    found = _with_hours(found, now, end, hours)
    return CheckedList(found=found, rate=pace.rate, ends_at=end, cost=cost, slowed=max(0.0, slowed))


def _find_end(
    found: Survey, window: SendingWindow | None, given: CampaignInput, *, rate: float, start: datetime, clock: Clock
) -> datetime | None:
    """Return when the last message has gone: where hours are each one's own, in the zone that comes last."""
    if window is None or given.find_zones is None:
        return find_end(found.plan.total, rate=rate, start=start, window=window)
    own = OwnHours(window, clock=clock)
    ends = [find_end(count, rate=rate, start=start, window=own.hours_of(zones)) for zones, count in found.zones.items()]
    known = [end for end in ends if end is not None]
    return max(known, default=start) if len(known) == len(ends) else None


def _with_hours(found: Survey, start: datetime, end: datetime | None, window: SendingWindow | None) -> Survey:
    warning = warn_of_hours(found.french_advertisements, start=start, end=end, window=window)
    return found if warning is None else replace(found, warnings=(*found.warnings, warning))
