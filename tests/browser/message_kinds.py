"""Every kind of message that a phone draws, as the ``RCSMessage`` that brings it."""

from typing import Any

LONG = "Two nights between the river and the hills, with breakfast and bicycles, for a fair price. "

SUGGESTIONS: dict[str, dict[str, Any]] = {
    "reply": {"reply": {"displayText": "Yes", "postback": {"data": "yes_1"}}},
    "link": {"action": {"displayText": "Our site", "urlAction": {"openUrl": {"url": "https://shop.example/"}}}},
    "call": {
        "action": {"displayText": "Call us", "dialerAction": {"dialPhoneNumber": {"phoneNumber": "+33187654321"}}}
    },
    "enriched call": {
        "action": {
            "displayText": "Call about it",
            "dialerAction": {"dialEnrichedCall": {"phoneNumber": "+33187654321", "subject": "Order 7"}},
        }
    },
    "video call": {
        "action": {"displayText": "Video call", "dialerAction": {"dialVideoCall": {"phoneNumber": "+33187654321"}}}
    },
    "map": {
        "action": {
            "displayText": "Where we are",
            "mapAction": {"showLocation": {"location": {"latitude": 48.8584, "longitude": 2.2945, "label": "Shop"}}},
        }
    },
    "share place": {"action": {"displayText": "Share my place", "mapAction": {"requestLocationPush": {}}}},
    "calendar": {
        "action": {
            "displayText": "Save the date",
            "calendarAction": {
                "createCalendarEvent": {
                    "startTime": "2030-03-07T09:00:00Z",
                    "endTime": "2030-03-07T10:00:00Z",
                    "title": "Delivery",
                }
            },
        }
    },
    "write": {
        "action": {
            "displayText": "Write to us",
            "composeAction": {"composeTextMessage": {"phoneNumber": "+33187654321", "text": "Hello"}},
        }
    },
    "record": {
        "action": {
            "displayText": "Record",
            "composeAction": {"composeRecordingMessage": {"phoneNumber": "+33187654321", "type": "AUDIO"}},
        }
    },
    "copy": {"action": {"displayText": "Copy the code", "clipboardAction": {"copyToClipboard": {"text": "482913"}}}},
    "device": {"action": {"displayText": "Tell my model", "deviceAction": {"requestDeviceSpecifics": {}}}},
    "show number": {"action": {"displayText": "Show my number", "settingsAction": {"disableAnonymization": {}}}},
    "show reading": {
        "action": {"displayText": "Read receipts", "settingsAction": {"enableDisplayedNotifications": {}}}
    },
}
for _name, _suggestion in SUGGESTIONS.items():  # without a postback a phone tells the bot nothing of a tap
    _suggestion.get("action", {}).setdefault("postback", {"data": _name})


def media(height: str, kind: str = "image/jpeg") -> dict[str, Any]:
    """Return a picture or a video that nobody fetches."""
    address = {"mediaUrl": "https://shop.example/van.jpg", "mediaContentType": kind, "mediaFileSize": 48_213}
    return {**address, "height": f"{height}_HEIGHT", "contentDescription": "A yellow van"}


def card(**content: Any) -> dict[str, Any]:
    """Return a vertical card."""
    return _rich({"generalPurposeCard": {"layout": {"cardOrientation": "VERTICAL"}, "content": content}})


def horizontal_card(side: str, **content: Any) -> dict[str, Any]:
    """Return a card with its image at the LEFT or at the RIGHT."""
    layout = {"cardOrientation": "HORIZONTAL", "imageAlignment": side}
    return _rich({"generalPurposeCard": {"layout": layout, "content": content}})


def carousel(width: str, *contents: dict[str, Any]) -> dict[str, Any]:
    """Return a carousel of SMALL or MEDIUM cards."""
    return _rich({"generalPurposeCardCarousel": {"layout": {"cardWidth": f"{width}_WIDTH"}, "content": list(contents)}})


def with_chips(message: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return a message with these suggestions under it."""
    return {**message, "suggestedChipList": {"suggestions": [SUGGESTIONS[name] for name in names]}}


def buttons(*names: str) -> list[dict[str, Any]]:
    """Return suggestions for a card."""
    return [SUGGESTIONS[name] for name in names]


def _rich(message: dict[str, Any]) -> dict[str, Any]:
    return {"richcardMessage": {"message": message}}


def _file(name: str, kind: str, size: int) -> dict[str, Any]:
    return {"fileUrl": f"https://shop.example/{name}", "fileName": name, "fileMIMEType": kind, "fileSize": size}


def _cards(count: int, height: str) -> list[dict[str, Any]]:
    return [
        {
            "title": f"Card {place}",
            "description": LONG[: 9 * place],
            "media": media(height),
            "suggestions": buttons("reply"),
        }
        for place in range(1, count + 1)
    ]


_NAMES = list(SUGGESTIONS)
_TEXT = {"title": "Trail shoes", "description": "New this week."}

KINDS: dict[str, dict[str, Any]] = {
    "short text": {"textMessage": "Hello"},
    "long text": {"textMessage": LONG * 4},
    "emoji": {"textMessage": "👋🏽 👨‍👩‍👧‍👦 🇫🇷 Ça va ?"},
    "right to left": {"textMessage": "مرحبا، طلبك في الطريق إليك. רגע אחד."},
    "address in a text": {"textMessage": "Track it: https://shop.example/t/1?order=8412397&from=rcs#map"},
    "picture": {"fileMessage": _file("photo.jpg", "image/jpeg", 482_130)},
    "document": {"fileMessage": _file("invoice-2030-03.pdf", "application/pdf", 91_022)},
    "video": {
        "fileMessage": _file("tour.mp4", "video/mp4", 4_821_300)
        | {"thumbnailUrl": "https://shop.example/t.jpg", "thumbnailMIMEType": "image/jpeg", "thumbnailFileSize": 9000}
    },
    "sound": {"audioMessage": _file("greeting.mp3", "audio/mpeg", 120_000) | {"playingLength": 75}},
    "place": {"geolocationPushMessage": {"pos": "48.8584 2.2945", "label": "Eiffel Tower", "radius": 30}},
    "card with short media": card(**_TEXT, media=media("SHORT"), suggestions=buttons("reply", "link", "call")),
    "card with medium media": card(**_TEXT, media=media("MEDIUM"), suggestions=buttons("reply", "link")),
    "card with tall media": card(**_TEXT, media=media("TALL", "video/mp4")),
    "card with media alone": card(media=media("TALL")),
    "card without media": card(**_TEXT, suggestions=buttons("reply", "map", "calendar", "share place")),
    "card with a long text": card(title=LONG, description=LONG * 5, media=media("SHORT"), suggestions=buttons("reply")),
    "card with its image at the left": horizontal_card(
        "LEFT", **_TEXT, media=media("SHORT"), suggestions=buttons("reply")
    ),
    "card with its image at the right": horizontal_card("RIGHT", title="Trail shoes", media=media("MEDIUM")),
    "carousel of 2 small cards": carousel("SMALL", *_cards(2, "SHORT")),
    "carousel of 10 small cards": carousel("SMALL", *_cards(10, "MEDIUM")),
    "carousel of 2 medium cards": carousel("MEDIUM", *_cards(2, "TALL")),
    "carousel of 10 medium cards": carousel("MEDIUM", *_cards(10, "SHORT")),
    "eleven chips": with_chips({"textMessage": "What would you like?"}, *_NAMES[:11]),
    "the other chips": with_chips({"textMessage": "And?"}, *_NAMES[11:]),
    "the first buttons": card(title="First", suggestions=buttons(*_NAMES[:4])),
    "the next buttons": card(title="Next", suggestions=buttons(*_NAMES[4:8])),
    "more buttons": card(title="More", suggestions=buttons(*_NAMES[8:12])),
    "the last button": card(title="Last", suggestions=buttons(*_NAMES[12:])),
}
