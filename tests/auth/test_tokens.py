"""When a token is still good, and which of two is the newer one."""

from datetime import UTC, datetime, timedelta

import pytest

from bothub_cli.auth.tokens import CachedToken, CachedTokens
from bothub_cli.redaction import Secret

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def token(*, life: float, obtained_at: datetime = NOW, value: str = "t") -> CachedToken:
    expires_at = obtained_at + timedelta(seconds=life)
    return CachedToken(kind="gsma_token", value=Secret(value), obtained_at=obtained_at, expires_at=expires_at)


@pytest.mark.parametrize(
    ("life", "age", "fresh"),
    [
        (3600, 3541, False),
        (3600, 3540, False),
        (3600, 3539, True),
        (100, 90, False),
        (100, 89, True),
        (0, 0, False),
        (3600, -301, False),
        (3600, -299, True),
    ],
)
def test_a_token_ends_a_minute_or_a_tenth_of_its_life_early(life: float, age: float, fresh: bool) -> None:
    assert token(life=life).is_fresh(NOW + timedelta(seconds=age)) is fresh


def test_of_two_tokens_the_newer_one_counts_with_its_skew() -> None:
    old = CachedTokens(gsma_token=token(life=1), skew=timedelta(seconds=9))
    new = CachedTokens(gsma_token=token(life=1, obtained_at=NOW + timedelta(seconds=1)), skew=timedelta(seconds=7))
    assert old.merge(new) == new.merge(old) == new
    assert CachedTokens().merge(old) == old.merge(CachedTokens()) == old


def test_a_token_shows_no_secret() -> None:
    assert "planted" not in repr(token(life=1, value="planted-token-value-of-some-length"))
