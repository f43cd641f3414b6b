"""Orange's token, from recorded answers."""

from datetime import UTC, datetime, timedelta

import pytest

from bothub_cli.errors import (
    ApiRefusedError,
    BothubError,
    CredentialsRefusedError,
    ExitCode,
    RateLimitedError,
    ServiceUnavailableError,
    UnreadableAnswerError,
)
from bothub_cli.protocol.http import Headers, HttpResponse
from bothub_cli.protocol.issued_token import IssuedToken
from bothub_cli.protocol.token_requests import build_orange_token_request, read_orange_token
from bothub_cli.redaction import Secret

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def read(status: int, body: bytes, **headers: str) -> IssuedToken:
    pairs = {name.replace("_", "-"): value for name, value in headers.items()}
    return read_orange_token(HttpResponse(status=status, headers=Headers(pairs), body=body), received_at=NOW)


def refusal(status: int, body: bytes, **headers: str) -> BothubError:
    with pytest.raises(BothubError) as refused:
        read(status, body, **headers)
    return refused.value


INVALID = (
    b'{"error":"invalid_client","error_description":"The requested service needs credentials, '
    b'but the ones provided were invalid."}'
)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, INVALID),
        (401, b'{"error":"invalid_client","error_description":"Unable to decode Basic authorization."}'),
        (401, b'{"code":41,"message":"Invalid credentials","description":"unknown client"}'),
        (400, b'{"error":"invalid_client"}'),
        (401, b"<html>no</html>"),
        (401, b""),
        (403, b'{"code":51,"message":"Forbidden requester"}'),
    ],
)
def test_refused_credentials_are_about_the_authorization_header(status: int, body: bytes) -> None:
    error = refusal(status, body, X_OAPI_Request_Id="r-1")
    assert isinstance(error, CredentialsRefusedError)
    assert error.subject == "authorization header"
    assert error.exit_code == ExitCode.CREDENTIALS
    assert error.http is not None
    assert error.http.request_id == "r-1"


def test_the_refusal_repeats_the_service_s_own_words() -> None:
    assert refusal(401, INVALID).message == (
        "the authorization header was refused: "
        "The requested service needs credentials, but the ones provided were invalid."
    )


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, b'{"error":"invalid_request","error_description":"Missing grant_type in body"}', ApiRefusedError),
        (415, b'{"error":"invalid_request","error_description":"not supported"}', ApiRefusedError),
        (429, b'{"code":53,"message":"Too many requests"}', RateLimitedError),
        (503, b"", ServiceUnavailableError),
        (500, b'{"code":1,"message":"Internal error"}', ServiceUnavailableError),
        (302, b"", UnreadableAnswerError),
        (404, b"<html><title>Nothing here</title></html>", UnreadableAnswerError),
        (200, b"", UnreadableAnswerError),
        (200, b"<html>Sign in to the network</html>", UnreadableAnswerError),
        (200, b"[]", UnreadableAnswerError),
        (200, b'{"token_type":"Bearer"}', UnreadableAnswerError),
        (200, b'{"access_token":""}', UnreadableAnswerError),
        (200, b'{"access_token":"two words"}', UnreadableAnswerError),
        (200, b'{"access_token":"line\\nbreak"}', UnreadableAnswerError),
        (200, b'{"access_token":"\xc3\xa9"}', UnreadableAnswerError),
    ],
)
def test_every_other_bad_answer_has_its_own_error(status: int, body: bytes, kind: type[BothubError]) -> None:
    assert type(refusal(status, body)) is kind


def test_a_token_in_a_broken_answer_is_not_quoted() -> None:
    error = refusal(200, b'{"access_token":"OFRsecretOFRsecret')
    assert (
        error.message == "the answer when trying to issue the Orange token is not BotHub's: it is JSON that breaks off"
    )


@pytest.mark.parametrize("lifetime", [b'"3600"', b"3600"])
def test_the_documented_answer_is_read_with_its_life_as_text_or_number(lifetime: bytes) -> None:
    token = read(200, b'{"token_type":"Bearer","access_token":"OFR123","expires_in":' + lifetime + b"}")
    assert token.value.reveal() == "OFR123"
    assert token.lifetime == timedelta(hours=1)


def test_an_answer_without_a_life_is_a_token_all_the_same() -> None:
    token = read(200, b'{"access_token":"OFR123"}', Date="Sun, 01 Mar 2026 12:04:00 GMT")
    assert token.lifetime is None
    assert token.server_date == datetime(2026, 3, 1, 12, 4, tzinfo=UTC)


def test_the_request_is_the_documented_one() -> None:
    request = build_orange_token_request("https://api.orange.com/", authorization=Secret("Basic aWQ6c2VjcmV0"))
    assert (request.method, request.url) == ("POST", "https://api.orange.com/oauth/v3/token")
    assert request.headers == (
        ("Accept", "application/json"),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Authorization", "Basic aWQ6c2VjcmV0"),
    )
    assert request.body == b"grant_type=client_credentials"
    assert request.replay_safe
    assert "aWQ6" not in repr(request)
