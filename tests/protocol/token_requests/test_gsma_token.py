"""BotHub's token, from recorded answers."""

from datetime import UTC, datetime, timedelta

import pytest

from bothub_cli.errors import ApiRefusedError, BothubError, CredentialsRefusedError, UnreadableAnswerError
from bothub_cli.protocol.http import HttpResponse
from bothub_cli.protocol.token_requests import build_gsma_token_request, read_gsma_token
from bothub_cli.redaction import Secret

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def refusal(status: int, body: bytes) -> BothubError:
    with pytest.raises(BothubError) as refused:
        read_gsma_token(HttpResponse(status=status, body=body), received_at=NOW)
    return refused.value


@pytest.mark.parametrize(
    ("status", "body", "subject"),
    [
        (401, b'{"code":40,"message":"Missing credentials"}', "orange_token"),
        (401, b'{"code":41,"message":"Invalid credentials"}', "orange_token"),
        (401, b'{"code":"42","message":"Expired credentials"}', "orange_token"),
        (401, b'{"reason":{"code":40003,"text":"invalid token"}}', "assertion"),
        (401, b"", "assertion"),
        (400, b'{"reason":{"code":0,"text":"JWT malformed"}}', "assertion"),
        (403, b"signature mismatch", "assertion"),
    ],
)
def test_a_refusal_names_the_credential_it_is_about(status: int, body: bytes, subject: str) -> None:
    error = refusal(status, body)
    assert isinstance(error, CredentialsRefusedError)
    assert error.subject == subject


def test_an_application_without_access_is_not_blamed_on_the_assertion() -> None:
    error = refusal(403, b'{"code":50,"message":"Access denied","description":"The application has no access."}')
    assert type(error) is ApiRefusedError
    assert error.remedy is not None
    assert error.remedy.startswith("check on the Orange Developer console that the application is subscribed")
    assert error.remedy.endswith("more: bothub explain 50")


@pytest.mark.parametrize("body", [b"", b"{}", b"<html></html>", b'{"accessToken":5}', b'{"access_token":"x"}', b"\xff"])
def test_a_success_without_token_is_unreadable(body: bytes) -> None:
    assert isinstance(refusal(200, body), UnreadableAnswerError)


def test_the_documented_answer_is_read() -> None:
    body = (
        b'{"accessToken":"GSMA123","expiresIn":"1800","scope":"Chatbot message",'
        b'"timeStamp":"1772366400","tokenType":"Bearer"}'
    )
    token = read_gsma_token(HttpResponse(status=200, body=body), received_at=NOW)
    assert token.value.reveal() == "GSMA123"
    assert token.lifetime == timedelta(minutes=30)


def test_the_parameter_s_name_has_an_encoded_space_and_never_a_plus() -> None:
    request = build_gsma_token_request(
        "https://api.orange.com", orange_token=Secret("OFR123"), assertion=Secret("a.b-_.c")
    )
    assert request.url == "https://api.orange.com/bothub/v1/auth?JWT%20token=a.b-_.c"
    assert (request.method, request.body, request.replay_safe) == ("POST", b"", True)
    assert request.headers == (
        ("accept", "application/json"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Authorization", "Bearer OFR123"),
    )
    assert request.safe_url == "https://api.orange.com/bothub/v1/auth?JWT%20token=***"
