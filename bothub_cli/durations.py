"""Reads how long and since when, as people type them: one grammar for every option, variable and profile entry."""

import re
from datetime import UTC, datetime, timedelta

from bothub_cli.clock import to_rfc3339
from bothub_cli.display_text import quote
from bothub_cli.errors import UsageError

DURATION_FORM = "seconds (90), or a duration like 30s, 90m, 24h, 1h30m, 3d, 1w or PT1H"
TIME_FORM = "a date and time with its zone, like 2026-12-24T18:00+01:00 or 2026-12-24T17:00Z"

# As text: the re module compiles and keeps them when something is first read, which most commands never need.
_NUMBER = r"\d{1,12}(?:[.,]\d{1,9})?"
_PART = rf"(?a)({_NUMBER}) ?([A-Za-z]{{1,12}})(?: (?=\d))?"
# ISO 8601-1 5.5.2; months and years have no fixed length, so they are no duration here
_ISO = (
    rf"(?ai)P(?:(?P<w>{_NUMBER})W)?(?:(?P<d>{_NUMBER})D)?"
    rf"(?:T(?:(?P<h>{_NUMBER})H)?(?:(?P<m>{_NUMBER})M)?(?:(?P<s>{_NUMBER})S)?)?"
)
_UNITS = {  # largest first: the order in which they are written
    "w": ("w", "week", "weeks"),
    "d": ("d", "day", "days"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "s": ("s", "sec", "secs", "second", "seconds"),
    "ms": ("ms",),
}
_LENGTHS = {"w": 604_800.0, "d": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 0.001}  # seconds
_NAMES = {word: unit for unit, words in _UNITS.items() for word in words}
_TIME = r"(?a)(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d)?([.,]\d{1,6})?([Zz]|[+-]\d\d:?\d\d)?"
_COMPACT_DAY = r"(?a)(19|20)\d{6}"


class DurationError(ValueError):
    """A text is no duration; ``problem`` completes "OPTION: …", ``fix`` shows what is taken."""

    def __init__(self, problem: str, *, fix: str = f"write {DURATION_FORM}") -> None:
        super().__init__(problem)
        self.problem = problem
        self.fix = fix


def parse_duration(written: str, *, zero: bool) -> timedelta:
    """Return what ``90`` (seconds), ``30s``, ``1h30m``, ``1.5h``, ``1w`` or ``PT1H`` lasts; ``zero`` allows no time.

    Raises DurationError.
    """
    text = written.strip()
    parts = _split(text)
    if parts is None:
        raise DurationError(f"{quote(written)} is no duration", fix=_advise(text))
    try:
        total = timedelta(seconds=sum(_LENGTHS[unit] * count for unit, count in parts))
    except OverflowError as error:
        raise DurationError(f"{quote(written)} is too long") from error
    if not total and not (zero and not any(count for _, count in parts)):
        raise DurationError(f"{quote(written)} lasts no time at all")
    return total


def read_duration(written: str, *, option: str, zero: bool = False) -> timedelta:
    """Return the duration that an option was given. Raises UsageError, which names the option."""
    try:
        return parse_duration(written, zero=zero)
    except DurationError as error:
        raise UsageError(option=option, problem=error.problem, fix=error.fix) from error


def read_seconds(written: str, *, option: str, zero: bool = False) -> float:
    """Return the same in seconds. Raises UsageError."""
    return read_duration(written, option=option, zero=zero).total_seconds()


def read_max_wait(written: str, *, option: str) -> float:
    """Return the seconds to wait at most; 0 means to look once. Raises UsageError."""
    return read_seconds(written, option=option, zero=True)


def read_since(written: str, *, now: datetime, option: str = "--since") -> datetime:
    """Return the instant that lies ``2h`` back, or that ``2026-11-24`` (local midnight) or a full time names."""
    if is_duration(written, option=option):
        return _go_back(now, read_duration(written, option=option, zero=True))
    return read_day(written) or read_time(written, option=option, others=f"{DURATION_FORM}, a day like 2026-11-24, ")


def read_age(written: str, *, now: datetime, option: str) -> datetime:
    """Return the instant that lies ``90d`` back; nothing but a duration is taken. Raises UsageError."""
    return _go_back(now, read_duration(written, option=option))


def read_expiry(written: str, *, now: datetime, option: str = "--expiry") -> str:
    """Return the RFC 3339 instant of ``2026-12-24T18:00+01:00``, or of ``24h`` or ``3d`` from ``now`` (aware).

    Raises UsageError. Whether the instant is past, or too far away, is for the check to say.
    """
    _refuse_epoch(written.strip(), option=option)
    start = now.replace(microsecond=0)
    end = read_end(written, start=start, option=option)
    return to_rfc3339(end) if is_duration(written, option=option) else end.isoformat()


def _refuse_epoch(written: str, *, option: str) -> None:
    """Raise UsageError for an instant counted from 1970, as programs write it: as a duration it were 30 years."""
    if not re.fullmatch(r"[0-9]{10}|[0-9]{13}", written):
        return
    instant = datetime.fromtimestamp(int(written[:10]), tz=UTC)
    unit = "seconds" if len(written) == 10 else "milliseconds"
    raise UsageError(
        option=option,
        problem=f"{written} looks like {unit} since 1970",
        fix=f"write that instant: {to_rfc3339(instant)}",
    )


def read_end(written: str, *, start: datetime, option: str) -> datetime:
    """Return the end of something that starts at ``start``: an instant, or how long it lasts. Raises UsageError."""
    if not is_duration(written, option=option):
        return read_time(written, option=option, others=f"{DURATION_FORM}, ")
    duration = read_duration(written, option=option)
    try:
        return start + duration
    except OverflowError as error:
        raise UsageError(option=option, problem="that is after the year 9999", fix=f"write {DURATION_FORM}") from error


def read_time(written: str, *, option: str, others: str = "") -> datetime:
    """Return the instant, in the zone that was typed; raises UsageError that says which part is wrong.

    ``others`` names, in front of the time, the further forms that this option takes.
    """
    fix = f"write {others}{'or ' if others else ''}{TIME_FORM}"
    found = re.fullmatch(_TIME, written.strip())
    if found is None:
        raise UsageError(option=option, problem=f"{quote(written)} is no time", fix=fix)
    day, hours, seconds, fraction, zone = found.groups(default="")
    if not zone:
        raise UsageError(
            option=option,
            problem=f"{quote(written)} has no time zone",
            fix=f"add it: {written}Z for UTC, or {written}+01:00",
        )
    try:
        return datetime.fromisoformat(f"{day}T{hours}{seconds or ':00'}{fraction}{zone.upper()}")
    except ValueError as error:
        raise UsageError(
            option=option, problem=f"{quote(written)} does not exist in the calendar or on the clock", fix=fix
        ) from error


def read_day(written: str) -> datetime | None:
    """Return the user's own midnight at which ``2026-11-24`` begins; None for what is no such day."""
    try:
        return datetime.strptime(written.strip(), "%Y-%m-%d").astimezone()
    except ValueError:
        return None


def is_duration(written: str, *, option: str) -> bool:
    """Tell a duration from an instant; raises UsageError for a day without dashes, which would pass for seconds."""
    text = written.strip()
    if re.fullmatch(_COMPACT_DAY, text):
        raise UsageError(
            option=option,
            problem=f"{quote(written)} may be a day, or {text} seconds",
            fix=f"write {text[:4]}-{text[4:6]}-{text[6:]}, or {text}s",
        )
    return _split(text) is not None


def _split(text: str) -> list[tuple[str, float]] | None:
    """Return the units and their numbers, None for what has not the form of a duration."""
    if re.fullmatch(_NUMBER, text, re.ASCII):
        return [("s", _read_number(text))]
    if found := re.fullmatch(_ISO, text):
        parts = [(unit, _read_number(count)) for unit, count in found.groupdict().items() if count]
        return parts if parts and not text.upper().endswith("T") else None
    parts, position, part = [], 0, re.compile(_PART)
    while found := part.match(text, position):
        # an M alone is a month to some: minutes are written small
        unit = None if found[2] == "M" else _NAMES.get(found[2].lower())
        if unit is None:
            return None
        parts.append((unit, _read_number(found[1])))
        position = found.end()
    units = [unit for unit, _ in parts]
    in_order = units == [unit for unit in _UNITS if unit in units]
    return parts if parts and position == len(text) and in_order else None


def _advise(text: str) -> str:
    if re.fullmatch(r"(?i)\d+ ?(M|mo|months?|y|years?)|P\d+[YM].*", text, re.ASCII):
        return f"months and years have no fixed length: write {DURATION_FORM}"
    return f"write {DURATION_FORM}"


def _read_number(text: str) -> float:
    return float(text.replace(",", "."))


def _go_back(now: datetime, span: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    try:
        return max(now - span, epoch)
    except OverflowError:  # further back than the calendar goes
        return epoch
