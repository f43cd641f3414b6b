"""People are written to in the hours that were set, in their own time."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bothub_cli.campaign.pace.window import (
    easter_sunday,
    french_holidays,
    read_days_file,
    read_start,
    read_window,
    read_zone,
)
from bothub_cli.errors import InputRefusedError, UsageError


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("hours", ["", "8-20", "08:30", "20:00-20:00", "25:00-26:00", "08:30+02:00-20:00", "a-b"])
def test_hours_that_are_none_are_refused(hours: str) -> None:
    with pytest.raises(UsageError, match=r"^window: "):
        read_window(hours, zone="Europe/Paris")


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd"])
def test_a_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(UsageError):
        read_window("08:00-20:00", zone=zone)


def test_an_unknown_day_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        read_window("08:00-20:00", zone="Europe/Paris", not_on="sundays")

    assert "sunday" in str(caught.value.remedy)


def test_a_window_that_never_opens_is_refused() -> None:
    window = read_window("08:00-20:00", zone="UTC", not_on="monday,tuesday,wednesday,thursday,friday,saturday,sunday")

    with pytest.raises(UsageError, match="no day"):
        window.next_opening(at("2026-06-01T12:00:00+00:00"))


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-06-05T10:00:00+02:00", None),  # a Friday morning
        ("2026-06-05T08:29:59+02:00", "2026-06-05T06:30:00+00:00"),
        ("2026-06-05T20:00:00+02:00", "2026-06-06T06:30:00+00:00"),
        ("2026-06-06T21:00:00+02:00", "2026-06-08T06:30:00+00:00"),  # over a Sunday
        ("2026-07-13T21:00:00+02:00", "2026-07-15T06:30:00+00:00"),  # over Bastille Day
        ("2026-10-24T21:00:00+02:00", "2026-10-26T07:30:00+00:00"),  # over the end of summer time
        ("2026-05-23T21:00:00+02:00", "2026-05-26T06:30:00+00:00"),  # Sunday, then Whit Monday
    ],
)
def test_the_next_opening_skips_closed_days(now: str, opening: str | None) -> None:
    window = read_window("08:30-20:00", zone="Europe/Paris", not_on="sunday, holidays")

    assert window.next_opening(at(now)) == (at(opening) if opening else None)


def test_a_window_over_midnight_belongs_to_the_evening() -> None:
    window = read_window("22:00-07:00", zone="UTC", not_on="sunday")

    assert window.next_opening(at("2026-06-07T02:00:00+00:00")) is None  # Saturday's night
    assert window.next_opening(at("2026-06-07T23:00:00+00:00")) == datetime(2026, 6, 8, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("year", "easter"),
    [(1961, (4, 2)), (2000, (4, 23)), (2024, (3, 31)), (2025, (4, 20)), (2026, (4, 5)), (2038, (4, 25))],
)
def test_easter_is_found(year: int, easter: tuple[int, int]) -> None:
    assert easter_sunday(year) == date(year, *easter)


def test_france_has_eleven_holidays() -> None:
    assert len(french_holidays(2026)) == 11
    assert date(2026, 5, 14) in french_holidays(2026)  # Ascension


PARIS = read_zone("Europe/Paris")
NOW = at("2026-06-05T10:00:00+02:00")


@pytest.mark.parametrize("written", ["", "soon", "25:00", "2026-13-01", "2026-12-01 9h", "tomorrow", "10:60"])
def test_a_beginning_that_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(UsageError, match=r"^start_at: "):
        read_start(written, zone=PARIS, now=NOW)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-12-01 09:00", "2026-12-01T09:00:00+01:00"),
        ("2026-12-01T09:00", "2026-12-01T09:00:00+01:00"),
        ("2026-12-01", "2026-12-01T00:00:00+01:00"),
        ("2026-12-01T09:00Z", "2026-12-01T09:00:00+00:00"),
        ("11:30", "2026-06-05T11:30:00+02:00"),
        ("9:30", "2026-06-06T09:30:00+02:00"),
        ("10:00", "2026-06-06T10:00:00+02:00"),
    ],
)
def test_a_beginning_is_a_moment_in_the_zone_of_the_campaign(written: str, instant: str) -> None:
    assert read_start(written, zone=PARIS, now=NOW) == at(instant)


@pytest.mark.parametrize(
    ("starts_at", "opening"),
    [
        ("2026-06-05T09:00:00+02:00", None),
        ("2026-06-05T12:00:00+02:00", "2026-06-05T12:00:00+02:00"),
        ("2026-06-05T23:00:00+02:00", "2026-06-06T08:30:00+02:00"),  # the hours count all the same
        ("2026-06-07T12:00:00+02:00", "2026-06-08T08:30:00+02:00"),  # and the days
    ],
)
def test_nothing_goes_before_the_beginning_nor_outside_the_hours(starts_at: str, opening: str | None) -> None:
    window = replace(read_window("08:30-20:00", zone="Europe/Paris", not_on="sunday"), starts_at=at(starts_at))
    assert window.next_opening(NOW) == (at(opening) if opening else None)
    assert (window.why_closed(NOW) or "").startswith("not to begin until" if opening else "")


def test_days_are_read_from_a_file_one_a_line_with_what_they_are_behind(tmp_path: Path) -> None:
    file = tmp_path / "closed.txt"
    file.write_bytes(
        b"\xef\xbb\xbf# closing days\r\n2026-12-24 Christmas Eve\r\n\r\n2026-12-31;Silvester\r\nSunday\r\n"
    )
    assert read_days_file(file) == ["2026-12-24", "2026-12-31", "sunday"]


@pytest.mark.parametrize(
    "text", ["24.12.2026\n", "2026-12-24\n2026-02-30\n", "20261224\n", "", "# nothing\n", "someday\n"]
)
def test_a_file_of_days_that_holds_something_else_is_refused_by_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "closed.txt"
    file.write_text(text)
    with pytest.raises(InputRefusedError, match="day"):
        read_days_file(file)
