"""Times from webhooks."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.messages.event.timestamps import read_timestamp


@pytest.mark.parametrize(
    "value", [None, "", "soon", "2017-13-01", True, [], {}, "0000-00-00", 1e300, float("nan"), 10**400]
)
def test_what_is_no_time_is_none(value: object) -> None:
    assert read_timestamp(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "2017-09-26T01:33:20.000Z",
        "2017-09-26T01:33:20Z",
        "2017-09-26T03:33:20+02:00",
        "2017-09-26T03:33:20.000+0200",
        "2017-09-26 01:33:20",
        "2017-09-26T01:33:20",
        " 2017-09-26t01:33:20.000000000z ",
        1506389600,
        1506389600000,
        "1506389600",
        "1506389600000",
        1506389600.0,
    ],
)
def test_every_form_seen_on_webhooks_is_read_as_the_same_instant(value: object) -> None:
    assert read_timestamp(value) == datetime(2017, 9, 26, 1, 33, 20, tzinfo=UTC)


@given(st.text() | st.integers() | st.floats() | st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d([+-]\d\d:\d\d|Z)?"))
def test_no_text_and_no_number_makes_it_fail(value: object) -> None:
    read = read_timestamp(value)
    assert read is None or read.tzinfo is UTC
