"""The cards that GSMA RCC.07 (v10 3.6.10.4) shows as samples: checked, drawn on every phone, read and written again.

The members and their order are the standard's; the texts and addresses are ours. Both samples leave the sizes of
files and of thumbnails as the standard has them, 314159 bytes for a thumbnail too, which Google does not take.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from bothub_cli.messages import RcsMessage, check_payload
from bothub_cli.preview.forecast.phones import PROFILES
from bothub_cli.preview.html.message import render_message
from bothub_cli.preview.terminal.draw import render_svg, render_text

NOW = datetime(2017, 3, 1, tzinfo=UTC)  # before the sample's calendar entry


def _media(height: str) -> dict[str, Any]:
    return {
        "mediaUrl": "https://cdn.server.example/path/media.mp4",
        "mediaContentType": "video/mp4",
        "mediaFileSize": 2718288,
        "thumbnailUrl": "https://cdn.server.example/path/media.png",
        "thumbnailContentType": "image/png",
        "thumbnailFileSize": 314159,
        "height": height,
        "contentDescription": "What the film shows, for those who do not see it",
    }


def _action(label: str, data: str, **deed: Any) -> dict[str, Any]:
    return {"action": {**deed, "displayText": label, "postback": {"data": data}}}


YES = {"reply": {"displayText": "Yes", "postback": {"data": "set_by_chatbot_reply_yes"}}}
NO = {"reply": {"displayText": "No", "postback": {"data": "set_by_chatbot_reply_no"}}}
PLACE = {"latitude": 37.4220041, "longitude": -122.0862515, "label": "Googleplex"}
EVENT = {
    "startTime": "2017-03-14T00:00:00Z",
    "endTime": "2017-03-14T23:59:59Z",
    "title": "Meeting",
    "description": "A review",
}
ACTIONS = [
    _action(
        "Open website or deep link", "set_by_chatbot_open_url", urlAction={"openUrl": {"url": "https://a.example"}}
    ),
    _action(
        "Call a phone number",
        "set_by_chatbot_open_dialer",
        dialerAction={"dialPhoneNumber": {"phoneNumber": "+16502530000"}},
    ),
    _action(
        "Show location on a map",
        "set_by_chatbot_open_map",
        mapAction={
            "showLocation": {"location": PLACE, "fallbackUrl": "https://maps.example/@37.4219162,-122.078063,15z"}
        },
    ),
    _action("Schedule Meeting", "set_by_chatbot_create_calendar_event", calendarAction={"createCalendarEvent": EVENT}),
    _action(
        "Draft a text message",
        "set_by_chatbot_compose_text_message",
        composeAction={"composeTextMessage": {"phoneNumber": "+14155550100", "text": "Draft to go"}},
    ),
    _action("Share my device specifics", "set_by_chatbot_device", deviceAction={"requestDeviceSpecifics": {}}),
    _action("Enable sending displayed", "set_by_chatbot_settings", settingsAction={"enableDisplayedNotifications": {}}),
]
CHIPS = {"suggestions": [YES, NO, *ACTIONS]}
TITLE, DESCRIPTION = "A single rich card", "What is described here is shortened first when the card has no room. " * 2
SINGLE = {
    "generalPurposeCard": {
        "layout": {"cardOrientation": "HORIZONTAL", "imageAlignment": "LEFT"},
        "content": {
            "media": _media("MEDIUM_HEIGHT"),
            "title": TITLE,
            "description": DESCRIPTION,
            "suggestions": [YES, NO, *ACTIONS[:2]],
        },
    }
}
CAROUSEL = {
    "generalPurposeCardCarousel": {
        "layout": {"cardWidth": "MEDIUM_WIDTH"},
        "content": [
            {
                "media": _media("SHORT_HEIGHT"),
                "title": "The first of the carousel",
                "description": DESCRIPTION,
                "suggestions": ACTIONS[2:4],
            },
            {"title": "The second of the carousel", "description": DESCRIPTION, "[...]": "[...]"},
        ],
    }
}
SAMPLES = [
    pytest.param({"richcardMessage": {"message": SINGLE}, "suggestedChipList": CHIPS}, id="card"),
    pytest.param({"richcardMessage": {"message": CAROUSEL}, "suggestedChipList": CHIPS}, id="carousel"),
]


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_of_the_standard_may_go_out_and_what_is_odd_is_told(sample: dict[str, Any]) -> None:
    report = check_payload(sample, now=NOW, needs_contact=False)
    assert report.errors == ()
    assert {"thumbnail.size", "action.google"} <= {finding.rule for finding in report.warnings}


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_read_and_written_as_it_was(sample: dict[str, Any]) -> None:
    assert RcsMessage.from_payload(sample).to_payload() == sample


@pytest.mark.parametrize("phone", PROFILES)
@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_is_drawn_on_every_phone(sample: dict[str, Any], phone: Any) -> None:
    message = RcsMessage.from_payload(sample)
    for picture in (render_text(message, phone), render_message(message, phone)):
        assert "Yes" in picture
        assert "Options" in picture or phone != "ios"
    assert render_svg(message, phone).startswith("<svg")
