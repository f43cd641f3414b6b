"""When bulk capability requests are allowed."""

from datetime import UTC, datetime, timedelta

import pytest

from bothub_cli.errors import ConfigurationError
from bothub_cli.protocol.bulk_hours import FIXED_CET, bulk_hours


def utc(written: str) -> datetime:
    return datetime.fromisoformat(f"2026-{written}").replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "/etc/passwd", "../Paris", "Europe\0Paris"])
def test_a_zone_that_nobody_knows_is_refused(zone: str) -> None:
    with pytest.raises(ConfigurationError, match="no time zone is called"):
        bulk_hours(utc("11-24T10:00"), zone=zone)


@pytest.mark.parametrize(
    ("now", "is_open", "opens_at", "closes_at"),
    [
        ("11-24T20:59:59", False, "11-24T21:00", "11-25T06:00"),  # winter: UTC+1
        ("11-24T21:00:00", True, "11-24T21:00", "11-25T06:00"),
        ("11-25T05:59:59", True, "11-24T21:00", "11-25T06:00"),
        ("11-25T06:00:00", False, "11-25T21:00", "11-26T06:00"),
        ("11-24T12:00:00", False, "11-24T21:00", "11-25T06:00"),
        ("11-24T23:30:00", True, "11-24T21:00", "11-25T06:00"),  # after midnight in Paris
        ("07-14T19:59:59", False, "07-14T20:00", "07-15T05:00"),  # summer: UTC+2
        ("07-14T20:00:00", True, "07-14T20:00", "07-15T05:00"),
        ("07-15T05:00:00", False, "07-15T20:00", "07-16T05:00"),
    ],
)
def test_the_window_is_the_night_of_paris(now: str, is_open: bool, opens_at: str, closes_at: str) -> None:
    window = bulk_hours(utc(now))
    assert (window.is_open, window.opens_at, window.closes_at) == (is_open, utc(opens_at), utc(closes_at))


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "hours"),
    [("03-28T21:00", "03-29T05:00", 8), ("10-24T20:00", "10-25T06:00", 10)],
)
def test_a_night_in_which_the_clocks_change_is_shorter_or_longer(opens_at: str, closes_at: str, hours: int) -> None:
    for minutes in range(0, hours * 60, 10):
        window = bulk_hours(utc(opens_at) + timedelta(minutes=minutes))
        assert (window.is_open, window.opens_at, window.closes_at) == (True, utc(opens_at), utc(closes_at))
    assert not bulk_hours(utc(opens_at) - timedelta(seconds=1)).is_open
    assert not bulk_hours(utc(closes_at)).is_open


def test_the_other_reading_of_cet_has_no_summer_time() -> None:
    window = bulk_hours(utc("07-14T20:30"), zone=FIXED_CET)
    assert (window.is_open, window.opens_at) == (False, utc("07-14T21:00"))
    assert bulk_hours(utc("07-15T05:59"), zone=FIXED_CET).is_open
    assert not bulk_hours(utc("12-01T06:00"), zone=FIXED_CET).is_open
