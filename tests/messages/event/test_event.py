"""Webhook events: every kind of FNW.11, and what real senders make of it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.messages.event.event import (
    AliasAssigned,
    Event,
    FileStatusChange,
    InboundMessage,
    NewUser,
    SharedData,
    StatusChange,
    TappedSuggestion,
    Typing,
    UnknownBody,
)
from bothub_cli.messages.event.read import read_event
from bothub_cli.messages.model.content import GeolocationPushMessage

CONTACT = {"userContact": "+14251234567"}
NAMES = st.sampled_from(
    [
        *(
            "event",
            "RCSMessage",
            "rcsMessage",
            "messageContact",
            "userContact",
            "chatId",
            "msgId",
            "messageId",
            "status",
        ),
        *("textMessage", "fileMessage", "audioMessage", "geolocationPushMessage", "richcardMessage", "isTyping", "pos"),
        *("suggestedResponse", "response", "reply", "action", "displayText", "postback", "data", "sharedData"),
        *("deviceSpecifics", "file", "fileId", "validity", "timestamp", "reason", "error", "code", "text", "fileUrl"),
    ]
)
WORDS = st.sampled_from(
    ["message", "isTyping", "messageStatus", "message_status", "fileStatus", "response", "alias", "newUser", "active"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | WORDS
JSON_VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=6),
    max_leaves=30,
)
JSON_OBJECTS = st.dictionaries(NAMES | st.text(max_size=5), JSON_VALUES, max_size=6)


@given(JSON_OBJECTS)
def test_no_json_object_makes_reading_fail_and_none_of_its_members_is_lost(payload: dict[str, object]) -> None:
    event = read_event(payload)
    assert event.to_payload() == payload
    assert event.kind
    assert event.identity is None or all(isinstance(part, str) for part in event.identity)
    assert isinstance(event.conversation, str)


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"event": None},
        {"event": 5, "RCSMessage": []},
        {"event": "message", "RCSMessage": "hello", "messageContact": None},
        {"event": "response", "RCSMessage": {"suggestedResponse": {"response": {"reply": "yes"}}}},
        {"event": "fileStatus", "file": ["f"]},
    ],
)
def test_an_event_of_the_wrong_shape_is_read_as_far_as_it_goes(payload: dict[str, object]) -> None:
    assert read_event(payload).to_payload() == payload


def test_a_message_says_who_wrote_what_and_when() -> None:
    event = read_event(
        {
            "RCSMessage": {"msgId": "Xs8", "textMessage": "hello world", "timestamp": "2017-09-26T01:33:20.315Z"},
            "messageContact": CONTACT,
            "event": "message",
        }
    )
    assert (event.kind, event.number, event.msg_id, event.text) == ("message", "+14251234567", "Xs8", "hello world")
    assert event.timestamp == datetime(2017, 9, 26, 1, 33, 20, 315000, tzinfo=UTC)


@pytest.mark.parametrize(
    "content", [{"textMessage": 5}, {"fileMessage": {"fileUrl": 1}}, {"geolocationPushMessage": {"pos": "x"}}]
)
def test_a_content_of_the_wrong_shape_is_no_failure(content: dict[str, object]) -> None:
    body = read_event({"RCSMessage": {"msgId": "1", **content}, "event": "message"}).body
    assert body == InboundMessage(content_member=next(iter(content)))


def test_a_place_is_read_as_one() -> None:
    body = read_event({"RCSMessage": {"geolocationPushMessage": {"pos": "48.85 2.35", "label": "Paris"}}}).body
    assert isinstance(body, InboundMessage)
    assert body.content == GeolocationPushMessage(latitude=48.85, longitude=2.35, label="Paris")


@pytest.mark.parametrize("member", ["fileMessage", "audioMessage", "geolocationPushMessage", "richcardMessage"])
def test_a_message_without_text_names_the_member_that_holds_its_content(member: str) -> None:
    body = read_event({"RCSMessage": {"msgId": "1", member: {"x": 1}}, "event": "message"}).body
    assert isinstance(body, InboundMessage)
    assert (body.content_member, body.text) == (member, None)


@pytest.mark.parametrize(("word", "active"), [("active", True), ("idle", False), (None, False), ("composing", False)])
def test_typing_is_active_only_when_it_says_so(word: str | None, active: bool) -> None:
    assert read_event({"event": "isTyping", "RCSMessage": {"isTyping": word}}).body == Typing(active=active)


@pytest.mark.parametrize("kind", ["messageStatus", "message_status", "MESSAGE_STATUS", "messagestatus"])
@pytest.mark.parametrize(("stated", "status"), [("displayed", "displayed"), ("READ", "displayed"), ("SENT", "sent")])
def test_a_status_has_one_name_however_the_sender_spells_it(kind: str, stated: str, status: str) -> None:
    event = read_event({"event": kind, "RCSMessage": {"msgId": "MzJm", "status": stated}, "messageContact": CONTACT})
    assert (event.kind, event.status, event.stated_kind) == ("messageStatus", status, kind)


def test_a_failed_status_keeps_its_reason() -> None:
    payload = {
        "event": "messageStatus",
        "RCSMessage": {"status": "failed"},
        "reason": {"code": 410, "text": "opted out"},
    }
    assert read_event(payload).body == StatusChange(status="failed", reason_code="410", reason_text="opted out")


def test_a_status_that_nobody_knows_is_shown_as_it_is() -> None:
    assert read_event({"event": "messageStatus", "RCSMessage": {"status": "teleported"}}).status == "teleported"


def test_a_file_status_needs_no_contact() -> None:
    file = {
        "fileId": "MzJm",
        "fileUrl": "http://www.example.com/f.jpg",
        "status": "ready",
        "validity": "2017-10-03T22:31:00Z",
    }
    assert read_event({"file": file, "event": "fileStatus"}).body == FileStatusChange(
        file_id="MzJm",
        status="ready",
        file_url="http://www.example.com/f.jpg",
        validity=datetime(2017, 10, 3, 22, 31, tzinfo=UTC),
    )


@pytest.mark.parametrize(("member", "action"), [("reply", False), ("action", True)])
def test_a_tap_says_its_label_and_its_postback(member: str, action: bool) -> None:
    tap = {"displayText": "Yes", "postback": {"data": "yes_1"}}
    event = read_event({"event": "response", "RCSMessage": {"suggestedResponse": {"response": {member: tap}}}})
    assert event.body == TappedSuggestion(action=action, display_text="Yes", postback_data="yes_1")
    assert (event.text, event.postback) == ("Yes", "yes_1")


def test_a_tap_without_postback_is_no_failure() -> None:
    payload = {
        "event": "response",
        "RCSMessage": {"suggestedResponse": {"response": {"reply": {"displayText": "Yes"}}}},
    }
    assert read_event(payload).body == TappedSuggestion(action=False, display_text="Yes")


def test_shared_device_facts_arrive_as_a_response() -> None:
    payload = {"event": "response", "RCSMessage": {"sharedData": {"deviceSpecifics": {"deviceModel": "S9", "x": 1}}}}
    assert read_event(payload).body == SharedData(device={"deviceModel": "S9", "x": 1})


def test_an_alias_brings_the_number_and_its_chat_id() -> None:
    event = read_event({"event": "alias", "RCSMessage": {"msgId": "1"}, "messageContact": CONTACT | {"chatId": "93JF"}})
    assert event.body == AliasAssigned(chat_id="93JF")
    assert (event.number, event.chat_id, event.conversation) == ("+14251234567", "93JF", "+14251234567")


@pytest.mark.parametrize(
    ("data", "language"),
    [
        ("new_bot_user_initiation", None),
        ("new_bot_user_initiation_hl", None),
        ("new_bot_user_initiation_hl=fr", "fr"),
        ("new_bot_user_initiation_hl_fr-CA", "fr-CA"),
        ("new_bot_user_initiation?_hl=en", "en"),
    ],
)
@pytest.mark.parametrize("kind", ["newUser", "response", None])
def test_start_chat_is_a_new_user_whatever_the_event_is_called(
    kind: str | None, data: str, language: str | None
) -> None:
    tap = {"displayText": "Start Chat", "postback": {"data": data}}
    event = read_event({"event": kind, "RCSMessage": {"suggestedResponse": {"response": {"reply": tap}}}})
    assert event.kind == "newUser"
    assert event.body == NewUser(display_text="Start Chat", language=language)


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ({"RCSMessage": {"textMessage": "hi"}}, "message"),
        ({"RCSMessage": {"fileMessage": {}}}, "message"),
        ({"RCSMessage": {"audioMessage": {}}}, "message"),
        ({"RCSMessage": {"geolocationPushMessage": {}}}, "message"),
        ({"RCSMessage": {"suggestedResponse": {}}}, "response"),
        ({"RCSMessage": {"sharedData": {}}}, "response"),
        ({"RCSMessage": {"isTyping": "idle"}}, "isTyping"),
        ({"RCSMessage": {"msgId": "1", "status": "sent"}}, "messageStatus"),
        ({"file": {"fileId": "1"}}, "fileStatus"),
        ({"RCSMessage": {"msgId": "1"}, "messageContact": {"userContact": "+33", "chatId": "c"}}, "alias"),
        ({"RCSMessage": {}}, "unknown"),
    ],
)
def test_the_kind_of_an_event_that_does_not_say_it_is_inferred(payload: dict[str, object], kind: str) -> None:
    event = read_event(payload)
    assert (event.kind, event.stated_kind) == (kind, None)


@pytest.mark.parametrize("kind", ["hitlStart", "hitlStop", "close", "healthProbe", "somethingNew"])
def test_an_event_outside_the_standard_passes_under_its_own_name(kind: str) -> None:
    event = read_event({"event": kind, "RCSMessage": {"msgId": "1"}})
    assert (event.kind, event.body) == (kind, UnknownBody())


@pytest.mark.parametrize(
    ("contact", "number"),
    [
        ({"userContact": "tel:+33-6 12;phone-context=x"}, "+33612"),
        ({"userContact": "sip:+33612@ims.example"}, "sip:+33612@ims.example"),
        ({"userContact": "urn:uuid:1234"}, "urn:uuid:1234"),
        ({"userContact": 33612345678}, "33612345678"),
        ("+33612345678", "+33612345678"),
        ({"userContact": None}, None),
    ],
)
def test_a_contact_that_is_no_number_is_kept_as_it_came(contact: object, number: str | None) -> None:
    assert read_event({"event": "message", "messageContact": contact}).number == number


def status(msg_id: str | None, word: str, **more: object) -> Event:
    return read_event({"event": "messageStatus", "RCSMessage": {"msgId": msg_id, "status": word, **more}})


def tap(label: str, at: str) -> Event:
    response = {"response": {"reply": {"displayText": label}}}
    return read_event(
        {"event": "response", "RCSMessage": {"msgId": "card", "suggestedResponse": response, "timestamp": at}}
    )


def test_a_redelivery_has_the_identity_of_the_first_delivery() -> None:
    assert status("1", "read", timestamp="2017-09-26T01:33:20Z").identity == status("1", "displayed").identity


def test_two_statuses_of_one_message_are_two_events() -> None:
    assert status("1", "sent").identity != status("1", "delivered").identity


def test_two_taps_on_one_card_are_two_events_even_under_one_id() -> None:
    first, second = tap("Yes", "2017-09-26T01:33:20Z"), tap("No", "2017-09-26T01:33:20Z")
    assert first.identity != second.identity
    assert first.identity != tap("Yes", "2017-09-26T01:40:00Z").identity


def test_an_event_without_an_id_has_no_identity_so_that_none_is_taken_for_another() -> None:
    assert status(None, "sent").identity is None
    assert (
        read_event({"event": "message", "RCSMessage": {"textMessage": "ok"}, "messageContact": CONTACT}).identity
        is None
    )


def test_queued_is_another_word_for_pending() -> None:
    assert read_event({"event": "messageStatus", "RCSMessage": {"status": "Queued"}}).status == "pending"
