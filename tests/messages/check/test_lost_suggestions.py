"""Buttons that stand where no phone looks for them stop the message, with the place where they belong."""

from datetime import datetime
from typing import Any

import pytest

from bothub_cli.messages import check_payload

BUTTONS = [{"reply": {"displayText": "Yes", "postback": {"data": "yes"}}}]
CONTACT = {"messageContact": {"userContact": "+33612345678"}}
BESIDE_TEXT = 'put them into RCSMessage, beside textMessage: "suggestedChipList": {"suggestions": […]}'
IN_CARD = 'the buttons of a card stand in its content: "content": {"title": …, "suggestions": […]}'


def text(**members: Any) -> dict[str, Any]:
    return {"RCSMessage": {"textMessage": "Pick"} | members} | CONTACT


def card(*, rich: Any = None, message: Any = None, inner: Any = None, layout: Any = None, content: Any = None) -> Any:
    layout = {"cardOrientation": "VERTICAL"} | (layout or {})
    inside = {"layout": layout, "content": {"title": "T"} | (content or {})} | (inner or {})
    rich_card = {"message": {"generalPurposeCard": inside} | (message or {})} | (rich or {})
    return {"RCSMessage": {"richcardMessage": rich_card}} | CONTACT


@pytest.mark.parametrize(
    ("payload", "pointer", "fix"),
    [
        (text(suggestions=BUTTONS), "/RCSMessage/suggestions", BESIDE_TEXT),
        (text() | {"suggestions": BUTTONS}, "/suggestions", BESIDE_TEXT),
        (text() | {"suggestedChipList": {"suggestions": BUTTONS}}, "/suggestedChipList", BESIDE_TEXT),
        (text(chips=BUTTONS), "/RCSMessage/chips", BESIDE_TEXT),
        (text(suggestion=BUTTONS), "/RCSMessage/suggestion", BESIDE_TEXT),
        (text(suggestedchiplist={"suggestions": BUTTONS}), "/RCSMessage/suggestedchiplist", BESIDE_TEXT),
        (text(quick_replies=["Yes", "No"]), "/RCSMessage/quick_replies", BESIDE_TEXT),
        (text(keyboard=BUTTONS), "/RCSMessage/keyboard", BESIDE_TEXT),
        (text(tap=BUTTONS[0]), "/RCSMessage/tap", BESIDE_TEXT),
        (
            card(rich={"suggestedChipList": {"suggestions": BUTTONS}}),
            "/RCSMessage/richcardMessage/suggestedChipList",
            IN_CARD,
        ),
        (card(rich={"chips": BUTTONS}), "/RCSMessage/richcardMessage/chips", IN_CARD),
        (card(message={"suggestions": BUTTONS}), "/RCSMessage/richcardMessage/message/suggestions", IN_CARD),
        (
            card(inner={"suggestions": BUTTONS}),
            "/RCSMessage/richcardMessage/message/generalPurposeCard/suggestions",
            IN_CARD,
        ),
        (
            card(layout={"suggestions": BUTTONS}),
            "/RCSMessage/richcardMessage/message/generalPurposeCard/layout/suggestions",
            IN_CARD,
        ),
        (
            card(content={"buttons": BUTTONS}),
            "/RCSMessage/richcardMessage/message/generalPurposeCard/content/buttons",
            'rename "buttons" to "suggestions", a list: "suggestions": […]',
        ),
        (
            text(suggestedChipList={"chips": BUTTONS}),
            "/RCSMessage/suggestedChipList/chips",
            'rename "chips" to "suggestions", a list: "suggestions": […]',
        ),
    ],
)
def test_lost_suggestions_are_an_error_with_their_home(
    payload: dict[str, Any], pointer: str, fix: str, now: datetime
) -> None:
    lost = {
        error.pointer: error for error in check_payload(payload, now=now).errors if error.rule == "suggestions.lost"
    }

    assert lost.keys() == {pointer}
    assert lost[pointer].fix == fix


def test_beside_a_card_they_are_told_both_homes(now: datetime) -> None:
    payload = card()
    payload["RCSMessage"]["suggestions"] = BUTTONS

    [error] = check_payload(payload, now=now).errors

    assert error.fix is not None
    assert '"content": {"title": …, "suggestions": […]}' in error.fix
    assert '"suggestedChipList": {"suggestions": […]}' in error.fix


def test_following_the_fix_mends_the_message(now: datetime) -> None:
    assert check_payload(text(suggestedChipList={"suggestions": BUTTONS}), now=now).findings == ()
    assert check_payload(card(content={"suggestions": BUTTONS}), now=now).findings == ()


@pytest.mark.parametrize(
    "members", [{"suggestions": []}, {"chips": None}, {"campaign": {"name": "spring"}}, {"tags": ["a"]}]
)
def test_where_nothing_is_lost_an_unknown_member_stays_a_warning(members: dict[str, Any], now: datetime) -> None:
    assert not check_payload(text(**members), now=now).is_refused


@pytest.mark.parametrize(
    "members",
    [
        {"reply": BUTTONS[0]["reply"]},
        {"action": {"displayText": "Site", "urlAction": {"openUrl": {"url": "https://x.example"}}}},
        {"cta": {"displayText": "Buy"}},
        {"extras": {"buttons": BUTTONS}},
        {"chip": {"text": "Yes", "postbackData": "y"}},
    ],
    ids=lambda members: next(iter(members)),
)
def test_one_suggestion_alone_is_lost_too(members: dict[str, Any], now: datetime) -> None:
    [error] = check_payload(text(**members), now=now).errors
    assert (error.rule, error.pointer, error.fix) == (
        "suggestions.lost",
        f"/RCSMessage/{next(iter(members))}",
        BESIDE_TEXT,
    )


@pytest.mark.parametrize(
    ("element", "fix"),
    [
        ("Yes", 'write {"reply": {"displayText": "Yes", "postback": {"data": "Yes"}}}'),
        (BUTTONS, "take the suggestions out of the inner list"),
    ],
)
def test_what_is_no_suggestion_is_told_how_to_be_one(element: Any, fix: str, now: datetime) -> None:
    [error] = check_payload(text(suggestedChipList={"suggestions": [element]}), now=now).errors
    assert error.fix == fix


def test_lists_of_any_depth_beside_them_are_no_obstacle(now: datetime) -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    report = check_payload(text(extras={"a": deep, "suggestions": [deep]}), now=now)
    assert [error.rule for error in report.errors if error.rule == "suggestions.lost"] == ["suggestions.lost"]
