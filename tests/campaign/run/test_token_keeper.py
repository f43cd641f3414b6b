"""Tokens are renewed beside the sending, and a refusal is told once."""

import time
from contextlib import nullcontext

import pytest

from bothub_cli.campaign.run.tokens import TokenKeeper
from bothub_cli.errors import BothubError, CredentialsRefusedError, NetworkError
from bothub_cli.protocol.token_pair import TokenKind, TokenPair
from bothub_cli.redaction import Secret
from bothub_cli.transport.retry import RetryPolicy
from tests.waiting import wait_until


class Tokens:
    """A source whose pair the test changes."""

    def __init__(self) -> None:
        self.gsma = "gsma-1"
        self.renewed: list[tuple[TokenKind, str]] = []
        self.trouble: Exception | None = None

    def pair(self) -> TokenPair:
        if self.trouble is not None:
            raise self.trouble
        return TokenPair(orange=Secret("orange-1"), gsma=Secret(self.gsma))

    def renew(self, kind: TokenKind, failed: Secret) -> None:
        self.renewed.append((kind, failed.reveal()))
        self.gsma = "gsma-2"


def test_without_a_first_pair_nothing_begins() -> None:
    tokens = Tokens()
    tokens.trouble = CredentialsRefusedError(subject="authorization header", reason="no")

    with pytest.raises(CredentialsRefusedError), TokenKeeper(tokens):
        pass


@pytest.mark.parametrize(("max_wait", "goes_on"), [(0.0, False), (600.0, True)])
def test_a_token_service_in_trouble_is_asked_again_as_long_as_patience_lasts(max_wait: float, goes_on: bool) -> None:
    tokens = Tokens()
    tokens.trouble = NetworkError(host="api.example", stage="dns")
    told: list[BothubError] = []

    def wait(error: BothubError, seconds: float) -> None:
        told.append(error)
        assert seconds > 0
        if len(told) == 3:
            tokens.trouble = None

    keeper = TokenKeeper(tokens, retry=RetryPolicy(max_wait=max_wait), wait=wait)
    with nullcontext() if goes_on else pytest.raises(NetworkError), keeper:
        assert keeper.pair.gsma.reveal() == "gsma-1"

    assert [error.code for error in told] == (["network"] * 3 if goes_on else [])


def test_trouble_while_running_keeps_the_pair_in_hand() -> None:
    tokens = Tokens()
    with TokenKeeper(tokens, look_every=0.01) as keeper:
        first = keeper.pair
        tokens.trouble = NetworkError(host="api.example", stage="dns")
        wait_until(lambda: keeper.error is not None)
        assert keeper.pair is first

        tokens.trouble = None
        wait_until(lambda: keeper.error is None)


def test_a_renewal_that_fails_is_tried_again_at_once_and_not_at_the_next_look() -> None:
    tokens = Tokens()
    with TokenKeeper(tokens, look_every=60) as keeper:
        tokens.trouble = NetworkError(host="api.example", stage="connect")
        keeper.refused("gsma_token", keeper.pair)
        wait_until(lambda: keeper.error is not None)
        tokens.trouble = None
        wait_until(lambda: not keeper.is_renewing)


def test_a_refused_token_is_replaced() -> None:
    tokens = Tokens()
    with TokenKeeper(tokens) as keeper:
        keeper.refused("gsma_token", keeper.pair)
        assert keeper.is_renewing
        wait_until(lambda: not keeper.is_renewing)

        assert keeper.pair.gsma.reveal() == "gsma-2"
    assert tokens.renewed == [("gsma_token", "gsma-1")]


def test_an_old_pairs_refusal_is_no_news() -> None:
    tokens = Tokens()
    with TokenKeeper(tokens, look_every=0.01) as keeper:
        old = keeper.pair
        tokens.gsma = "gsma-3"
        wait_until(lambda: keeper.pair is not old)

        keeper.refused("gsma_token", old)

        assert not keeper.is_renewing
    assert tokens.renewed == []


def test_a_pair_that_has_not_changed_stays_the_same_object() -> None:
    tokens = Tokens()
    with TokenKeeper(tokens, look_every=0.01) as keeper:
        first = keeper.pair
        time.sleep(0.1)

        assert keeper.pair is first
