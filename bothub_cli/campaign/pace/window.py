"""The hours and days on which people may be written to."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bothub_cli.display_text import quote
from bothub_cli.errors import InputRefusedError, UsageError
from bothub_cli.files import decode_text, say_unreadable
from bothub_cli.misspellings import choose_from

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOLIDAYS = "holidays"
COUNTRY = "country"  # --tz country: each number's own zone
WHOLE_DAY = "00:00-23:59:59.999999"  # the longest span that has an opening and an end
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_SEARCH_DAYS = 30  # an opening further away than any run of closed days means that there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingWindow:
    """From ``opens`` to ``closes`` in a zone, but not on some days, and not before ``starts_at``.

    A window may go over midnight.
    """

    opens: time
    closes: time
    zone: ZoneInfo
    closed_days: frozenset[str] = field(default=frozenset())
    starts_at: datetime | None = None

    @property
    def is_whole_day(self) -> bool:
        """Tell whether no hours were set, only days, or a beginning."""
        return self.opens == time.min and self.closes == time.max

    def next_opening(self, now: datetime) -> datetime | None:
        """Return when sending may go on, in UTC; None when it may go on now."""
        if self.starts_at is not None and now < self.starts_at:
            return self._find_opening(self.starts_at) or self.starts_at.astimezone(UTC)
        return self._find_opening(now)

    def why_closed(self, now: datetime) -> str | None:
        """Say why nothing may go now, and until when; None when it may."""
        opening = self.next_opening(now)
        if opening is None:
            return None
        is_early = self.starts_at is not None and now < self.starts_at
        return f"{'not to begin' if is_early else 'outside the sending hours'} until {self.describe(opening)}"

    def _find_opening(self, now: datetime) -> datetime | None:
        local = now.astimezone(self.zone)
        if self._is_open(local):
            return None
        for days in range(_SEARCH_DAYS):
            day = local.date() + timedelta(days=days)
            opening = datetime.combine(day, self.opens, tzinfo=self.zone)
            if opening > local and not self._is_closed_on(day):
                return opening.astimezone(UTC)
        raise UsageError(option="not_on", problem="not_on leaves no day on which to send")

    def describe(self, moment: datetime) -> str:
        """Write a moment as the clocks of the window's zone show it."""
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M} {self.zone.key}"

    def _is_open(self, local: datetime) -> bool:
        clock = local.time()
        if self.opens <= self.closes:
            return self.opens <= clock < self.closes and not self._is_closed_on(local.date())
        if clock >= self.opens:
            return not self._is_closed_on(local.date())
        return clock < self.closes and not self._is_closed_on(local.date() - timedelta(days=1))

    def _is_closed_on(self, day: date) -> bool:
        if DAYS[day.weekday()] in self.closed_days:
            return True
        if day.isoformat() in self.closed_days:
            return True
        return HOLIDAYS in self.closed_days and day in french_holidays(day.year)


def read_zone(name: str) -> ZoneInfo:
    """Return the time zone of that name. Raises UsageError."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError) as exc:
        fix = choose_from(name, available_timezones(), "write it like Europe/Paris")
        raise UsageError(option="tz", problem=f"no such time zone: {name}", fix=fix) from exc


def read_window(hours: str, *, zone: str, not_on: str = "") -> SendingWindow:
    """Read ``08:30-20:00``, a zone's name and ``sunday,holidays,2026-12-24``. Raises UsageError."""
    opens, dash, closes = hours.partition("-")
    closed = frozenset(word.strip().lower() for word in not_on.split(",") if word.strip())
    if unknown := sorted(each for each in closed - {*DAYS, HOLIDAYS} if not _is_date(each)):
        days = ", ".join((*DAYS, HOLIDAYS))
        raise UsageError(
            option="not_on", problem=f"no such day: {unknown[0]}", fix=f"days: {days}, or one as 2026-12-24"
        )
    try:
        window = SendingWindow(
            opens=time.fromisoformat(opens.strip()),
            closes=time.fromisoformat(closes.strip()),
            zone=read_zone(zone),
            closed_days=closed,
        )
    except ValueError as exc:
        raise UsageError(
            option="window", problem=f"{hours!r} is no span of hours", fix="write it like 08:30-20:00"
        ) from exc
    if not dash or window.opens == window.closes or window.opens.tzinfo or window.closes.tzinfo:
        raise UsageError(option="window", problem=f"{hours!r} is no span of hours", fix="write it like 08:30-20:00")
    return window


def read_days_file(path: Path) -> list[str]:
    """Read a file of days, one a line, as ``--not-on`` takes them; what stands behind the day says why.

    Raises InputRefusedError.
    """
    try:
        lines = decode_text(path.read_bytes()).splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise InputRefusedError(problem=say_unreadable(exc), where=str(path)) from exc
    days: list[str] = []
    for number, line in enumerate(lines, start=1):
        words = line.partition("#")[0].replace(",", " ").replace(";", " ").split()
        if not words:
            continue
        day = words[0].lower()
        if day not in {*DAYS, HOLIDAYS} and not _is_date(day):
            raise InputRefusedError(
                problem=f"{quote(words[0])} is no day",
                where=f"{path}, line {number}",
                fix="write one a line: 2026-12-24",
            )
        days.append(day)
    if not days:
        raise InputRefusedError(problem="there is no day in it", where=str(path), fix="write one a line: 2026-12-24")
    return days


def read_start(written: str, *, zone: ZoneInfo, now: datetime) -> datetime:
    """Read ``2026-12-01 09:00``, the next ``09:00``, or an instant with its offset. Raises UsageError."""
    text = written.strip()
    try:
        if _CLOCK.fullmatch(text):
            today, clock = now.astimezone(zone).date(), time.fromisoformat(text.zfill(5))
            moments = (datetime.combine(today + timedelta(days=days), clock, tzinfo=zone) for days in range(2))
            return next(moment for moment in moments if moment > now)
        found = datetime.fromisoformat(text)
    except ValueError as exc:
        raise UsageError(
            option="start_at", problem=f"{quote(written)} is no time", fix="write '2026-12-01 09:00', or 09:00"
        ) from exc
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def _is_date(word: str) -> bool:
    try:
        return date.fromisoformat(word).isoformat() == word
    except ValueError:
        return False


def french_holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of mainland France (Code du travail, L3133-1)."""
    easter = easter_sunday(year)
    movable = (timedelta(days=1), timedelta(days=39), timedelta(days=50))  # Easter Monday, Ascension, Whit Monday
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    return frozenset({*(easter + days for days in movable), *(date(year, month, day) for month, day in fixed)})


def easter_sunday(year: int) -> date:
    """Easter in the Gregorian calendar (the anonymous algorithm of 1876; Meeus, Astronomical Algorithms, chapter 8)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - epact - of_century % 4) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)
