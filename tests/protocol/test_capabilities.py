"""What phones can do, from recorded and from likely answers."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.errors import (
    ApiRefusedError,
    InputRefusedError,
    OutcomeUnknownError,
    OutsideTimeWindowError,
    ServiceUnavailableError,
    UnreadableAnswerError,
)
from bothub_cli.protocol.capabilities import (
    BulkNumbersRefusedError,
    BulkResult,
    BulkShape,
    BulkStarted,
    ContactCapabilities,
    build_bulk_request,
    build_bulk_result_request,
    build_contact_request,
    read_bulk_result,
    read_bulk_started,
    read_contact_response,
)
from bothub_cli.protocol.http import HttpResponse
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.redaction import Secret

BASE = "https://api.orange.com"
TOKENS = TokenPair(orange=Secret("OFR123"), gsma=Secret("GSMA123"))
A, B = "+33612345678", "+33698765432"


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"capabilities":"chat"}', b"[]"])
def test_an_answer_without_capabilities_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableAnswerError):
        read_contact_response(HttpResponse(status=200, body=body))


@pytest.mark.parametrize("body", [b'{"code":60,"message":"Resource not found"}', b"<html><title>404</title></html>"])
def test_a_wrong_address_is_not_taken_for_a_phone_without_rcs(body: bytes) -> None:
    with pytest.raises(ApiRefusedError):
        read_contact_response(HttpResponse(status=404, body=body))


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b""),
        (404, b'{"reason":{"code":1,"text":"not found"}}'),
        (400, b'{"reason":{"code":41200,"text":"not RCS"}}'),
        (404, b'{"error":{"code":404,"status":"NOT_FOUND","message":"x"}}'),
    ],
)
def test_a_phone_without_rcs_is_an_answer_not_an_error(status: int, body: bytes) -> None:
    assert read_contact_response(HttpResponse(status=status, body=body)) == ContactCapabilities(is_rcs_user=False)


def test_the_capability_that_matters_for_a_bot_is_told() -> None:
    body = b'{"capabilities":["chat","fileTransfer","chatBotCommunication",7],"ttl":3}'
    capabilities = read_contact_response(HttpResponse(status=200, body=body))
    assert capabilities.capabilities == ("chat", "fileTransfer", "chatBotCommunication")
    assert capabilities.takes_chatbots
    assert capabilities.extra == {"ttl": 3}
    assert not ContactCapabilities(is_rcs_user=True, capabilities=("chat",)).takes_chatbots


@pytest.mark.parametrize("contact", [{}, {"userContact": A, "chatId": "93JF"}])
def test_exactly_one_contact_is_asked_about(contact: dict[str, object]) -> None:
    with pytest.raises(InputRefusedError):
        build_contact_request(BASE, bot_id="bot", tokens=TOKENS, message_contact=contact)


def test_the_plus_of_a_number_is_encoded() -> None:
    request = build_contact_request(BASE, bot_id="bot", tokens=TOKENS, message_contact={"userContact": A})
    assert request.url == f"{BASE}/bothub/v1/bot/v1/bot/contactCapabilities?userContact=%2B33612345678"
    assert request.replay_safe


@pytest.mark.parametrize("count", [0, 10_001])
def test_a_bulk_check_has_a_documented_size(count: int) -> None:
    with pytest.raises(InputRefusedError, match=r"takes 1 to 10,000"):
        build_bulk_request(BASE, bot_id="bot", tokens=TOKENS, numbers=[A] * count, shape=BulkShape())


def test_ten_thousand_numbers_are_not_too_many() -> None:
    request = build_bulk_request(BASE, bot_id="bot", tokens=TOKENS, numbers=[A] * 10_000, shape=BulkShape())
    assert (request.method, request.url) == ("POST", f"{BASE}/bothub/v1/bot/v2/bot/bulkContactCapabilities")
    assert len(json.loads(request.body or b"")["users"]) == 10_000


def test_the_body_of_a_bulk_check_can_be_shaped() -> None:
    shape = BulkShape(member="contacts", item_key="userContact")
    request = build_bulk_request(BASE, bot_id="bot", tokens=TOKENS, numbers=[A], shape=shape)
    assert json.loads(request.body or b"") == {"contacts": [{"userContact": A}]}


def test_a_closed_time_window_is_told_whatever_the_405_says() -> None:
    for body in (b"", b'{"code":61,"message":"Method Not Allowed"}'):
        with pytest.raises(OutsideTimeWindowError, match="from 22:00 to 07:00 CET"):
            read_bulk_started(HttpResponse(status=405, body=body))
        with pytest.raises(OutsideTimeWindowError):
            read_bulk_result(HttpResponse(status=405, body=body))


def test_an_unclear_answer_leaves_the_start_open_and_the_result_temporary() -> None:
    for response in (HttpResponse(status=504), HttpResponse(status=200, body=b"<html>")):
        with pytest.raises(OutcomeUnknownError):
            read_bulk_started(response)
    with pytest.raises(ServiceUnavailableError):
        read_bulk_result(HttpResponse(status=504))
    with pytest.raises(UnreadableAnswerError):
        read_bulk_result(HttpResponse(status=200, body=b"<html>"))


def test_a_start_is_taken_with_or_without_a_body() -> None:
    assert read_bulk_started(HttpResponse(status=202)) == BulkStarted()
    assert read_bulk_started(HttpResponse(status=202, body=b'{"jobId":"7"}')).document == {"jobId": "7"}


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b""), (202, b"{}"), (200, b'{"status":"PENDING"}'), (200, b'{"state":"running","users":["+33612345678"]}')],
)
def test_a_result_that_is_not_there_yet_claims_nothing(status: int, body: bytes) -> None:
    result = read_bulk_result(HttpResponse(status=status, body=body))
    assert (result.is_ready, result.capable, result.incapable) == (False, (), ())


@pytest.mark.parametrize(
    "document",
    [
        {"reachableUsers": [A], "unreachableUsers": [B]},
        {"results": [{"userContact": A, "capabilities": ["chat"]}, {"userContact": B, "capabilities": []}]},
        [{"msisdn": A, "rcsCapable": True}, {"msisdn": B, "rcsCapable": False}],
        {"contacts": [{"number": A, "result": "TRUE"}, {"number": B, "result": "FALSE"}]},
        {A: True, B: False},
        {"data": {A: ["chat"], B: []}},
    ],
)
def test_every_likely_form_of_result_is_read(document: object) -> None:
    result = read_bulk_result(HttpResponse(status=200, body=json.dumps(document).encode()))
    assert (result.is_ready, result.capable, result.incapable) == (True, (A,), (B,))
    assert result.document == document


def test_an_echo_of_the_request_is_not_taken_for_a_verdict() -> None:
    for document in ({"users": [A, B]}, {"users": [{"userContact": A}]}, {"numbers": [{"msisdn": A, "status": "?"}]}):
        body = json.dumps(document).encode()
        result = read_bulk_result(HttpResponse(status=200, body=body))
        assert result == BulkResult(is_ready=True, document=document)


@given(body=st.binary(max_size=100))
def test_no_bytes_at_all_break_the_reading(body: bytes) -> None:
    with suppress(UnreadableAnswerError):
        assert read_bulk_result(HttpResponse(status=200, body=body)).capable == ()


@pytest.mark.parametrize(
    ("body", "is_about_regions", "named"),
    [
        (
            {"error": {"code": 400, "message": "Users must be of a single region", "status": "INVALID_ARGUMENT"}},
            True,
            (),
        ),
        ({"code": 24, "message": "Invalid body field", "description": "mixed regional numbers"}, True, ()),
        ({"reason": {"code": 42005, "text": "contact format"}}, False, ()),
        ({"code": 24, "message": f"Invalid msisdn {A}"}, False, (A,)),
        ({"reason": {"code": 1, "text": "phone number is in an invalid form"}}, False, ()),
    ],
)
def test_a_400_about_the_numbers_is_understood(body: object, is_about_regions: bool, named: tuple[str, ...]) -> None:
    with pytest.raises(BulkNumbersRefusedError) as caught:
        read_bulk_started(HttpResponse(status=400, body=json.dumps(body).encode()))
    assert (caught.value.is_about_regions, caught.value.named) == (is_about_regions, named)
    assert A not in f"{caught.value} {caught.value!r}"


@pytest.mark.parametrize("text", ["users: a list is required", "Missing body", "Unknown member"])
def test_a_400_about_something_else_stays_what_it_is(text: str) -> None:
    body = json.dumps({"code": 21, "message": text}).encode()
    with pytest.raises(ApiRefusedError) as caught:
        read_bulk_started(HttpResponse(status=400, body=body))
    assert not isinstance(caught.value, BulkNumbersRefusedError)


def test_the_result_is_asked_at_the_same_address() -> None:
    request = build_bulk_result_request(BASE, bot_id="bot", tokens=TOKENS)
    assert (request.method, request.url) == ("GET", f"{BASE}/bothub/v1/bot/v2/bot/bulkContactCapabilities")
