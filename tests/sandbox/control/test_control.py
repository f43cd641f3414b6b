"""The sandbox's own JSON API."""

import threading
from contextlib import suppress
from typing import Any

import pytest

from bothub_cli.sandbox.server import SandboxServer

NUMBER = "+33612345678"
CHIPS = {
    "suggestions": [
        {"reply": {"displayText": "Yes", "postback": {"data": "yes_1"}}},
        {"action": {"displayText": "Where?", "postback": {"data": "where"}, "mapAction": {"requestLocationPush": {}}}},
    ]
}


def _ask(api: Any, method: str, path: str, **changes: Any) -> Any:
    return api.session.request(method, f"{api.url}/sandbox/api/{path}", timeout=10, **changes)


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_sites_page_is_refused(api: Any, headers: dict[str, str]) -> None:
    assert _ask(api, "POST", "reset", headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "problem"),
    [
        ("POST", "clock", {"advance": -1}, "advance: must lie between"),
        ("POST", "clock", {"advance": "1h"}, "advance: a number is required"),
        ("POST", "clock", {"advance": 1e300}, "advance: must lie between"),
        ("POST", "clock", {"advance": 10**400}, "advance: must lie between"),
        ("PATCH", "settings", {"sent_after": 10**400}, "sent_after: must lie between"),
        ("PATCH", "settings", {"colour": 1}, "unknown: colour"),
        ("PATCH", "settings", {"bulk_window": "noon"}, "bulk_window: must be one of"),
        ("PATCH", "settings", {"rate_limit_status": 500}, "rate_limit_status"),
        ("PATCH", "settings", {"requests_per_second": 1.5}, "requests_per_second: a whole number"),
        ("PATCH", f"phones/{NUMBER}", {"is_online": "yes"}, "is_online: true or false"),
        ("POST", "faults", {"kind": "earthquake"}, "kind: must be one of"),
        ("POST", "faults", {"kind": "500", "probability": 2}, "probability: must lie between"),
        ("POST", "faults", {"kind": "500", "number": "12"}, "number: an E.164"),
        ("PUT", "webhooks/sandbox@bots.localhost", {"url": "ftp://x"}, "url: an http or https URL"),
        ("PUT", "webhooks/sandbox@bots.localhost", {"url": "http://[::1:x/"}, "url: an http or https URL"),
        ("POST", f"phones/{NUMBER}/actions", {"action": "dance"}, "action: must be one of"),
        ("POST", f"phones/{NUMBER}/actions", {"action": "text"}, "text: a text is required"),
        ("POST", f"phones/{NUMBER}/actions", {"action": "text", "text": "x", "bot_id": "no"}, "bot_id: no such bot"),
        ("GET", "messages?limit=x", None, "limit: a whole number"),
        ("GET", "messages?colour=red", None, "unknown condition: colour"),
        ("GET", "messages/wait?timeout=nan", None, "timeout"),
    ],
)
def test_a_wrong_argument_is_named(api: Any, method: str, path: str, body: object, problem: str) -> None:
    answer = _ask(api, method, path, json=body)
    assert answer.status_code == 400
    assert problem in answer.json()["error"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_refused(api: Any, body: bytes) -> None:
    assert _ask(api, "POST", "clock", data=body).status_code == 400


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["one", "two", "three"]),
        ("?to=%2B33700000000", ["two"]),
        ("?text=THREE", ["three"]),
        ("?limit=1", ["three"]),
        ("?after=1", ["two", "three"]),
        ("?status=displayed", []),
    ],
)
def test_messages_are_listed_newest_last_and_filtered(api: Any, query: str, expected: list[str]) -> None:
    api.log_in()
    api.send("one")
    api.send("two", to="+33700000000")
    api.send("three")
    found = _ask(api, "GET", f"messages{query}").json()["messages"]
    assert [message["payload"]["RCSMessage"]["textMessage"] for message in found] == expected


def test_waiting_ends_with_nothing_when_the_time_is_over(api: Any) -> None:
    assert _ask(api, "GET", "messages/wait?timeout=0.05").status_code == 204


def test_waiting_ends_at_the_first_match(api: Any) -> None:
    api.log_in()
    found: list[Any] = []
    waiter = threading.Thread(target=lambda: found.append(_wait(api.url)))
    waiter.start()
    api.send("no")
    api.send("yes please")
    waiter.join(timeout=10)
    assert found[0]["payload"]["RCSMessage"]["textMessage"] == "yes please"


def _wait(url: str) -> Any:
    import requests

    with requests.Session() as session:
        return session.get(f"{url}/sandbox/api/messages/wait?text=please&timeout=5", timeout=10).json()


def test_a_waiting_client_does_not_hold_up_the_stop(server: SandboxServer, api: Any) -> None:
    import requests

    def wait() -> None:
        with suppress(requests.exceptions.ConnectionError), requests.Session() as session:
            session.get(f"{server.url}/sandbox/api/messages/wait?timeout=60", timeout=30)

    waiter = threading.Thread(target=wait)
    waiter.start()
    api.session.get(f"{server.url}/healthz")
    while not server.run(lambda sandbox: bool(sandbox.feed._sleepers)):
        pass
    server.stop()
    waiter.join(timeout=5)
    assert not waiter.is_alive()


def test_the_details_hold_the_request_without_its_secrets(api: Any) -> None:
    api.log_in()
    msg_id = api.send_id("Hello", unknownMember=1)
    answer = _ask(api, "GET", f"messages/{msg_id}")
    assert api.orange not in answer.text
    assert api.gsma not in answer.text
    assert answer.json()["request"]["headers"]["accesstoken"] == "***"
    assert [finding["rule"] for finding in answer.json()["findings"]] == ["member.unknown"]


def test_a_status_can_be_set_by_hand_but_not_back(api: Any) -> None:
    api.log_in()
    msg_id = api.send_id()
    assert _ask(api, "POST", f"messages/{msg_id}/status", json={"status": "displayed"}).json()["status"] == "displayed"
    assert _ask(api, "POST", f"messages/{msg_id}/status", json={"status": "sent"}).status_code == 409


def test_a_reply_is_tapped_by_its_label(api: Any) -> None:
    api.log_in()
    msg_id = api.send_id(suggestedChipList=CHIPS)
    answer = _ask(api, "POST", f"phones/{NUMBER}/actions", json={"action": "tap", "msg_id": msg_id, "label": "Yes"})
    assert answer.status_code == 201
    assert answer.json()["payload"]["RCSMessage"]["suggestedResponse"]["response"] == {
        "reply": {"displayText": "Yes", "postback": {"data": "yes_1"}}
    }


def test_a_wrong_label_lists_the_right_ones(api: Any) -> None:
    api.log_in()
    api.send(suggestedChipList=CHIPS)
    api.send(suggestedChipList={"suggestions": [{"reply": {"displayText": "Later"}}]})
    answer = _ask(api, "POST", f"phones/{NUMBER}/actions", json={"action": "tap", "label": "No"})
    assert answer.json()["error"] == "label: must be one of Later, Yes, Where?"


def test_a_location_request_is_answered_with_a_location(api: Any) -> None:
    api.log_in()
    api.send(suggestedChipList=CHIPS)
    _ask(api, "POST", f"phones/{NUMBER}/actions", json={"action": "tap", "position": 1})
    messages = _ask(api, "GET", "messages?direction=to_bot").json()["messages"]
    assert messages[0]["payload"]["RCSMessage"]["suggestedResponse"]["response"] == {
        "action": {"displayText": "Where?", "postback": {"data": "where"}}
    }
    assert messages[1]["payload"]["RCSMessage"]["geolocationPushMessage"]["pos"] == "48.8566 2.3522"


def test_an_action_without_a_postback_tells_the_bot_nothing(api: Any) -> None:
    api.log_in()
    link = {"displayText": "Site", "urlAction": {"openUrl": {"url": "https://x.example"}}}
    copy = {
        "displayText": "Copy",
        "postback": {"data": "c"},
        "clipboardAction": {"copyToClipboard": {"text": "123456"}},
    }
    api.send(suggestedChipList={"suggestions": [{"action": link}, {"action": copy}]})

    silent = _ask(api, "POST", f"phones/{NUMBER}/actions", json={"action": "tap", "label": "Site"}).json()
    heard = _ask(api, "POST", f"phones/{NUMBER}/actions", json={"action": "tap", "label": "Copy"}).json()

    assert (silent["msg_id"], silent["effect"]) == (None, "opens https://x.example")
    assert heard["effect"] == "copies 123456"
    [told] = _ask(api, "GET", "messages?direction=to_bot").json()["messages"]
    assert told["payload"]["RCSMessage"]["suggestedResponse"]["response"]["action"]["postback"] == {"data": "c"}


def test_the_buttons_of_an_earlier_message_can_still_be_tapped_by_their_label(api: Any) -> None:
    api.log_in()
    for label in ("First", "Second"):
        chip = {"reply": {"displayText": label, "postback": {"data": label.lower()}}}
        api.send(suggestedChipList={"suggestions": [chip]})

    answer = _ask(api, "POST", f"phones/{NUMBER}/actions", json={"action": "tap", "label": "First"})

    response = answer.json()["payload"]["RCSMessage"]["suggestedResponse"]["response"]
    assert response["reply"]["postback"] == {"data": "first"}


def test_a_null_that_means_absence_is_taken(api: Any) -> None:
    api.log_in()
    assert api.send(suggestedChipList=None).status_code == 202
    assert _ask(api, "GET", f"phones/{NUMBER}").status_code == 200


def test_an_inbound_message_can_be_read_by_the_bot(api: Any) -> None:
    api.log_in()
    answer = _ask(api, "POST", f"phones/{NUMBER}/actions", json={"action": "text", "text": "Hi"})
    msg_id = answer.json()["msg_id"]
    put = api.call("PUT", f"messages/{msg_id}/status", json={"RCSMessage": {"status": "displayed"}})
    assert put.status_code == 204
    assert api.status(msg_id) == "displayed"


def test_a_fault_strikes_as_often_as_it_should(api: Any) -> None:
    api.log_in()
    _ask(api, "POST", "faults", json={"kind": "503", "times": 1})
    assert [api.send().status_code for _ in range(2)] == [503, 202]


def test_a_fault_can_hit_the_token_endpoint(api: Any) -> None:
    _ask(api, "POST", "faults", json={"kind": "html", "operation": "oauth"})
    assert api.ask_orange_token().headers["Content-Type"] == "text/html"
    _ask(api, "DELETE", "faults")
    assert api.ask_orange_token().status_code == 200


def test_a_phone_without_rcs_gets_nothing(api: Any) -> None:
    api.log_in()
    _ask(api, "PATCH", f"phones/{NUMBER}", json={"is_rcs": False})
    assert api.send().json()["reason"]["code"] == 41200


def test_rate_limits_can_be_changed_while_it_runs(api: Any) -> None:
    api.log_in()
    answer = _ask(api, "PATCH", "settings", json={"requests_per_second": 1, "rate_limit_status": 403})
    assert answer.json()["requests_per_second"] == 1
    assert sorted({api.send().status_code for _ in range(5)}) == [202, 403]


def test_after_a_reset_nothing_is_remembered(api: Any) -> None:
    api.log_in()
    api.send()
    assert _ask(api, "POST", "reset").status_code == 204
    assert _ask(api, "GET", "messages").json() == {"messages": []}
    assert _ask(api, "GET", "counts").json() == {}
    assert api.send().json()["code"] == 41


def test_the_table_of_numbers_can_be_read(api: Any) -> None:
    numbers = _ask(api, "GET", "numbers").json()["numbers"]
    assert {"number": "+33639980404", "meaning": "not an RCS user (404, 41200)"} in numbers


def test_the_same_seed_gives_the_same_faults_and_names(server: SandboxServer) -> None:
    def first_names() -> list[Any]:
        with SandboxServer([server.identity], seed=7) as seeded:
            return seeded.run(lambda sandbox: [sandbox.identifiers.message_id(), sandbox.random.random()])

    assert first_names() == first_names()


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_page_may_stand_behind_a_proxy_that_adds_tls(api: Any, scheme: str) -> None:
    origin = api.url.replace("http", scheme, 1)
    assert _ask(api, "POST", "reset", headers={"Origin": origin}).status_code == 204
