"""Reads instants and durations as people type them on a command line."""

import re
from datetime import datetime, timedelta

from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import UsageError

TIME_FORM = "a date and time with its zone, like 2026-12-24T18:00+01:00 or 2026-12-24T17:00Z"
DURATION_FORM = "a duration like 90m, 2h, 1h30m or 3d"

_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?([.,]\d{1,6})?([Zz]|[+-]\d\d:?\d\d)?", re.ASCII)
_DURATION = re.compile(r"(?:\d{1,9}[wdhms])+", re.ASCII)
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def read_expiry(written: str, *, now: datetime, option: str = "--expiry") -> str:
    """Return the RFC 3339 instant of ``2026-12-24T18:00+01:00``, or of ``90m`` or ``3d`` from ``now`` (aware).

    Raises UsageError. Whether the instant is past, or too far away, is for the check to say.
    """
    written = written.strip()
    if (duration := read_duration(written, option=option)) is not None:
        return to_rfc3339(_add(now.replace(microsecond=0), duration, option=option))
    return read_time(written, option=option).isoformat()


def read_time(written: str, *, option: str) -> datetime:
    """Return the instant, in the zone that was typed; raises UsageError that says which part is wrong."""
    found = _TIME.fullmatch(written.strip())
    if found is None:
        raise UsageError(problem=f"{option}: {quote(written)} is no time", fix=f"write {TIME_FORM}")
    day, hours, seconds, fraction, zone = found.groups(default="")
    if not zone:
        raise UsageError(
            problem=f"{option}: {quote(written)} has no time zone",
            fix=f"add it: {written}Z for UTC, or {written}+01:00",
        )
    try:
        return datetime.fromisoformat(f"{day}T{hours}{seconds or ':00'}{fraction}{zone.upper()}")
    except ValueError as error:
        raise UsageError(
            problem=f"{option}: {quote(written)} does not exist in the calendar or on the clock",
            fix=f"write {TIME_FORM}",
        ) from error


def read_day(written: str) -> datetime | None:
    """Return the user's own midnight at which ``2026-11-24`` begins; None for what is no such day."""
    try:
        return datetime.strptime(written.strip(), "%Y-%m-%d").astimezone()
    except ValueError:
        return None


def read_end(written: str, *, start: datetime, option: str) -> datetime:
    """Return the end of something that starts at ``start``: an instant, or how long it lasts."""
    duration = read_duration(written.strip(), option=option)
    return read_time(written, option=option) if duration is None else _add(start, duration, option=option)


def read_duration(written: str, *, option: str) -> timedelta | None:
    """Return the time that ``1h30m`` stands for, None for what is no duration; raises UsageError for no time at all."""
    if not _DURATION.fullmatch(written):
        return None
    try:
        total = sum(
            (timedelta(**{_UNITS[unit]: int(count)}) for count, unit in re.findall(r"(\d+)(\w)", written)), timedelta()
        )
    except OverflowError as error:
        raise UsageError(problem=f"{option}: {quote(written)} is too long", fix=f"write {DURATION_FORM}") from error
    if not total:
        raise UsageError(problem=f"{option}: {quote(written)} lasts no time at all", fix=f"write {DURATION_FORM}")
    return total


def quote(written: str) -> str:
    """Return what was typed, in quotes, shortened so that it fits into a sentence."""
    shown = "".join(char if char.isprintable() else "�" for char in written[:60])
    return f'"{shown}…"' if len(written) > 60 else f'"{shown}"'


def _add(start: datetime, duration: timedelta, *, option: str) -> datetime:
    try:
        return start + duration
    except OverflowError as error:
        raise UsageError(problem=f"{option}: that is after the year 9999", fix=f"write {DURATION_FORM}") from error
