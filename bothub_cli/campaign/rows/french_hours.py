"""When advertisements may reach French numbers: AF2M's charter of 2026 for SMS and RCS, 08:00 to 21:30 in Paris."""

from datetime import datetime, time

from bothub_cli.amounts import count_words
from bothub_cli.campaign.pace.window import SendingWindow, read_zone
from bothub_cli.campaign.rows.warnings import CampaignWarning

OPENS, CLOSES = time(8), time(21, 30)  # af2m.org, Charte Business Messaging 2026, in force since March 2026
PARIS = "Europe/Paris"


def warn_of_hours(
    advertisements: int, *, start: datetime, end: datetime | None, window: SendingWindow | None
) -> CampaignWarning | None:
    """Warn when advertisements to French numbers may go out at other hours; ``end`` None when it is far away."""
    if not advertisements or not _may_be_outside(start, end, window):
        return None
    rows = count_words(advertisements, "row")
    return CampaignWarning(
        kind="hours",
        problem=f"{rows} of advertisement to French numbers may go out outside 08:00-21:30",
        fix=f"--window 08:00-21:30 --tz {PARIS}; orders, codes and answers have a --traffic-type of their own",
        where="AF2M's charter",
    )


def _may_be_outside(start: datetime, end: datetime | None, window: SendingWindow | None) -> bool:
    if window is not None and window.is_whole_day:
        start = max(start, window.starts_at or start)
    elif window is not None:
        is_day = OPENS <= window.opens < window.closes <= CLOSES
        return not (is_day and window.zone.key == PARIS)
    first = start.astimezone(read_zone(PARIS))
    if end is None:
        return True
    last = end.astimezone(read_zone(PARIS))
    return first.date() != last.date() or first.time() < OPENS or last.time() > CLOSES
