"""From an answer to an error: exit code, words, advice and request id."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.errors import (
    ApiRefusedError,
    BothubError,
    CredentialsRefusedError,
    ExitCode,
    OutcomeUnknownError,
    OutsideTimeWindowError,
    RateLimitedError,
    ServiceUnavailableError,
    UnreadableAnswerError,
)
from bothub_cli.protocol.fault_codes import FAULT_CODES, FaultCode
from bothub_cli.protocol.faults import RequestPurpose, error_for
from bothub_cli.protocol.http import Headers, HttpResponse


def answer(status: int, body: bytes = b"", **headers: str) -> HttpResponse:
    pairs = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status=status, headers=Headers(pairs), body=body)


def send_error(status: int, body: bytes = b"", **headers: str) -> BothubError:
    return error_for(answer(status, body, **headers), "send the message", call=RequestPurpose.CHANGE)


@given(
    status=st.integers(min_value=100, max_value=999),
    body=st.one_of(st.binary(max_size=50), st.sampled_from([b'{"code":53}', b'{"reason":{"code":40003}}', b"<html>"])),
    headers=st.dictionaries(st.sampled_from(["Location", "Retry-After", "Date", "X-OAPI-Request-Id"]), st.text()),
    call=st.sampled_from(RequestPurpose),
)
def test_every_answer_is_one_of_our_errors(
    status: int, body: bytes, headers: dict[str, str], call: RequestPurpose
) -> None:
    response = HttpResponse(status=status, headers=Headers(headers), body=body)
    error = error_for(response, "send the message", call=call)
    assert error.exit_code != ExitCode.UNEXPECTED
    assert error.message
    assert error.remedy
    assert error.http is not None
    assert error.http.status == status


@pytest.mark.parametrize("status", [408, 500, 502, 504, 520, 599])
def test_after_a_send_a_server_error_leaves_the_outcome_open(status: int) -> None:
    assert type(send_error(status, b"<html>oops</html>")) is OutcomeUnknownError
    assert type(error_for(answer(status), "read the status")) is ServiceUnavailableError


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"hello", b'{"RCSMessage":', b"[1]", b'{"error":"x"}'])
def test_a_success_with_an_unreadable_body_leaves_a_send_open(body: bytes) -> None:
    error = send_error(202, body)
    assert type(error) is OutcomeUnknownError
    assert error.message.startswith(
        "outcome unknown: the request to send the message went out, but the answer (202) is"
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"<html>", "an HTML page"),
        (b"hello", "text that is no JSON"),
        (b'{"a":', "JSON that breaks off"),
        (b"[1]", "JSON of another shape"),
        (b'{"a":1}', "JSON of another shape"),
    ],
)
def test_an_unreadable_body_is_described_and_not_quoted(body: bytes, words: str) -> None:
    assert error_for(answer(200, body), "read the status").message.endswith(f"is not BotHub's: it is {words}")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 304])
def test_a_redirect_names_the_other_host_and_nothing_of_its_address(status: int) -> None:
    error = send_error(status, Location="https://user:pw@portal.example:8443/login?JWT%20token=abc")
    assert type(error) is UnreadableAnswerError
    assert error.reason == f"it is a redirect ({status}) to portal.example:8443"


@pytest.mark.parametrize("location", ["", "/login?a=b", "http://[broken"])
def test_a_redirect_to_nowhere_is_still_a_redirect(location: str) -> None:
    error = send_error(302, Location=location)
    assert isinstance(error, UnreadableAnswerError)
    assert error.reason == "it is a redirect (302)"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, b""),
        (429, b"<html>slow</html>"),
        (429, b'{"code":53,"message":"Too many requests"}'),
        (403, b'{"code":53,"message":"Quota exceeded"}'),
        (400, b'{"reason":{"code":42601,"text":"too many"}}'),
        (403, b'{"reason":{"code":41003,"text":"throttled"}}'),
    ],
)
def test_too_many_requests_is_told_in_every_dialect(status: int, body: bytes) -> None:
    assert type(send_error(status, body)) is RateLimitedError


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("12", 12.0),
        ("0", 0.0),
        ("Sun, 01 Mar 2026 12:02:00 GMT", 120.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("inf", None),
        ("9" * 400, None),
        ("²", None),
    ],
)
def test_the_wait_that_is_asked_for_is_read_as_seconds_or_date(value: str, seconds: float | None) -> None:
    error = send_error(429, Retry_After=value, Date="Sun, 01 Mar 2026 12:00:00 GMT")
    assert isinstance(error, RateLimitedError)
    assert error.retry_after == seconds


def test_a_date_to_wait_for_is_not_used_without_the_server_s_own_clock() -> None:
    error = send_error(503, Retry_After="Sun, 01 Mar 2026 12:02:00 GMT")
    assert isinstance(error, ServiceUnavailableError)
    assert error.retry_after is None


def test_an_unavailable_service_accepted_nothing() -> None:
    error = send_error(503, b'{"code":6,"message":"Over capacity"}', Retry_After="5")
    assert type(error) is ServiceUnavailableError
    assert error.exit_code == ExitCode.TEMPORARY
    assert (error.message, error.retry_after) == ("the API is not available: Over capacity", 5.0)


@pytest.mark.parametrize(
    ("status", "body", "subject"),
    [
        (401, b'{"code":40,"message":"Missing credentials"}', "orange_token"),
        (401, b'{"code":41,"message":"Invalid credentials"}', "orange_token"),
        (401, b'{"code":42,"message":"Expired credentials"}', "orange_token"),
        (401, b'{"reason":{"code":40004,"text":"expired"}}', "gsma_token"),
        (401, b'{"reason":{"code":42,"text":"expired"}}', "gsma_token"),
        (401, b'{"code":99,"message":"?"}', "gsma_token"),
        (401, b"<html>", "gsma_token"),
        (401, b"", "gsma_token"),
        (403, b'{"reason":{"code":40003,"text":"invalid token"}}', "gsma_token"),
    ],
)
def test_a_401_is_about_the_token_that_its_body_points_to(status: int, body: bytes, subject: str) -> None:
    error = send_error(status, body)
    assert isinstance(error, CredentialsRefusedError)
    assert error.subject == subject


BULK_REFUSAL = (
    b'{"code":61,"message":"Method Not Allowed","description":"Execute those requests only on timeslots '
    b'from 10 PM CET to 7 AM CET in order to NOT overload the whole business bandwidth during business hours."}'
)


def test_the_closed_hours_of_the_bulk_check_are_understood() -> None:
    error = error_for(answer(405, BULK_REFUSAL), "check the numbers", call=RequestPurpose.CHANGE)
    assert type(error) is OutsideTimeWindowError
    assert error.exit_code == ExitCode.TEMPORARY
    assert error.remedy == "try again from 22:00 to 07:00 CET"


def test_another_405_is_a_refusal() -> None:
    assert type(send_error(405, b'{"code":61,"message":"Method Not Allowed"}')) is ApiRefusedError


def test_a_page_in_place_of_a_refusal_is_not_bothub_s() -> None:
    error = send_error(403, b"<html><title>Blocked by policy</title></html>")
    assert type(error) is UnreadableAnswerError
    assert error.reason == "it is an HTML page with status 403, titled 'Blocked by policy'"


@pytest.mark.parametrize("entry", [entry for entry in FAULT_CODES if entry.dialect == "orange"], ids=lambda e: e.code)
def test_every_code_of_the_gateway_has_words_advice_and_request_id(entry: FaultCode) -> None:
    assert entry.http is not None
    body = b'{"code":%s,"message":""}' % entry.code.encode()
    error = send_error(entry.http, body, X_OAPI_Request_Id="7f3c")
    assert entry.meaning in error.message
    assert error.remedy
    assert error.http is not None
    assert error.http.request_id == "7f3c"


@pytest.mark.parametrize(
    ("status", "exit_code"),
    [
        (400, 7),
        (403, 7),
        (404, 7),
        (406, 7),
        (409, 7),
        (411, 7),
        (412, 7),
        (413, 7),
        (414, 7),
        (415, 7),
        (501, 7),
        (505, 7),
    ],
)
def test_a_refusal_without_words_says_its_status(status: int, exit_code: int) -> None:
    error = send_error(status)
    assert error.exit_code == exit_code
    assert f": {status} " in error.message


def test_a_code_of_the_messaging_platform_brings_its_advice() -> None:
    error = send_error(400, b'{"reason":{"code":42013,"text":"trafficType invalid"}}')
    assert error.message == "the API refused to send the message: trafficType invalid (code 42013)"
    assert error.remedy == "try --traffic-type advertisement; more: bothub explain 42013"


def test_a_request_id_cannot_write_on_the_terminal() -> None:
    error = send_error(400, X_OAPI_Request_Id="\x1b[2J" + "x" * 500)
    assert error.http is not None
    assert error.http.request_id is not None
    assert error.http.request_id.startswith("\N{REPLACEMENT CHARACTER}[2J")
    assert len(error.http.request_id) == 120
