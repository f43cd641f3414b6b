"""Expiry as people type it."""

from datetime import UTC, datetime

import pytest

from bothub_cli.authoring.time_flags import read_expiry
from bothub_cli.errors import UsageError

NOW = datetime(2026, 11, 24, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", '--expiry: "" is no time'),
        ("tomorrow", '--expiry: "tomorrow" is no time'),
        ("90", '--expiry: "90" is no time'),
        ("-2h", '--expiry: "-2h" is no time'),
        ("0m", '--expiry: "0m" lasts no time at all'),
        ("999999999d", "--expiry: that is after the year 9999"),
        ("999999999w", '--expiry: "999999999w" is too long'),
        ("2026-12-24T18:00", '--expiry: "2026-12-24T18:00" has no time zone'),
        ("2026-12-24T25:00Z", '--expiry: "2026-12-24T25:00Z" does not exist in the calendar or on the clock'),
    ],
)
def test_what_is_no_time_is_refused(written: str, problem: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_expiry(written, now=NOW)
    assert caught.value.problem == problem


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("45s", "2026-11-24T10:00:45Z"),
        ("90m", "2026-11-24T11:30:00Z"),
        ("2h", "2026-11-24T12:00:00Z"),
        ("1h30m", "2026-11-24T11:30:00Z"),
        ("3d", "2026-11-27T10:00:00Z"),
        ("2w", "2026-12-08T10:00:00Z"),
        ("2026-12-24T18:00+01:00", "2026-12-24T18:00:00+01:00"),
        ("2026-12-24 18:00:30.5z", "2026-12-24T18:00:30.500000+00:00"),
        ("2020-01-01T00:00Z", "2020-01-01T00:00:00+00:00"),
    ],
)
def test_an_expiry_is_an_instant_or_a_while_from_now(written: str, instant: str) -> None:
    assert read_expiry(written, now=NOW) == instant
