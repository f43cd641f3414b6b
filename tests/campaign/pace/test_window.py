"""People are written to in the hours that were set, in their own time."""

from datetime import UTC, date, datetime

import pytest

from bothub_cli.campaign.pace.window import easter_sunday, french_holidays, read_window
from bothub_cli.errors import UsageError


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("hours", ["", "8-20", "08:30", "20:00-20:00", "25:00-26:00", "08:30+02:00-20:00", "a-b"])
def test_hours_that_are_none_are_refused(hours: str) -> None:
    with pytest.raises(UsageError, match="--window"):
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
