"""When Orange takes bulk capability requests: at night, so that they do not slow down the day's business."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bothub_cli.errors import ConfigurationError

# "10 PM CET to 7 AM CET", Orange BotHub FAQ. Whether that means the clocks of France, or UTC+1 in summer too, it does
# not say: the clocks of France are the default, and FIXED_CET is the other reading.
OPENS, CLOSES = time(22), time(7)
PARIS = "Europe/Paris"
FIXED_CET = "Etc/GMT-1"  # POSIX sign: UTC+1 all year round


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkHours:
    """The night that is open now, or the next one; both instants in UTC."""

    is_open: bool
    opens_at: datetime
    closes_at: datetime


def bulk_hours(now: datetime, *, zone: str = PARIS) -> BulkHours:
    """Return the window that holds ``now`` (aware), or the next; a night of a clock change has 8 or 10 hours.

    ``zone`` is an IANA name; raises ConfigurationError for one that this machine does not know.
    """
    clock = _load_zone(zone)
    local = now.astimezone(clock)
    evening = local.date() - timedelta(days=1) if local.time() < CLOSES else local.date()
    opens_at = _to_utc(evening, OPENS, clock)
    closes_at = _to_utc(evening + timedelta(days=1), CLOSES, clock)
    return BulkHours(is_open=opens_at <= now < closes_at, opens_at=opens_at, closes_at=closes_at)


def _to_utc(day: date, hour: time, clock: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, tzinfo=clock).astimezone(UTC)


def _load_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # ValueError, OSError: no name but a path
        raise ConfigurationError(
            problem=f"no time zone is called {name!r} here",
            fix=f"use an IANA name such as {PARIS}; if that one is missing: pip install tzdata",
        ) from error
