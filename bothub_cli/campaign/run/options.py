"""How a campaign is sent: pace, hours and limits as values, made of settings in the words of the options."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bothub_cli.campaign.pace.pace import DEFAULT_RATE, Pace
from bothub_cli.campaign.pace.rate import read_rate
from bothub_cli.campaign.pace.window import COUNTRY, WHOLE_DAY, SendingWindow, read_window
from bothub_cli.campaign.run.limits import RunRules, read_max_errors
from bothub_cli.campaign.settings import CampaignSettings
from bothub_cli.errors import UsageError

DEFAULT_ZONE = "Europe/Paris"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How to send; ``pace`` None is without a limit, ``pace_file`` shares it with the machine's other processes."""

    rules: RunRules
    pace: Pace | None
    pace_file: Path | None = None
    window: SendingWindow | None = None


def read_run_options(settings: CampaignSettings) -> RunOptions:
    """Return how a campaign is sent, whichever of its runs it is. Raises UsageError."""
    count, share = read_max_errors(settings.max_errors) if settings.max_errors is not None else (None, None)
    concurrency = int(settings.concurrency) if settings.concurrency else None
    rules = RunRules(max_errors=count, max_error_share=share, concurrency=concurrency)
    return RunOptions(rules=rules, pace=read_pace(settings), window=_read_hours(settings))


def read_pace(settings: CampaignSettings) -> Pace | None:
    """Return how fast to send; None is without a limit. Raises UsageError."""
    rate = read_rate(settings.rate) if settings.rate is not None else DEFAULT_RATE
    return None if rate is None else Pace(rate=rate, burst=int(settings.burst or 1))


def _read_hours(settings: CampaignSettings) -> SendingWindow | None:
    """Return when to send; None is at any time. Raises UsageError."""
    if settings.window is None and settings.tz == COUNTRY:
        raise UsageError(
            option="tz", problem="tz country says nothing without sending hours", fix="add --window 08:30-20:00"
        )
    if settings.window is None and settings.not_on is None and settings.start_at is None:
        if settings.tz is not None:
            raise UsageError(
                option="tz", problem="tz says nothing without sending hours", fix="add --window 08:30-20:00"
            )
        return None
    window = read_window(settings.window or WHOLE_DAY, zone=base_zone(settings), not_on=settings.not_on or "")
    return replace(window, starts_at=datetime.fromisoformat(settings.start_at)) if settings.start_at else window


def base_zone(settings: CampaignSettings) -> str:
    """Return the zone of the campaign itself, which counts where nobody knows a receiver's own."""
    return DEFAULT_ZONE if settings.tz in {None, COUNTRY} else str(settings.tz)
