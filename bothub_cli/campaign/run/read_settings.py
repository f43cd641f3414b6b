"""Makes pace, hours and limits of a run out of settings in the words of the options."""

from dataclasses import replace
from datetime import datetime, timedelta

from bothub_cli.campaign.pace.pace import DEFAULT_RATE, Pace
from bothub_cli.campaign.pace.rate import read_rate
from bothub_cli.campaign.pace.window import COUNTRY, WHOLE_DAY, SendingWindow, read_window
from bothub_cli.campaign.run.limits import RunRules, read_max_errors
from bothub_cli.campaign.settings import CampaignSettings
from bothub_cli.durations import read_seconds
from bothub_cli.errors import UsageError

DEFAULT_ZONE = "Europe/Paris"


def read_pace(settings: CampaignSettings) -> Pace | None:
    """Return how fast to send; None is without a limit. Raises UsageError."""
    rate = read_rate(settings.rate) if settings.rate is not None else DEFAULT_RATE
    return None if rate is None else Pace(rate=rate, burst=int(settings.burst or 1))


def read_hours(settings: CampaignSettings) -> SendingWindow | None:
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


def read_rules(
    settings: CampaignSettings, *, limit: int | None, max_duration: str | float | timedelta | None, max_wait: float
) -> RunRules:
    """Return when a run stops by itself. Raises UsageError."""
    count, share = read_max_errors(settings.max_errors) if settings.max_errors is not None else (None, None)
    return RunRules(
        limit=limit,
        max_errors=count,
        max_error_share=share,
        max_duration=_read_max_duration(max_duration),
        concurrency=int(settings.concurrency) if settings.concurrency else None,
        max_wait=max_wait,
    )


def _read_max_duration(written: str | float | timedelta | None) -> float | None:
    if isinstance(written, timedelta):
        return written.total_seconds()
    return None if written is None else read_seconds(str(written), option="max_duration")
