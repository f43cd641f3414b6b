"""What the page asks the sandbox for, and how the page itself is guarded."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.webhooks import WebhookTarget

NUMBER = "+33612345678"
PATHS = [
    "/",
    "/everything",
    f"/phones/{NUMBER}",
    "/messages/any",
    "/page/page.js",
    "/page/page.css",
    "/page/message.css",
]


def _view(api: Any, path: str, **headers: str) -> Any:
    return api.session.get(f"{api.url}/sandbox/api/view/{path}", headers=headers, timeout=10)


@pytest.mark.parametrize("path", PATHS)
def test_each_part_of_the_page_comes_under_a_strict_policy(api: Any, path: str) -> None:
    answer = api.session.get(f"{api.url}{path}", timeout=10)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_page_holds_no_inline_script_and_no_inline_style(api: Any) -> None:
    page = api.session.get(f"{api.url}/", timeout=10).text
    assert page.count("<script") == 1
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page


@pytest.mark.parametrize(
    "path", ["/page/control.py", "/page/server.js", "/page/script/server.js", "/page/..%2Fserver.py", "/page/"]
)
def test_no_other_file_of_the_package_is_served(api: Any, path: str) -> None:
    assert api.session.get(f"{api.url}{path}", timeout=10).status_code == 404


def test_another_sites_page_cannot_read_what_the_page_reads(api: Any) -> None:
    assert _view(api, "phones", **{"Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("query", ["phone=nokia", "width=1", "width=nan", "font_scale=x", "limit=0", "before=-1"])
def test_a_screen_that_does_not_exist_is_refused(api: Any, query: str) -> None:
    assert _view(api, f"phones/{quote(NUMBER)}?{query}").status_code == 400


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
@given(st.dictionaries(st.sampled_from(["phone", "width", "font_scale", "limit", "before"]), st.text(max_size=12)))
def test_no_question_for_a_phone_breaks_the_server(api: Any, query: dict[str, str]) -> None:
    url = f"{api.url}/sandbox/api/view/phones/{quote(NUMBER)}"
    assert api.session.get(url, params=query, timeout=10).status_code in (200, 400)


def test_secrets_of_the_request_are_masked(api: Any) -> None:
    msg_id = api.log_in().send_id("Hello")
    headers = _view(api, f"messages/{msg_id}").json()["request"]["headers"]
    assert headers["authorization"] == headers["accesstoken"] == "***"


def test_a_message_can_be_copied_as_a_command_that_stays_in_the_sandbox(api: Any) -> None:
    copies = _view(api, f"messages/{api.log_in().send_id('It costs $5')}").json()["copies"]
    assert copies["command"] == f"bothub send --profile sandbox --to {NUMBER} --text 'It costs $5'"
    assert "$(bothub token show --profile sandbox --raw orange)" in copies["curl"]
    assert api.orange not in copies["curl"]


@pytest.mark.parametrize(("traffic_type", "is_short"), [("advertisement", True), ("payment", False)])
def test_the_traffic_type_that_the_command_adds_by_itself_is_left_out(
    api: Any, traffic_type: str, is_short: bool
) -> None:
    msg_id = api.log_in().send_id("Hello", trafficType=traffic_type)
    command = _view(api, f"messages/{msg_id}").json()["copies"]["command"]
    assert (command == f"bothub send --profile sandbox --to {NUMBER} --text Hello") is is_short


def test_a_text_of_several_lines_is_copied_as_one_line_of_json(api: Any) -> None:
    copies = _view(api, f"messages/{api.log_in().send_id('Hello' + chr(10) + 'END')}").json()["copies"]
    head, body, end = copies["command"].split("\n")
    assert head == "bothub send - --profile sandbox <<'END'"
    assert json.loads(body)["RCSMessage"] == {"textMessage": "Hello\nEND"}
    assert end == "END"


def test_the_phone_that_was_spoken_with_last_comes_first(api: Any) -> None:
    api.log_in()
    for to in ("+33612345601", "+33612345602", "+33612345601"):
        api.send("x", to=to)
    phones = _view(api, "phones").json()["phones"]
    assert [(phone["number"], phone["count"]) for phone in phones] == [("+33612345601", 2), ("+33612345602", 1)]


def test_a_thread_comes_a_page_at_a_time_and_without_typing(api: Any) -> None:
    api.log_in()
    for count in range(5):
        api.send(f"Message {count}")
    first = _view(api, f"phones/{quote(NUMBER)}?limit=2").json()
    assert [message["summary"] for message in first["messages"]] == ["Message 3", "Message 4"]
    assert first["has_earlier"]
    before = first["messages"][0]["sequence"]
    rest = _view(api, f"phones/{quote(NUMBER)}?limit=9&before={before}").json()
    assert [message["summary"] for message in rest["messages"]] == ["Message 0", "Message 1", "Message 2"]
    assert not rest["has_earlier"]


def test_changes_are_told_with_the_messages_that_changed(api: Any) -> None:
    api.log_in()
    start = _view(api, "changes").json()["sequence"]
    msg_id = api.send_id("Hello")
    changes = _view(api, f"changes?after={start}").json()
    assert changes["messages"] == [msg_id]
    assert changes["statuses"] == {msg_id: "pending"}


def test_a_change_of_a_webhook_delivery_names_its_message(api: Any) -> None:
    api.log_in()
    msg_id, bot_id = api.send_id("Hello"), api.server.identity.bot_id
    api.server.set_webhook(bot_id, WebhookTarget(url="http://127.0.0.1:9/"))  # nobody is there
    start = _view(api, "changes").json()["sequence"]
    api.server.run(
        lambda sandbox: sandbox.webhook_queue.post(bot_id, {"event": "x"}, at=sandbox.clock.now(), msg_id=msg_id)
    )
    assert _view(api, f"changes?after={start}").json()["deliveries"] == [msg_id]


def test_more_changes_than_a_page_can_take_in_are_told_without_their_names(api: Any) -> None:
    for _ in range(501):
        api.server.act(NUMBER, "text", text="Hello")
    changes = _view(api, "changes?after=0").json()
    assert (changes["messages"], changes["statuses"]) == (None, None)


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ({"action": "tap", "label": "Yes"}, "Yes"),
        ({"action": "tap", "label": "See"}, None),
        ({"action": "start"}, None),
        ({"action": "text", "text": "a\u202eb"}, "a<RLO>b"),
    ],
)
def test_only_words_and_replies_of_the_user_stand_in_the_thread(api: Any, deed: Any, said: str | None) -> None:
    link = {"action": {"displayText": "See", "urlAction": {"openUrl": {"url": "https://shop.example/"}}}}
    reply = {"reply": {"displayText": "Yes", "postback": {"data": "y"}}}
    api.log_in().send_id("Come?", suggestedChipList={"suggestions": [reply, link]})
    api.server.act(NUMBER, **deed)
    assert _view(api, f"phones/{quote(NUMBER)}").json()["messages"][-1]["text"] == said


def test_without_changes_the_answer_comes_when_the_time_is_over(api: Any) -> None:
    start = _view(api, "changes").json()["sequence"]
    assert _view(api, f"changes?after={start}&timeout=0.1").json()["messages"] == []


@pytest.mark.parametrize("after", ["x", "-1", "nan", "1e99"])
def test_a_place_in_the_feed_that_is_none_is_refused(api: Any, after: str) -> None:
    assert _view(api, f"changes?after={after}").status_code == 400


@pytest.mark.parametrize("place", [{"card": 0, "suggestion": 0}, {"chip": 1}, {"card": 5, "suggestion": 0}])
def test_a_button_at_a_place_where_none_is_is_refused(api: Any, place: dict[str, int]) -> None:
    chips = {"suggestions": [{"reply": {"displayText": "Yes", "postback": {"data": "y"}}}]}
    msg_id = api.log_in().send_id("Come?", suggestedChipList=chips)
    url = f"{api.url}/sandbox/api/phones/{quote(NUMBER)}/actions"
    answer = api.session.post(url, json={"action": "tap", "msg_id": msg_id, **place}, timeout=10)
    assert answer.status_code == 400
    assert "no button there" in answer.json()["error"]


def _thread(api: Any) -> list[str]:
    found = _view(api, f"phones/{quote(NUMBER)}").json()["messages"]
    return [message["msg_id"] for message in found]


def test_a_cancelled_message_leaves_the_phone_and_stays_in_the_list(api: Any) -> None:
    api.log_in()
    kept, gone = (api.send().json()["RCSMessage"]["msgId"] for _ in range(2))
    assert _thread(api) == [kept, gone]
    body = {"RCSMessage": {"status": "cancelled"}}
    assert api.call("PUT", f"messages/{gone}/status", json=body).status_code == 204
    assert _thread(api) == [kept]
    assert _view(api, "phones").json()["phones"][0]["last"]["msg_id"] == kept
    assert {message["msg_id"] for message in _view(api, "messages").json()["messages"]} == {kept, gone}


def test_a_sign_of_typing_is_no_message_of_the_inbox(api: Any) -> None:
    api.log_in()
    api.call("POST", "messages", json={"RCSMessage": {"isTyping": "active"}, "messageContact": {"userContact": NUMBER}})
    assert _view(api, "messages").json()["messages"] == []
    assert api.session.get(f"{api.url}/sandbox/api/messages", timeout=10).json()["messages"] == []


def test_a_message_whose_uploaded_file_is_gone_says_so(server: SandboxServer, api: Any) -> None:
    api.log_in()
    upload = {"data": {"fileType": "image/png"}, "files": {"fileContent": ("a.png", b"\x89PNG", "image/png")}}
    file = api.call("POST", "files", **upload).json()["file"]
    message = {"fileMessage": {"fileUrl": file["fileUrl"], "fileMIMEType": "image/png", "fileSize": 4}}
    sent = api.call("POST", "messages", json={"RCSMessage": message, "messageContact": {"userContact": NUMBER}})
    msg_id = sent.json()["RCSMessage"]["msgId"]
    assert _view(api, f"messages/{msg_id}").json()["losses"] == []
    server.advance(days=31)
    (loss,) = _view(api, f"messages/{msg_id}").json()["losses"]
    assert "expired at " in loss
    assert "broken picture" in loss
    assert api.session.get(file["fileUrl"], timeout=10).status_code == 404


def test_a_phone_is_drawn_as_what_it_is_unless_another_is_chosen(api: Any) -> None:
    api.log_in()
    for number, query, drawn in (
        ("+33639980006", "phone=own", "rcs-ios"),
        ("+33639980001", "phone=own", "rcs-classic"),
        ("+33639980006", "phone=google", "rcs-google"),
        ("+33639980006", "", "rcs-classic"),
    ):
        api.send(to=number)
        answer = _view(api, f"phones/{quote(number)}?{query}")
        assert drawn in answer.text
