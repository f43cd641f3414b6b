"""Building events to trigger."""

from datetime import UTC, datetime

import pytest

from bothub_cli.errors import UsageError
from bothub_cli.messages.event.build import EventFacts, FieldAssignment, build_event, edit_event, read_setting
from bothub_cli.messages.event.event import EVENT_KINDS
from bothub_cli.messages.event.read import read_event

FACTS = EventFacts(number="+33612345678", now=datetime(2026, 11, 24, 15, 0, tzinfo=UTC), msg_id="m-1")


def build(kind: str, *settings: str) -> dict[str, object]:
    return build_event(kind, FACTS, [read_setting(text) for text in settings])


@pytest.mark.parametrize(
    "path", ["RCSMessage.textMesage", "nothing", "RCSMessage", "/RCSMessage/textMesage", ".", "x.y.z"]
)
def test_an_unknown_path_is_refused_and_the_known_ones_are_listed(path: str) -> None:
    with pytest.raises(UsageError) as refusal:
        build("message", f"{path}=x")
    assert "RCSMessage.textMessage" in str(refusal.value.remedy)


def test_a_member_of_another_kind_is_an_unknown_path() -> None:
    with pytest.raises(UsageError, match='no member "status"'):
        build("message", "status=sent")


def test_an_end_that_two_members_share_is_refused() -> None:
    with pytest.raises(UsageError, match=r"could be .*fileMessage\.fileUrl or .*audioMessage\.fileUrl"):
        build("message", "fileUrl=https://example.com")


@pytest.mark.parametrize("text", ["textMessage", "=x", "", " = "])
def test_a_setting_without_path_or_equals_sign_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is not path=value"):
        read_setting(text)


@pytest.mark.parametrize("value", ["many", "true", "", "[1]"])
def test_a_number_must_be_one(value: str) -> None:
    with pytest.raises(UsageError, match="must be a number"):
        build("fileStatus", f"fileSize={value}")


def test_an_unknown_kind_is_refused_with_the_way_out() -> None:
    with pytest.raises(UsageError) as refusal:
        build("hitlStart")
    assert "--body FILE" in str(refusal.value.remedy)


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_each_kind_is_built_so_that_it_is_read_as_that_kind_said_or_inferred(kind: str) -> None:
    payload = build(kind)
    assert read_event(payload).kind == kind
    assert payload.pop("event") == kind
    assert read_event(payload).kind == kind


def test_a_path_may_be_whole_a_pointer_or_its_end() -> None:
    for path in ("RCSMessage.textMessage", "/RCSMessage/textMessage", "textMessage"):
        assert read_event(build("message", f"{path}=STOP=1")).text == "STOP=1"


def test_another_content_takes_the_place_of_the_text() -> None:
    payload = build("message", "fileMessage.fileUrl=https://example.com/a.jpg", "fileMessage.fileSize=12")
    assert payload["RCSMessage"] == {
        "msgId": "m-1",
        "timestamp": "2026-11-24T15:00:00Z",
        "fileMessage": {"fileUrl": "https://example.com/a.jpg", "fileSize": 12},
    }


def test_an_action_takes_the_place_of_the_reply() -> None:
    payload = build("response", "action.displayText=Call us")
    assert payload["RCSMessage"] == {
        "msgId": "m-1",
        "timestamp": "2026-11-24T15:00:00Z",
        "suggestedResponse": {"response": {"action": {"displayText": "Call us"}}},
    }


def test_shared_data_takes_the_place_of_the_whole_reply() -> None:
    payload = build("response", "deviceModel=S9")
    assert payload["RCSMessage"] == {
        "msgId": "m-1",
        "timestamp": "2026-11-24T15:00:00Z",
        "sharedData": {"deviceSpecifics": {"deviceModel": "S9"}},
    }


def test_what_the_user_sets_is_kept_even_if_it_makes_two_contents() -> None:
    message = build("message", "textMessage=a", "audioMessage.fileUrl=https://example.com")["RCSMessage"]
    assert isinstance(message, dict)
    assert {"textMessage", "audioMessage"} <= message.keys()


def test_your_own_body_may_be_changed_where_it_has_a_member_or_the_kind_knows_one() -> None:
    body: dict[str, object] = {"event": "hitlStart", "agent": {"name": "Ann", "seats": 1}}
    edited = edit_event(
        body, "hitlStart", [FieldAssignment(path="agent.name", value="Bob"), FieldAssignment(path="seats", value="2")]
    )
    assert edited == {"event": "hitlStart", "agent": {"name": "Bob", "seats": 2}}
    assert body == {"event": "hitlStart", "agent": {"name": "Ann", "seats": 1}}
    with pytest.raises(UsageError):
        edit_event(body, "hitlStart", [FieldAssignment(path="textMessage", value="x")])
