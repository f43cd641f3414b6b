"""How long a token lives, in every way in which a service may say so."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.protocol.issued_token import IssuedToken, read_date, read_lifetime
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.redaction import Secret

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", [None, "", "soon", True, [], {}, -5, "0", "nan", "inf", 1e400, "-1", "2026-02-01T00:00:00Z", "9" * 400]
)
def test_a_lifetime_that_nobody_can_read_is_unknown(value: object) -> None:
    assert read_lifetime(value, issued_at=NOW) is None


@given(value=st.one_of(st.text(), st.integers(), st.floats()))
def test_no_value_at_all_breaks_the_reading(value: object) -> None:
    lifetime = read_lifetime(value, issued_at=NOW)
    assert lifetime is None or timedelta(0) < lifetime <= timedelta(days=366)


@pytest.mark.parametrize(
    "value",
    [
        3600,
        "3600",
        "3600.0",
        3600000,
        int(NOW.timestamp()) + 3600,
        str(int(NOW.timestamp() + 3600) * 1000),
        "2026-03-01T13:00:00Z",
        "2026-03-01T13:00:00",
        "2026-03-01T14:00:00+01:00",
    ],
)
def test_an_hour_is_understood_as_number_text_milliseconds_and_instant(value: object) -> None:
    assert read_lifetime(value, issued_at=NOW) == timedelta(hours=1)


@pytest.mark.parametrize("value", [None, "", "yesterday", "Sun, 99 Mar 2026 12:00:00 GMT"])
def test_a_date_header_that_cannot_be_read_is_none(value: str | None) -> None:
    assert read_date(value) is None


def test_a_date_header_is_an_instant_in_utc() -> None:
    assert read_date("Sun, 01 Mar 2026 12:00:00 GMT") == NOW


def test_tokens_show_nothing_of_themselves() -> None:
    pair = TokenPair(orange=Secret("OtokenOtokenOtoken"), gsma=Secret("GtokenGtokenGtoken"))
    issued = IssuedToken(value=Secret("OtokenOtokenOtoken"))
    assert "token" not in f"{pair!r} {issued!r}".replace("IssuedToken", "").replace("TokenPair", "")
