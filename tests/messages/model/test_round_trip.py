"""What the model reads it writes back, and what it does not know it keeps."""

from typing import Any

import pytest

from bothub_cli.messages import (
    AudioMessage,
    CardContent,
    ChatId,
    ComposeTextMessage,
    FileMessage,
    GeneralPurposeCardCarousel,
    GeolocationPushMessage,
    IsTyping,
    OpenUrl,
    OutboundMessage,
    PayloadError,
    RcsMessage,
    Reply,
    RichCardMessage,
    SuggestedChipList,
    TextMessage,
    UnknownSuggestion,
    UserContact,
)
from bothub_cli.messages.model.suggestions import read_suggestion

ACTIONS: list[dict[str, Any]] = [
    {"urlAction": {"openUrl": {"url": "https://example.com"}}},
    {
        "urlAction": {
            "openUrl": {"url": "https://a.fr", "application": "webview", "viewMode": "half", "parameters": "x=1"}
        }
    },
    {"dialerAction": {"dialPhoneNumber": {"phoneNumber": "+33612345678", "fallbackUrl": "https://a.fr"}}},
    {"dialerAction": {"dialEnrichedCall": {"phoneNumber": "+33612345678", "subject": "Late"}}},
    {"dialerAction": {"dialVideoCall": {"phoneNumber": "+33612345678"}}},
    {"mapAction": {"showLocation": {"location": {"latitude": 48.85, "longitude": 2, "label": "Paris"}}}},
    {"mapAction": {"showLocation": {"location": {"query": "restaurants"}, "fallbackUrl": "https://a.fr"}}},
    {"mapAction": {"requestLocationPush": {}}},
    {
        "calendarAction": {
            "createCalendarEvent": {
                "startTime": "2026-12-01T10:00:00+01:00",
                "endTime": "2026-12-01T11:00:00.000Z",
                "title": "Visit",
                "description": "Bring your card",
            }
        }
    },
    {"composeAction": {"composeTextMessage": {"phoneNumber": "+33612345678", "text": ""}}},
    {"composeAction": {"composeRecordingMessage": {"phoneNumber": "+33612345678", "type": "AUDIO"}}},
    {"deviceAction": {"requestDeviceSpecifics": {}}},
    {"settingsAction": {"disableAnonymization": {}}},
    {"settingsAction": {"enableDisplayedNotifications": {}}},
]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: "-".join([*action, *next(iter(action.values()))]))
def test_every_action_of_the_standard_has_its_class_and_comes_back_unchanged(action: dict[str, Any]) -> None:
    payload = {"action": {"displayText": "Go", "postback": {"data": "go"}, **action}}

    suggestion = read_suggestion(payload)

    assert not isinstance(suggestion, UnknownSuggestion)
    assert suggestion.to_payload() == payload


@pytest.mark.parametrize(
    "payload",
    [
        {"action": {"displayText": "Go", "holoAction": {"beam": {}}}},
        {"action": {"displayText": "Go", "urlAction": {}, "mapAction": {"requestLocationPush": {}}}},
        {"reply": {"displayText": "Go"}, "action": {"displayText": "Go"}},
        {},
    ],
)
def test_a_suggestion_of_no_known_kind_is_kept_as_it_came(payload: dict[str, Any]) -> None:
    suggestion = read_suggestion(payload)

    assert suggestion == UnknownSuggestion(payload=payload)
    assert suggestion.to_payload() == payload


@pytest.mark.parametrize(
    ("payload", "label"), [({"new": {"displayText": "Go"}}, "Go"), ({"new": {"displayText": 5}, "x": 1}, None)]
)
def test_an_unknown_suggestion_still_shows_its_label(payload: dict[str, Any], label: str | None) -> None:
    assert UnknownSuggestion(payload=payload).display_text == label


@pytest.mark.parametrize(
    "content",
    [
        TextMessage(text="x"),
        FileMessage(file_url="https://a.fr"),
        AudioMessage(file_url="https://a.fr", playing_length=3),
        IsTyping(active=True),
    ],
)
def test_each_content_reads_what_it_wrote_by_itself(content: Any) -> None:
    assert type(content).from_payload(content.to_payload()) == content


def test_a_reply_without_text_names_the_place_that_is_wrong() -> None:
    with pytest.raises(PayloadError) as caught:
        OutboundMessage.from_payload({"textMessage": "x", "suggestedChipList": {"suggestions": [{"reply": {}}]}})

    assert caught.value.pointer == "/suggestedChipList/suggestions/0/reply"
    assert caught.value.message == "/suggestedChipList/suggestions/0/reply: displayText is missing"


@pytest.mark.parametrize(
    ("payload", "pointer"),
    [
        ([], ""),
        ({"RCSMessage": None}, "/RCSMessage"),
        ({"RCSMessage": {}}, "/RCSMessage"),
        ({"RCSMessage": {"textMessage": "x", "isTyping": "idle"}}, "/RCSMessage"),
        ({"textMessage": None}, ""),
        ({"isTyping": True}, "/isTyping"),
        ({"RCSMessage": {"textMessage": "x"}, "messageContact": {}}, "/messageContact"),
        ({"RCSMessage": {"textMessage": "x"}, "messageContact": {"userContact": 33}}, "/messageContact/userContact"),
        ({"fileMessage": {"fileUrl": "https://a.fr", "fileSize": True}}, "/fileMessage/fileSize"),
        ({"geolocationPushMessage": {"pos": "north"}}, "/geolocationPushMessage/pos"),
        ({"richcardMessage": {"message": {}}}, "/richcardMessage/message"),
        ({"fileMessage": {"fileUrl": 5}}, "/fileMessage/fileUrl"),
        ({"geolocationPushMessage": {"pos": "1 2", "radius": "x"}}, "/geolocationPushMessage/radius"),
        ({"textMessage": "x", "suggestedChipList": {}}, "/suggestedChipList"),
        ({"textMessage": "x", "suggestedChipList": {"suggestions": 5}}, "/suggestedChipList/suggestions"),
        (
            {"richcardMessage": {"message": {"generalPurposeCardCarousel": {"layout": {"cardWidth": "SMALL_WIDTH"}}}}},
            "/richcardMessage/message/generalPurposeCardCarousel",
        ),
        (
            {
                "richcardMessage": {
                    "message": {
                        "generalPurposeCard": {
                            "layout": {"cardOrientation": "VERTICAL", "titleFontStyle": [None]},
                            "content": {},
                        }
                    }
                }
            },
            "/richcardMessage/message/generalPurposeCard/layout/titleFontStyle/0",
        ),
    ],
)
def test_a_payload_of_the_wrong_shape_raises_with_its_pointer(payload: object, pointer: str) -> None:
    with pytest.raises(PayloadError) as caught:
        OutboundMessage.from_payload(payload)

    assert caught.value.pointer == pointer


def test_unknown_members_survive_at_every_depth() -> None:
    payload: dict[str, Any] = {
        "RCSMessage": {
            "trafficType": "advertisement",
            "new1": None,
            "richcardMessage": {
                "new2": 1,
                "message": {
                    "new3": [],
                    "generalPurposeCard": {
                        "new4": {"deep": {}},
                        "layout": {"cardOrientation": "VERTICAL", "new5": True},
                        "content": {
                            "title": "T",
                            "new6": "x",
                            "media": {
                                "mediaUrl": "https://a.fr/a.png",
                                "mediaContentType": "image/png",
                                "mediaFileSize": 1,
                                "height": "SHORT_HEIGHT",
                                "new7": 1.5,
                            },
                            "suggestions": [
                                {"reply": {"displayText": "A", "postback": {"data": "a", "new8": 8}, "new9": 9}},
                                {
                                    "new10": 10,
                                    "action": {
                                        "displayText": "B",
                                        "mapAction": {
                                            "new11": 11,
                                            "showLocation": {"location": {"query": "q", "new12": 12}, "new13": 13},
                                        },
                                    },
                                },
                            ],
                        },
                    },
                },
            },
        },
        "messageContact": {"userContact": "+33612345678"},
        "msgId": "abc",
        "new14": 14,
    }

    message = OutboundMessage.from_payload(payload)

    assert message.to_payload() == payload
    assert OutboundMessage.from_payload(message.to_payload()) == message


def test_a_bare_message_is_read_without_a_contact_and_addressed_later() -> None:
    message = OutboundMessage.from_payload({"textMessage": "Hello"})

    assert message.message_contact is None
    assert message.with_contact(ChatId(value="93JF")).to_payload() == {
        "RCSMessage": {"textMessage": "Hello"},
        "messageContact": {"chatId": "93JF"},
    }


def test_absent_members_leave_no_trace_in_the_json() -> None:
    message = OutboundMessage(
        rcs_message=RcsMessage(
            content=TextMessage(text="Pick one"),
            suggested_chip_list=SuggestedChipList(
                suggestions=(
                    Reply(display_text="Yes"),
                    OpenUrl(display_text="Site", url="https://a.fr"),
                    ComposeTextMessage(display_text="Write", phone_number="+33612345678", text="Hi"),
                )
            ),
            traffic_type="advertisement",
        ),
        message_contact=UserContact(number="+33612345678"),
    )

    assert message.to_payload() == {
        "RCSMessage": {
            "trafficType": "advertisement",
            "textMessage": "Pick one",
            "suggestedChipList": {
                "suggestions": [
                    {"reply": {"displayText": "Yes"}},
                    {"action": {"displayText": "Site", "urlAction": {"openUrl": {"url": "https://a.fr"}}}},
                    {
                        "action": {
                            "displayText": "Write",
                            "composeAction": {"composeTextMessage": {"phoneNumber": "+33612345678", "text": "Hi"}},
                        }
                    },
                ]
            },
        },
        "messageContact": {"userContact": "+33612345678"},
    }
    assert OutboundMessage.from_payload(message.to_payload()) == message


@pytest.mark.parametrize("pos", ["37.3587121 127.1151084", "48.850 2.3", "-0 +12", "0.00000001 1", "1  2", "1e-7 2"])
def test_coordinates_come_back_as_they_were_spelt(pos: str) -> None:
    payload = {"geolocationPushMessage": {"pos": pos, "label": "Here", "timeOffset": 60, "radius": 10.5}}

    message = GeolocationPushMessage.from_payload(payload)

    assert message.to_payload() == payload


def test_coordinates_near_zero_are_written_without_an_exponent() -> None:
    assert GeolocationPushMessage(latitude=1e-07, longitude=-2.5).to_payload() == {
        "geolocationPushMessage": {"pos": "0.0000001 -2.5"}
    }


def test_messages_can_be_compared_and_counted_in_a_set() -> None:
    cards = (CardContent(title="One"), CardContent(title="Two", extra={"new": [1]}))
    carousel = RichCardMessage(card=GeneralPurposeCardCarousel(cards=cards, card_width="SMALL_WIDTH"))

    assert len({carousel, RichCardMessage.from_payload(carousel.to_payload())}) == 1
