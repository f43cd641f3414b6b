"""The calls under ``/messages``, from recorded answers."""

import json
import math

import pytest

from bothub_cli.errors import (
    ApiRefusedError,
    BothubError,
    InputRefusedError,
    OutcomeUnknownError,
    ServiceUnavailableError,
    UnreadableAnswerError,
)
from bothub_cli.protocol.http import Headers, HttpResponse
from bothub_cli.protocol.messaging import (
    CANCEL,
    MARK_READ,
    Accepted,
    MessageStatus,
    build_cancel_request,
    build_mark_read_request,
    build_send_request,
    build_status_request,
    build_typing_request,
    read_send_response,
    read_set_status_response,
    read_status_response,
)
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.redaction import Secret

BASE = "https://api.orange.com"
TOKENS = TokenPair(orange=Secret("OFR123"), gsma=Secret("GSMA123"))
PAYLOAD = {
    "RCSMessage": {"trafficType": "advertisement", "textMessage": "Hé, world"},
    "messageContact": {"userContact": "+33612345678"},
}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, b"<html>Sign in to the network</html>", OutcomeUnknownError),
        (202, b'{"RCSMessage":{"msgId":"Xs8', OutcomeUnknownError),
        (202, b"[]", OutcomeUnknownError),
        (200, b'{"code":42,"message":"Expired credentials"}', OutcomeUnknownError),
        (500, b'{"reason":{"code":41000,"text":"internal"}}', OutcomeUnknownError),
        (503, b"", OutcomeUnknownError),
        (503, b'{"code":5,"message":"Unavailable"}', ServiceUnavailableError),
        (400, b'{"reason":{"code":42009,"text":"no content"}}', ApiRefusedError),
    ],
)
def test_a_send_without_a_usable_answer_is_not_accepted(status: int, body: bytes, kind: type[BothubError]) -> None:
    with pytest.raises(BothubError) as failed:
        read_send_response(HttpResponse(status=status, body=body))
    assert type(failed.value) is kind


@pytest.mark.parametrize("status", [200, 201, 202, 204])
@pytest.mark.parametrize("body", [b"", b"\r\n"])
def test_a_success_without_body_is_accepted_without_an_id(status: int, body: bytes) -> None:
    response = HttpResponse(status=status, headers=Headers({"x-oapi-request-id": "r-1"}), body=body)
    assert read_send_response(response) == Accepted(request_id="r-1")


@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        (
            b'{"RCSMessage":{"msgId":"Xs8CI3tdf","status":"pending","timestamp":"2017-09-26T01:33:20.315Z"}}',
            Accepted(msg_id="Xs8CI3tdf", status="pending", timestamp="2017-09-26T01:33:20.315Z"),
        ),
        (b'{"RCSMessage":{"msgId":12,"status":"queued"}}', Accepted(msg_id="12", status="queued")),
        (b'{"RCSMessage":{"msgId":"a","cost":1}}', Accepted(msg_id="a", extra={"cost": 1})),
        (b'{"RCSMessage":{"msgId":"a","code":1}}', Accepted(msg_id="a", extra={"code": 1})),
        (b'{"rcsMessage":{"msgId":"a"}}', Accepted(msg_id="a")),
        (b'{"msgId":"a"}', Accepted(msg_id="a")),
        (b'{"RCSMessage":null}', Accepted()),
        (b"{}", Accepted()),
    ],
)
def test_every_seen_form_of_acceptance_is_read(body: bytes, accepted: Accepted) -> None:
    assert read_send_response(HttpResponse(status=202, body=body)) == accepted


@pytest.mark.parametrize("payload", [{"a": math.nan}, {"a": "\ud83d"}, {"a": object()}])
def test_what_json_cannot_hold_is_refused_before_anything_goes_out(payload: dict[str, object]) -> None:
    with pytest.raises(InputRefusedError):
        build_send_request(BASE, bot_id="bot", tokens=TOKENS, payload=payload)


@pytest.mark.parametrize("bot_id", ["", ".", "..", "a b", "a\nb", "\x7f"])
def test_a_bot_id_that_would_lead_elsewhere_is_refused(bot_id: str) -> None:
    with pytest.raises(InputRefusedError):
        build_send_request(BASE, bot_id=bot_id, tokens=TOKENS, payload=PAYLOAD)


def test_a_send_has_exactly_the_documented_headers() -> None:
    request = build_send_request(BASE + "/", bot_id="bot", tokens=TOKENS, payload=PAYLOAD)
    assert (request.method, request.url) == ("POST", "https://api.orange.com/bothub/v1/bot/v1/bot/messages")
    assert request.headers == (
        ("accept", "application/json"),
        ("Content-Type", "application/json"),
        ("AccessToken", "GSMA123"),
        ("Authorization", "Bearer OFR123"),
    )
    assert json.loads(request.body or b"") == PAYLOAD
    assert "Hé".encode() in (request.body or b"")
    assert not request.replay_safe


def test_a_bot_id_is_one_segment_whatever_it_holds() -> None:
    request = build_send_request(BASE, bot_id="sip:a/b@botplatform.example?x#y", tokens=TOKENS, payload=PAYLOAD)
    assert request.url.endswith("/bot/v1/sip%3Aa%2Fb%40botplatform.example%3Fx%23y/messages")


@pytest.mark.parametrize(("active", "word"), [(True, "active"), (False, "idle")])
def test_typing_is_a_message_that_may_be_repeated(active: bool, word: str) -> None:
    request = build_typing_request(BASE, bot_id="bot", tokens=TOKENS, message_contact={"chatId": "93JF"}, active=active)
    assert json.loads(request.body or b"") == {"RCSMessage": {"isTyping": word}, "messageContact": {"chatId": "93JF"}}
    assert request.replay_safe


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b'{"RCSMessage":{"msgId":"a"}}', b'{"error":"x"}'])
def test_a_status_that_is_none_is_unreadable(body: bytes) -> None:
    with pytest.raises(UnreadableAnswerError):
        read_status_response(HttpResponse(status=200, body=body))


def test_a_status_is_read_and_unknown_words_pass() -> None:
    body = b'{"RCSMessage":{"msgId":"MzJm","status":"teleported","timestamp":"2017-09-26T01:33:20Z","hop":2}}'
    assert read_status_response(HttpResponse(status=200, body=body)) == MessageStatus(
        msg_id="MzJm", status="teleported", timestamp="2017-09-26T01:33:20Z", extra={"hop": 2}
    )


def test_a_status_is_asked_without_content_type() -> None:
    request = build_status_request(BASE, bot_id="bot", tokens=TOKENS, msg_id="a/b")
    assert (request.method, request.url) == ("GET", f"{BASE}/bothub/v1/bot/v1/bot/messages/a%2Fb/status")
    assert [name for name, _ in request.headers] == ["accept", "AccessToken", "Authorization"]
    assert request.replay_safe


def test_a_cancel_is_not_repeated_and_a_read_report_may_be() -> None:
    cancel = build_cancel_request(BASE, bot_id="bot", tokens=TOKENS, msg_id="a")
    read = build_mark_read_request(BASE, bot_id="bot", tokens=TOKENS, msg_id="a")
    assert [(request.method, request.body, request.replay_safe) for request in (cancel, read)] == [
        ("PUT", b'{"RCSMessage":{"status":"cancelled"}}', False),
        ("PUT", b'{"RCSMessage":{"status":"displayed"}}', True),
    ]


def test_an_unclear_answer_to_a_cancel_leaves_it_open_and_to_a_read_report_does_not() -> None:
    for operation, kind in ((CANCEL, OutcomeUnknownError), (MARK_READ, ServiceUnavailableError)):
        with pytest.raises(kind):
            read_set_status_response(HttpResponse(status=504), operation=operation)
    with pytest.raises(OutcomeUnknownError):
        read_set_status_response(HttpResponse(status=200, body=b"<html>"), operation=CANCEL)


@pytest.mark.parametrize("body", [b"", b"{}"])
def test_a_change_of_status_needs_no_body(body: bytes) -> None:
    read_set_status_response(HttpResponse(status=204, body=body), operation=CANCEL)
