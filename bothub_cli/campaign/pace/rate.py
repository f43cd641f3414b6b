"""Rates as people write them, and how long a campaign takes at one."""

import re
from datetime import datetime, timedelta
from typing import Protocol

from bothub_cli.errors import UsageError

_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:/\s*(s|sec|second|m|min|minute|h|hour))?", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_SLOWEST, _FASTEST = 1 / 3600, 1e6  # messages a second
_LONGEST = timedelta(days=366)  # an estimate beyond a year helps nobody
_STEP = timedelta(minutes=1)


class SendingHours(Protocol):
    """Says when sending may go on."""

    def next_opening(self, now: datetime) -> datetime | None:
        """Return when sending may go on, in UTC; None when it may go on now."""
        ...


def read_rate(written: str) -> float | None:
    """Return messages a second of ``25/s``, ``600/min`` or ``25``; None for ``none``. Raises UsageError."""
    if written.strip().lower() in {"none", "unlimited"}:
        return None
    found = _RATE.fullmatch(written.strip())
    rate = float(found[1]) / _SECONDS[(found[2] or "s")[0].lower()] if found else 0.0
    if not _SLOWEST <= rate <= _FASTEST:
        raise UsageError(
            option="rate", problem=f"{written!r} is no rate", fix="write 25/s, 600/min, or none for no limit"
        )
    return rate


def find_end(count: int, *, rate: float, start: datetime, window: SendingHours | None) -> datetime | None:
    """Return when the last of so many messages has gone, the closed hours left out; None for more than a year."""
    seconds = count / rate
    if seconds > _LONGEST.total_seconds():
        return None
    if window is None:
        return start + timedelta(seconds=seconds)
    return _walk(timedelta(seconds=seconds), start, window)


def _walk(left: timedelta, now: datetime, window: SendingHours) -> datetime | None:
    """Go through the open hours, a minute at a time."""
    latest = now + _LONGEST
    while left > timedelta() and now < latest:
        opening = window.next_opening(now)
        if opening is not None:
            now = opening
            continue
        step = min(left, _STEP)
        now, left = now + step, left - step
    return now if left <= timedelta() else None
