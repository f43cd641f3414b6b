"""POST /messages: what is refused, with which code, and what an accepted message is told."""

import json
from typing import Any

import pytest

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SandboxSettings


def test_without_authorization_the_gateway_answers_code_40(api: Any) -> None:
    api.log_in()
    answer = api.call("POST", "messages", headers={"Authorization": None}, json={})
    assert (answer.status_code, answer.json()["code"]) == (401, 40)


@pytest.mark.parametrize("value", ["Bearer wrong", "Basic abc", "nonsense"])
def test_a_wrong_orange_token_is_code_41(api: Any, value: str) -> None:
    api.log_in()
    answer = api.call("POST", "messages", headers={"Authorization": value}, json={})
    assert (answer.status_code, answer.json()["code"]) == (401, 41)


def test_an_expired_orange_token_is_code_42(server: SandboxServer, api: Any) -> None:
    api.log_in()
    server.advance(hours=1)
    answer = api.send()
    assert (answer.status_code, answer.json()["code"]) == (401, 42)
    assert answer.json()["description"] == (
        "The requested service needs credentials, and the ones provided were out-of-date."
    )


def test_without_access_token_the_platform_answers_40002(api: Any) -> None:
    api.log_in()
    answer = api.call("POST", "messages", headers={"AccessToken": None}, json={})
    assert (answer.status_code, answer.json()["reason"]["code"]) == (401, 40002)


def test_a_bearer_prefix_before_the_access_token_is_wrong(api: Any) -> None:
    api.log_in()
    answer = api.call("POST", "messages", headers={"AccessToken": f"Bearer {api.gsma}"}, json={})
    assert (answer.status_code, answer.json()["reason"]["code"]) == (401, 40003)


def test_an_expired_access_token_is_40004(server: SandboxServer, api: Any) -> None:
    api.log_in()
    server.advance(hours=1)
    api.orange = api.ask_orange_token().json()["access_token"]
    answer = api.send()
    assert (answer.status_code, answer.json()["reason"]["code"]) == (401, 40004)


def test_another_applications_bot_is_denied(api: Any, stranger: SandboxIdentity) -> None:
    api.log_in()
    api.identity = stranger
    answer = api.send()
    assert (answer.status_code, answer.json()["code"]) == (403, 50)


def test_an_unknown_bot_is_not_found(api: Any) -> None:
    api.log_in()
    answer = api.session.post(f"{api.url}/bothub/v1/bot/v1/nobody/messages", headers=api.headers(), json={})
    assert (answer.status_code, answer.json()["reason"]["code"]) == (404, 42003)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 42008),
        (b"{", 40005),
        (b"[]", 40005),
        (b'{"a":NaN}', 40005),
        (b"\xff\xfe{\x00}\x00", 40005),
        (b"[" * 50_000, 40005),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(api: Any, body: bytes, code: int) -> None:
    api.log_in()
    answer = api.call("POST", "messages", headers={"Content-Type": "application/json"}, data=body)
    assert (answer.status_code, answer.json()["reason"]["code"]) == (400, code)


def test_another_content_type_is_refused(api: Any) -> None:
    api.log_in()
    answer = api.call("POST", "messages", headers={"Content-Type": "text/plain"}, data=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (415, 68)


def test_a_client_that_takes_no_json_is_refused(api: Any) -> None:
    api.log_in()
    answer = api.call("POST", "messages", headers={"Accept": "text/html"}, json={})
    assert (answer.status_code, answer.json()["code"]) == (406, 62)


_TEXT = {"textMessage": "Hello"}
_TO = {"userContact": "+33612345678"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"RCSMessage": _TEXT}, 42004),
        ({"RCSMessage": _TEXT, "messageContact": {}}, 42004),
        ({"RCSMessage": _TEXT, "messageContact": {"userContact": "0612345678"}}, 42005),
        ({"RCSMessage": {}, "messageContact": _TO}, 42009),
        ({"RCSMessage": {**_TEXT, "isTyping": "active"}, "messageContact": _TO}, 42010),
        ({"RCSMessage": {"isTyping": "perhaps"}, "messageContact": _TO}, 42012),
        ({"RCSMessage": {**_TEXT, "trafficType": 3}, "messageContact": _TO}, 42013),
        ({"RCSMessage": {"textMessage": ""}, "messageContact": _TO}, 42015),
        ({"RCSMessage": {**_TEXT, "expiry": "2001-01-01T00:00:00Z"}, "messageContact": _TO}, 42208),
        (
            {
                "RCSMessage": {**_TEXT, "suggestedChipList": {"suggestions": [{"reply": {"displayText": "x" * 26}}]}},
                "messageContact": _TO,
            },
            42050,
        ),
        ({"RCSMessage": {"richcardMessage": {"message": {}}}, "messageContact": _TO}, 42031),
        ({"RCSMessage": {"fileMessage": {}}, "messageContact": _TO}, 42101),
    ],
)
def test_a_bad_message_is_refused_with_its_own_code(api: Any, body: dict[str, Any], code: int) -> None:
    api.log_in()
    answer = api.call("POST", "messages", json=body)
    assert answer.status_code == 400
    assert answer.json()["reason"]["code"] == code, answer.text


def test_a_body_over_a_megabyte_is_refused_before_it_is_read(api: Any) -> None:
    api.log_in()
    answer = api.send("x" * 2_000_000)
    assert (answer.status_code, answer.json()["code"]) == (413, 66)


def test_the_26th_call_in_a_second_is_too_many(identity: SandboxIdentity, api: Any) -> None:
    settings = SandboxSettings(rate_limits=RateLimits(requests_per_second=5, refusal_status=403))
    with SandboxServer([identity], settings=settings) as server:
        api.server = server
        api.log_in()
        server.advance(seconds=1)
        answers = [api.send() for _ in range(6)]
        assert [answer.status_code for answer in answers] == [202] * 5 + [403]
        assert answers[5].json()["code"] == 53


def test_an_accepted_message_is_pending_and_has_an_id(api: Any) -> None:
    api.log_in()
    answer = api.send("Hello")
    assert answer.status_code == 202
    assert answer.json()["RCSMessage"]["status"] == "pending"
    assert answer.json()["RCSMessage"]["msgId"].startswith("Msg")
    assert answer.headers["Content-Type"] == "application/json"
    assert "X-OAPI-Request-Id" in answer.headers


@pytest.mark.parametrize("contact", ["tel:+33612345678", "sip:+33612345678@ims.example", "+33612345678"])
def test_every_form_of_a_number_reaches_the_same_phone(server: SandboxServer, api: Any, contact: str) -> None:
    api.log_in()
    assert api.send(to=contact).status_code == 202
    assert server.run(lambda sandbox: [phone.number for phone in sandbox.phones]) == ["+33612345678"]


def test_the_message_is_kept_as_it_came(server: SandboxServer, api: Any) -> None:
    api.log_in()
    body = {"RCSMessage": {"textMessage": "é", "vendorThing": [1]}, "messageContact": _TO, "msgId": "in-reply-to"}
    api.call("POST", "messages", headers={"Content-Type": "application/json"}, data=json.dumps(body))
    assert server.run(lambda sandbox: [message.payload for message in sandbox.messages]) == [body]


def test_a_typing_notice_is_accepted_and_goes_nowhere(server: SandboxServer, api: Any) -> None:
    api.log_in()
    answer = api.call("POST", "messages", json={"RCSMessage": {"isTyping": "active"}, "messageContact": _TO})
    assert answer.status_code == 202
    server.advance(hours=1)
    assert server.run(lambda sandbox: [message.status for message in sandbox.messages]) == ["pending"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/bothub/v1/bot/v1/x/messages", 405, 61),
        ("GET", "/bothub/v1/nothing", 404, 60),
        ("GET", "/oauth/v3/token", 405, 61),
    ],
)
def test_what_the_api_does_not_have_is_told_in_its_envelope(
    api: Any, method: str, path: str, status: int, code: int
) -> None:
    answer = api.session.request(method, api.url + path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
