"""Times are read as people type them, and a slip is answered with the forms that are taken."""

from datetime import UTC, datetime, timedelta

import pytest

from bothub_cli.durations import read_age, read_patience, read_since
from bothub_cli.errors import UsageError

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "soon", "-5", "5x", "1.5", "2026-11-24", "9" * 12 + "w"])
def test_what_is_no_patience_is_refused(written: str) -> None:
    with pytest.raises(UsageError):
        read_patience(written, option="--timeout")


@pytest.mark.parametrize(("written", "seconds"), [("30", 30), ("30s", 30), ("1h30m", 5400), ("0", 0), (" 5m ", 300)])
def test_a_patience_is_seconds_or_a_duration(written: str, seconds: float) -> None:
    assert read_patience(written, option="--timeout") == seconds


@pytest.mark.parametrize("written", ["", "yesterday", "2026-13-01", "2026-11-24T15:00", "24/11/2026"])
def test_what_is_no_start_is_refused(written: str) -> None:
    with pytest.raises(UsageError):
        read_since(written, now=NOW)


def test_a_start_is_a_duration_back_a_day_or_a_full_time() -> None:
    assert read_since("2h", now=NOW) == NOW - timedelta(hours=2)
    assert read_since("2026-11-24", now=NOW) == datetime(2026, 11, 24).astimezone()
    assert read_since("2026-11-24T15:00+01:00", now=NOW) == datetime(2026, 11, 24, 14, tzinfo=UTC)


def test_an_age_beyond_all_calendars_means_everything() -> None:
    assert read_age("3000w", now=NOW, option="--older-than") < NOW
    assert read_age("99999w", now=NOW, option="--older-than") == datetime(1970, 1, 1, tzinfo=UTC)


def test_an_age_needs_a_unit() -> None:
    with pytest.raises(UsageError):
        read_age("90", now=NOW, option="--older-than")
