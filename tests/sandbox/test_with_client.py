"""bothub's own client and the sandbox agree on every operation, over real HTTP."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from bothub_cli.client import BothubClient
from bothub_cli.clock import SystemClock
from bothub_cli.errors import (
    ApiRefusedError,
    BothubError,
    OutcomeUnknownError,
    OutsideTimeWindowError,
    RateLimitedError,
    ServiceUnavailableError,
)
from bothub_cli.protocol.http import FilePart
from bothub_cli.protocol.token_pair import TokenKind, TokenPair
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SandboxSettings
from bothub_cli.transport.base import TransportSettings
from bothub_cli.transport.http import RequestsTransport
from bothub_cli.transport.retry import RetryPolicy


class _Tokens:
    """Asks the sandbox for tokens as the test's plain client does."""

    def __init__(self, api: Any) -> None:
        self._api = api

    def pair(self) -> TokenPair:
        return TokenPair(orange=Secret(self._api.orange), gsma=Secret(self._api.gsma))

    def renew(self, kind: TokenKind, failed: Secret) -> None:
        if kind == "orange_token":
            self._api.orange = self._api.ask_orange_token().json()["access_token"]
        else:
            self._api.gsma = self._api.ask_gsma_token().json()["accessToken"]


@pytest.fixture
def settings() -> SandboxSettings:
    return SandboxSettings(rate_limits=RateLimits.off(), bulk_window="off")


@pytest.fixture
def client(server: SandboxServer, api: Any) -> Iterator[BothubClient]:
    with _open_client(server, api, TransportSettings(timeout=60)) as patient:
        yield patient


@contextmanager
def _open_client(server: SandboxServer, api: Any, settings: TransportSettings) -> Iterator[BothubClient]:
    api.log_in()
    transport = RequestsTransport(settings, user_agent="test")
    yield BothubClient(
        base=server.url,
        bot_id=server.identity.bot_id,
        transport=transport,
        tokens=_Tokens(api),
        clock=SystemClock(),
        retry=RetryPolicy(max_wait=0),
    )
    transport.close()


def _message(ending: str = "0000", text: str = "Hello") -> dict[str, object]:
    return {"RCSMessage": {"textMessage": text}, "messageContact": {"userContact": f"+3363998{ending}"}}


@pytest.mark.parametrize(
    ("ending", "error"),
    [
        ("0402", ApiRefusedError),
        ("0403", RateLimitedError),
        ("0404", ApiRefusedError),
        ("0429", RateLimitedError),
        ("0500", OutcomeUnknownError),
        ("0502", OutcomeUnknownError),
        ("0503", ServiceUnavailableError),
        ("0504", OutcomeUnknownError),
        ("0602", OutcomeUnknownError),
        ("0603", OutcomeUnknownError),
        ("0604", BothubError),
        ("0607", BothubError),
    ],
)
def test_every_fault_is_understood(client: BothubClient, ending: str, error: type[BothubError]) -> None:
    with pytest.raises(error):
        client.send(_message(ending))


def test_an_answer_that_never_comes_leaves_the_outcome_open(server: SandboxServer, api: Any) -> None:
    with (
        _open_client(server, api, TransportSettings(timeout=1)) as hasty,
        pytest.raises(OutcomeUnknownError),
    ):
        hasty.send(_message("0601"))


def test_tokens_that_expired_are_renewed_once(server: SandboxServer, client: BothubClient) -> None:
    server.advance(hours=2)
    assert client.send(_message()).status == "pending"
    assert server.counts() == {"oauth": 2, "auth": 2, "messages": 3}


@pytest.mark.parametrize("ending", ["0401", "0411"])
def test_a_token_that_expires_at_once_is_renewed(client: BothubClient, ending: str) -> None:
    assert client.send(_message(ending)).status == "pending"


def test_a_message_can_be_followed_and_cancelled(server: SandboxServer, client: BothubClient) -> None:
    accepted = client.send(_message("0005"))
    assert accepted.msg_id is not None
    server.advance(seconds=5)
    assert client.message_status(accepted.msg_id).status == "sent"
    client.cancel(accepted.msg_id)
    assert client.message_status(accepted.msg_id).status == "cancelled"


def test_typing_is_taken(client: BothubClient) -> None:
    assert client.set_typing({"userContact": "+33612345678"}, active=True).msg_id


def test_a_file_goes_there_and_back(server: SandboxServer, client: BothubClient) -> None:
    content = b"GIF89a" * 1000
    part = FilePart(
        field_name="fileContent", file_name="a.gif", content_type="image/gif", stream=io.BytesIO(content), size=6000
    )
    now = server.run(lambda sandbox: sandbox.clock.now())
    stored = client.upload_file(part, until=now + timedelta(days=1))
    assert stored.file_id is not None
    server.advance(seconds=1)
    assert client.show_file(stored.file_id).status == "ready"
    client.delete_file(stored.file_id)
    with pytest.raises(ApiRefusedError):
        client.show_file(stored.file_id)


def test_capabilities_are_understood(client: BothubClient) -> None:
    assert client.contact_capabilities({"userContact": "+33612345678"}).takes_chatbots
    assert not client.contact_capabilities({"userContact": "+33639980404"}).is_rcs_user


def test_a_bulk_check_is_understood(client: BothubClient) -> None:
    client.start_bulk_capabilities(["+33612345678", "+33639980404"])
    result = client.bulk_capabilities()
    assert result.is_ready
    assert (result.capable, result.incapable) == (("+33612345678",), ("+33639980404",))


def test_a_bulk_check_by_day_is_told_from_a_refusal(client: BothubClient, server: SandboxServer, api: Any) -> None:
    api.session.patch(f"{server.url}/sandbox/api/settings", json={"bulk_window": "paris"})
    now = server.run(lambda sandbox: sandbox.clock.now())
    server.advance(hours=(36 - now.hour) % 24)
    with pytest.raises(OutsideTimeWindowError):
        client.start_bulk_capabilities(["+33612345678"])
