"""The billing class of a message, as the operators' public pages name it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.messages import classify_billing
from bothub_cli.messages.billing import BillingClass

FRANCE, US = "+33612345678", "+14155550123"


def body(number: str, **members: object) -> dict[str, object]:
    return {"RCSMessage": members, "messageContact": {"userContact": number}}


def chips(*suggestions: object) -> dict[str, object]:
    return {"suggestions": list(suggestions)}


def name_of(found: BillingClass | None) -> str | None:
    return found.name if found else None


REPLY = {"reply": {"displayText": "Yes", "postback": {"data": "y"}}}
PAGE = {"action": {"displayText": "Site", "urlAction": {"openUrl": {"url": "https://example.com"}}}}
WEBVIEW = {
    "action": {"displayText": "Site", "urlAction": {"openUrl": {"url": "https://x.com", "application": "webview"}}}
}
CALL = {"action": {"displayText": "Call", "dialerAction": {"dialPhoneNumber": {"phoneNumber": "+33123456789"}}}}
PLACE = {"action": {"displayText": "Map", "mapAction": {"showLocation": {"location": {"query": "Lyon"}}}}}
CARD = {"message": {"generalPurposeCard": {"layout": {}, "content": {"title": "A card"}}}}


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"textMessage": "x" * 160}, "basic"),
        ({"textMessage": "x" * 161}, "single"),
        ({"textMessage": "é" * 80}, "basic"),
        ({"textMessage": "é" * 81}, "single"),
        ({"textMessage": "Yes?", "suggestedChipList": chips(REPLY)}, "single"),
        ({"fileMessage": {"fileUrl": "https://example.com/a.jpg"}}, "single"),
        ({"richcardMessage": CARD}, "single"),
        ({"isTyping": "active"}, None),
        ({}, None),
    ],
)
def test_outside_the_us_a_short_text_alone_is_basic_and_all_else_single(
    members: dict[str, object], name: str | None
) -> None:
    assert name_of(classify_billing(body(FRANCE, **members))) == name


@pytest.mark.parametrize(
    ("members", "name", "segments"),
    [
        ({"textMessage": "x" * 160}, "rich", 1),
        ({"textMessage": "x" * 161}, "rich", 2),
        ({"textMessage": "é" * 161}, "rich", 3),
        ({"textMessage": "Hi", "suggestedChipList": chips(REPLY, PAGE, CALL)}, "rich", 1),
        ({"textMessage": "Hi", "suggestedChipList": chips(PLACE)}, "rich-media", 1),
        ({"textMessage": "Hi", "suggestedChipList": chips(WEBVIEW)}, "rich-media", 1),
        ({"richcardMessage": CARD}, "rich-media", 1),
    ],
)
def test_in_the_us_texts_are_billed_by_segments(members: dict[str, object], name: str, segments: int) -> None:
    found = classify_billing(body(US, **members))

    assert found is not None
    assert (found.name, found.segments) == (name, segments)


def test_an_rcs_message_alone_takes_the_number_that_is_given() -> None:
    assert name_of(classify_billing({"textMessage": "Hi"}, number=US)) == "rich"
    assert name_of(classify_billing({"textMessage": "Hi"})) == "basic"


def test_the_class_names_its_source() -> None:
    found = classify_billing({"textMessage": "Hi"})

    assert found is not None
    assert "Infobip" in found.source


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda below: st.lists(below) | st.dictionaries(st.sampled_from(["RCSMessage", "textMessage", "action"]), below),
)


@given(JSON)
def test_no_json_makes_it_raise(payload: object) -> None:
    classify_billing(payload)
