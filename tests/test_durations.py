"""How long and since when are read as people type them, in one way everywhere; a slip is answered with the forms."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.config import fields
from bothub_cli.config.origin import Origin
from bothub_cli.config.sources import EnvironmentSource, read_text
from bothub_cli.durations import (
    DurationError,
    parse_duration,
    read_age,
    read_duration,
    read_expiry,
    read_max_wait,
    read_seconds,
    read_since,
)
from bothub_cli.errors import BothubError, UsageError

NOW = datetime(2026, 11, 24, 15, 0, 0, 123456, tzinfo=UTC)
NO_DURATIONS = (
    "", "soon", "-5", "-2h", "5x", "1h1h", "30m1h", "tomorrow", "nan", "inf", "1e3", "1e999", "0x10", "٣", "h", "P",
    "PT", "P1DT", "1:30", "5 minutes ago", "2026-11-24", "9" * 13, "1.", ".", "1h 30m ago",
)  # fmt: skip


@pytest.mark.parametrize("written", NO_DURATIONS)
def test_what_is_no_duration_is_refused_with_the_forms_that_are_taken(written: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_duration(written, option="--for")
    assert caught.value.message.startswith('--for: "')
    assert "24h" in (caught.value.fix or "")


@pytest.mark.parametrize("written", ["3M", "1 month", "2y", "P1M", "P1Y2D", "6mo"])
def test_months_and_years_are_refused_because_none_is_as_long_as_the_other(written: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_duration(written, option="--for")
    assert "no fixed length" in (caught.value.fix or "")


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("90", 90), ("1.5", 1.5), ("86400", 86400), ("30s", 30), ("5m", 300), ("2h", 7200), ("1.5h", 5400),
        ("1,5h", 5400), ("1d", 86400), ("1w", 604800), ("1h30m", 5400), ("1h 30m", 5400), ("1 h 30 m", 5400),
        (" 5m ", 300), ("P1D", 86400), ("PT1H", 3600), ("PT1H30M", 5400), ("P1DT12H", 129600), ("P2W", 1209600),
        ("pt30s", 30), ("PT0.5S", 0.5), ("500ms", 0.5), ("5min", 300), ("2 hours", 7200), ("30 sec", 30), ("2H", 7200),
    ],
)  # fmt: skip
def test_a_duration_has_the_forms_that_people_know(written: str, seconds: float) -> None:
    assert read_seconds(written, option="--for") == seconds


@pytest.mark.parametrize("written", ["0", "0s", "0.0", "PT0S", "0h0m"])
def test_no_time_at_all_is_taken_only_where_it_makes_sense(written: str) -> None:
    assert read_max_wait(written, option="--for") == 0.0
    with pytest.raises(UsageError, match="lasts no time at all"):
        read_duration(written, option="--max-duration")


@pytest.mark.parametrize("written", ["999999999999w", "P999999999999D"])
def test_a_duration_beyond_all_calendars_is_too_long(written: str) -> None:
    with pytest.raises(UsageError, match="too long"):
        read_duration(written, option="--for")


@given(st.text(max_size=20))
def test_any_text_is_a_duration_or_refused(text: str) -> None:
    with suppress(DurationError):
        assert parse_duration(text, zero=True) >= timedelta()


@given(st.integers(0, 99), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_both_spellings_mean_the_same(days: int, hours: int, minutes: int, seconds: int) -> None:
    expected = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    assert parse_duration(f"{days}d{hours}h{minutes}m{seconds}s", zero=True) == expected
    assert parse_duration(f"P{days}DT{hours}H{minutes}M{seconds}S", zero=True) == expected
    assert parse_duration(str(int(expected.total_seconds())), zero=True) == expected


@pytest.mark.parametrize("field", [fields.TIMEOUT, fields.CONNECT_TIMEOUT, fields.MAX_WAIT])
@pytest.mark.parametrize("written", ["90", "90s", "1m30s", "PT1M30S", "1.5m"])
def test_options_variables_and_profiles_have_the_same_grammar(field: fields.Field[float], written: str) -> None:
    flag = read_text(field, written, origin=Origin(kind="flag", name=fields.as_flag(field.name)), base=Path())
    variable = EnvironmentSource({field.variable: written}, cwd=Path()).find(field)
    assert variable is not None
    assert flag.value == variable.value == field.read_toml(written) == field.read_toml(90) == 90.0


@pytest.mark.parametrize("field", [fields.TIMEOUT, fields.CONNECT_TIMEOUT, fields.MAX_WAIT])
@pytest.mark.parametrize("written", ["soon", "2d", "-1", "nan"])
def test_a_setting_that_is_no_duration_is_refused_with_its_name(field: fields.Field[float], written: str) -> None:
    with pytest.raises(BothubError, match=fields.as_flag(field.name)):
        read_text(field, written, origin=Origin(kind="flag", name=fields.as_flag(field.name)), base=Path())


@pytest.mark.parametrize("written", ["", "yesterday", "2026-13-01", "2026-11-24T15:00", "24/11/2026", "20261124"])
def test_what_is_no_start_is_refused(written: str) -> None:
    with pytest.raises(UsageError):
        read_since(written, now=NOW)


def test_a_day_without_dashes_is_not_taken_for_seconds() -> None:
    with pytest.raises(UsageError) as caught:
        read_expiry("20261224", now=NOW)
    assert caught.value.fix == "write 2026-12-24, or 20261224s"


def test_a_start_is_a_duration_back_a_day_or_a_full_time() -> None:
    assert read_since("2h", now=NOW) == NOW - timedelta(hours=2)
    assert read_since("90", now=NOW) == NOW - timedelta(seconds=90)
    assert read_since("2026-11-24", now=NOW) == datetime(2026, 11, 24).astimezone()
    assert read_since("2026-11-24T15:00+01:00", now=NOW) == datetime(2026, 11, 24, 14, tzinfo=UTC)


def test_an_age_beyond_all_calendars_means_everything() -> None:
    assert read_age("3000w", now=NOW, option="--older-than") < NOW
    assert read_age("99999w", now=NOW, option="--older-than") == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", '--expiry: "" is no time'),
        ("tomorrow", '--expiry: "tomorrow" is no time'),
        ("-2h", '--expiry: "-2h" is no time'),
        ("0m", '--expiry: "0m" lasts no time at all'),
        ("999999999d", "--expiry: that is after the year 9999"),
        ("99999999999w", '--expiry: "99999999999w" is too long'),
        ("2026-12-24T18:00", '--expiry: "2026-12-24T18:00" has no time zone'),
        ("2026-12-24T25:00Z", '--expiry: "2026-12-24T25:00Z" does not exist in the calendar or on the clock'),
    ],
)
def test_what_is_no_expiry_is_refused(written: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_expiry(written, now=NOW)
    assert caught.value.message == problem


def test_who_writes_an_unknown_word_for_an_expiry_hears_of_hours() -> None:
    with pytest.raises(UsageError) as caught:
        read_expiry("tomorrow", now=NOW)
    assert "24h" in (caught.value.fix or "")


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("45s", "2026-11-24T15:00:45Z"),
        ("86400", "2026-11-25T15:00:00Z"),
        ("P1D", "2026-11-25T15:00:00Z"),
        ("1.5h", "2026-11-24T16:30:00Z"),
        ("2w", "2026-12-08T15:00:00Z"),
        ("2026-12-24T18:00+01:00", "2026-12-24T18:00:00+01:00"),
        ("2026-12-24 18:00:30.5z", "2026-12-24T18:00:30.500000+00:00"),
        ("2020-01-01T00:00Z", "2020-01-01T00:00:00+00:00"),
    ],
)
def test_an_expiry_is_an_instant_or_a_while_from_now(written: str, instant: str) -> None:
    assert read_expiry(written, now=NOW) == instant


@pytest.mark.parametrize(
    ("written", "unit"), [("1764201600", "seconds"), ("1764201600000", "milliseconds"), (" 1764201600 ", "seconds")]
)
def test_an_expiry_counted_from_1970_is_named_with_its_instant(written: str, unit: str) -> None:
    with pytest.raises(UsageError, match=f"looks like {unit} since 1970") as caught:
        read_expiry(written, now=NOW)
    assert caught.value.remedy == "write that instant: 2025-11-27T00:00:00Z"
    assert read_expiry("864000", now=NOW) == "2026-12-04T15:00:00Z"
