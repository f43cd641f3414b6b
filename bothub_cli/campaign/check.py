"""The story of a check: read a list and a template as a run would, and send nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bothub_cli.campaign.journal.interface import Journal
from bothub_cli.campaign.pace.rate import find_end
from bothub_cli.campaign.rows.prepare import CampaignInput, Survey, survey
from bothub_cli.campaign.rows.read import check_first_rows
from bothub_cli.campaign.rows.recipients import SUPPRESSED, RowProblem
from bothub_cli.campaign.run.read_settings import read_hours, read_pace
from bothub_cli.campaign.settings import CampaignSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedList:
    """What a list holds, and how long sending it takes; ``rate`` None without a limit."""

    found: Survey
    rate: float | None
    ends_at: datetime | None

    @property
    def problems(self) -> Mapping[str, int]:
        """Rows by kind of problem, those left out on purpose aside."""
        return {kind: count for kind, count in self.found.problems.items() if kind != SUPPRESSED}

    @property
    def seconds(self) -> float | None:
        return round(self.found.plan.total / self.rate, 1) if self.rate else None


def check_campaign(
    given: CampaignInput,
    settings: CampaignSettings,
    *,
    journal: Journal,
    now: datetime,
    on_problem: Callable[[RowProblem], None],
) -> CheckedList:
    """Read every row into a journal that is thrown away; each bad one is told as soon as it is found."""
    pace, hours = read_pace(settings), read_hours(settings)
    check_first_rows(given)
    found = survey(given, journal=journal, now=now, on_problem=on_problem)
    end = find_end(found.plan.total, rate=pace.rate, start=now, window=hours) if pace else None
    return CheckedList(found=found, rate=pace.rate if pace else None, ends_at=end)
