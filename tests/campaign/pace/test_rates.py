"""Rates are read as people write them, and turned into the moment when the last message has gone."""

from datetime import UTC, datetime, timedelta

import pytest

from bothub_cli.campaign.pace.rate import find_end, read_rate
from bothub_cli.campaign.pace.window import read_window
from bothub_cli.errors import UsageError

FRIDAY_EVENING = datetime(2026, 6, 5, 17, 0, tzinfo=UTC)  # 19:00 in Paris


@pytest.mark.parametrize("written", ["", "fast", "-1/s", "0/s", "1/day", "1e9/s", "25/s/s", "NaN", "٣/s/"])
def test_what_is_no_rate_is_refused(written: str) -> None:
    with pytest.raises(UsageError):
        read_rate(written)


@pytest.mark.parametrize(
    ("written", "rate"),
    [("25/s", 25.0), ("25", 25.0), ("600/min", 10.0), ("3600 / h", 1.0), ("0.5/s", 0.5), ("1/h", 1 / 3600)],
)
def test_a_rate_is_read_per_second(written: str, rate: float) -> None:
    assert read_rate(written) == rate


def test_none_is_no_limit() -> None:
    assert read_rate("none") is None


def test_more_than_a_year_has_no_end() -> None:
    assert find_end(10**9, rate=1.0, start=FRIDAY_EVENING, window=None) is None


def test_without_hours_the_end_is_a_division_away() -> None:
    assert find_end(100, rate=10.0, start=FRIDAY_EVENING, window=None) == FRIDAY_EVENING + timedelta(seconds=10)


def test_closed_hours_and_days_are_left_out() -> None:
    window = read_window("08:00-20:00", zone="Europe/Paris", not_on="saturday,sunday")
    end = find_end(7200, rate=1.0, start=FRIDAY_EVENING, window=window)
    assert end == datetime(2026, 6, 8, 7, 0, tzinfo=UTC)  # an hour on Friday, an hour on Monday from 08:00
