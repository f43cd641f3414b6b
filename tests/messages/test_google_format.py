"""Messages in Google's own format are recognised, refused with the way out, and made FNW.11 of."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.messages import check_payload
from bothub_cli.messages.google_format import convert_google, is_google_format

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
YES = {"reply": {"text": "Yes", "postbackData": "yes"}}
MEDIA = {"height": "TALL", "contentInfo": {"fileUrl": "https://a.fr/a.jpg", "thumbnailUrl": "https://a.fr/s.png"}}


def action(**members: Any) -> dict[str, Any]:
    return {"action": {"text": "Go", "postbackData": "go"} | members}


def converted(payload: dict[str, Any]) -> dict[str, Any]:
    return convert_google(payload, now=NOW, ask=lambda _: (None, 1000)).rcs_message


@pytest.mark.parametrize(
    "payload",
    [
        {"contentMessage": {"text": "Hi"}},
        {"contentMessage": {"richCard": {"standaloneCard": {}}}},
        {"richCard": {"carouselCard": {}}},
        {"standaloneCard": {"cardContent": {"title": "T"}}},
        {"text": "Hi", "suggestions": [YES]},
    ],
)
def test_googles_format_is_refused_with_the_way_out(payload: dict[str, Any]) -> None:
    [error] = check_payload(payload, now=NOW).errors

    assert error.rule == "message.google-format"
    assert error.fix is not None
    assert "bothub message convert" in error.fix


@pytest.mark.parametrize(
    "payload",
    [
        {"textMessage": "Hi"},
        {"text": "Hi"},
        {"text": "Hi", "suggestions": [{"reply": {"displayText": "Yes"}}]},
        {"RCSMessage": {"textMessage": "Hi"}, "richCard": {}},
        [],
        None,
    ],
)
def test_other_messages_are_not_taken_for_googles(payload: object) -> None:
    assert not is_google_format(payload)


@pytest.mark.parametrize(
    ("payload", "written"),
    [
        ({"contentMessage": {"text": "Hi"}}, {"textMessage": "Hi"}),
        (
            {"contentMessage": {"text": "Hi"}, "ttl": "3600s", "messageTrafficType": "PROMOTION"},
            {"textMessage": "Hi", "trafficType": "advertisement", "expiry": "2026-11-24T16:00:00Z"},
        ),
        (
            {"contentMessage": {"contentInfo": {"fileUrl": "https://a.fr/m.pdf"}}},
            {"fileMessage": {"fileUrl": "https://a.fr/m.pdf", "fileMIMEType": "application/pdf", "fileSize": 1000}},
        ),
        (
            {"text": "Hi", "suggestions": [YES]},
            {
                "textMessage": "Hi",
                "suggestedChipList": {"suggestions": [{"reply": {"displayText": "Yes", "postback": {"data": "yes"}}}]},
            },
        ),
    ],
)
def test_contents_become_those_of_fnw11(payload: dict[str, Any], written: dict[str, Any]) -> None:
    assert converted(payload) == written


def test_a_whole_carousel_passes_the_check() -> None:
    cards = [{"title": str(number), "media": MEDIA, "suggestions": [YES]} for number in range(3)]
    message = converted(
        {"contentMessage": {"richCard": {"carouselCard": {"cardWidth": "MEDIUM", "cardContents": cards}}}}
    )

    assert check_payload(message, now=NOW).errors == ()
    made = message["richcardMessage"]["message"]["generalPurposeCardCarousel"]
    assert made["layout"] == {"cardWidth": "MEDIUM_WIDTH"}
    assert made["content"][0]["media"]["height"] == "TALL_HEIGHT"


@pytest.mark.parametrize(
    ("members", "written"),
    [
        ({"dialAction": {"phoneNumber": "+331"}}, {"dialerAction": {"dialPhoneNumber": {"phoneNumber": "+331"}}}),
        (
            {"openUrlAction": {"url": "https://a.fr", "application": "WEBVIEW", "webviewViewMode": "HALF"}},
            {"urlAction": {"openUrl": {"url": "https://a.fr", "application": "webview", "viewMode": "half"}}},
        ),
        ({"shareLocationAction": {}}, {"mapAction": {"requestLocationPush": {}}}),
        (
            {
                "viewLocationAction": {"latLong": {"latitude": 1, "longitude": 2}, "label": "L"},
                "fallbackUrl": "https://f",
            },
            {
                "mapAction": {
                    "showLocation": {
                        "location": {"latitude": 1, "longitude": 2, "label": "L"},
                        "fallbackUrl": "https://f",
                    }
                }
            },
        ),
        (
            {"createCalendarEventAction": {"startTime": "S", "endTime": "E", "title": "T"}},
            {"calendarAction": {"createCalendarEvent": {"startTime": "S", "endTime": "E", "title": "T"}}},
        ),
    ],
)
def test_each_action_becomes_gsmas(members: dict[str, Any], written: dict[str, Any]) -> None:
    [suggestion] = converted({"text": "x", "suggestions": [action(**members)]})["suggestedChipList"]["suggestions"]

    assert suggestion == {"action": {"displayText": "Go", "postback": {"data": "go"}} | written}


def test_what_has_no_counterpart_is_told() -> None:
    payload = {
        "contentMessage": {"text": "x", "suggestions": [action(composeAction={})]},
        "messageTrafficType": "AUTHENTICATION",
        "priority": 1,
    }

    remarks = " / ".join(convert_google(payload, now=NOW).remarks)

    assert "messageTrafficType AUTHENTICATION" in remarks
    assert "composeAction has no counterpart" in remarks
    assert "priority has no counterpart" in remarks


NAMES = st.sampled_from(
    ["contentMessage", "text", "richCard", "standaloneCard", "cardContent", "media", "suggestions", "reply", "action"]
)
JSON = st.recursive(
    st.none() | st.integers() | st.text(), lambda below: st.lists(below) | st.dictionaries(NAMES, below), max_leaves=20
)


@given(st.dictionaries(NAMES, JSON))
def test_no_json_makes_it_raise(payload: dict[str, Any]) -> None:
    is_google_format(payload)
    convert_google(payload, now=NOW)
