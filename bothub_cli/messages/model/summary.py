"""Says in one line what a message or an event is: for lists, for the store of what was sent, for the sandbox."""

from collections.abc import Mapping
from typing import Any

from bothub_cli.display_text import cut
from bothub_cli.messages.vocabulary import CONTENT_NAMES

Members = Mapping[str, Any]  # JSON, of whatever shape: what has another one than expected says nothing

_KINDS = {
    "textMessage": "text",
    "richcardMessage": "card",
    "fileMessage": "file",
    "audioMessage": "sound",
    "geolocationPushMessage": "place",
    "isTyping": "typing",
    "suggestedResponse": "tap",
    "sharedData": "phone facts",
}


def kind_of(payload: object) -> str:
    """Return what a message is: text, card, file, sound, place, typing, tap, phone facts; else alias."""
    return next((kind for member, kind in _KINDS.items() if member in _rcs_message(payload)), "alias")


def words_of(payload: object) -> str:
    """Return a message's own words: its text, the titles of its cards, a file's name, the label that was tapped."""
    member = _content_name(payload)
    return " · ".join(_words(_rcs_message(payload), member)) if member else ""


def gist_of(payload: Members, *, length: int) -> str:
    """Return the words with their kind, a text as it is; an event without a message by its name."""
    return cut(_gist(payload), length)


def summarise(payload: object) -> str | None:
    """Return the text, the titles of the cards, or the kind of the content; None for what is no message."""
    rcs_message = _rcs_message(payload)
    if isinstance(text := rcs_message.get("textMessage"), str):
        return text
    titles = [title for card in card_contents(rcs_message) if isinstance(title := card.get("title"), str)]
    return " | ".join(titles) or next((f"[{kind}]" for kind in CONTENT_NAMES if kind in rcs_message), None)


def card_contents(rcs_message: Members) -> list[Members]:
    """Return the content of the card, or of each card of the carousel; a mis-shaped one has none."""
    message = _card_message(rcs_message)
    card = message.get("generalPurposeCard") or message.get("generalPurposeCardCarousel")
    content = _object(card).get("content")
    return [each for each in (content if isinstance(content, list) else [content]) if isinstance(each, Mapping)]


def _card_message(rcs_message: Members) -> Members:
    return _object(_object(rcs_message.get("richcardMessage")).get("message"))


def _content_name(payload: object) -> str | None:
    return next((member for member in _KINDS if member in _rcs_message(payload)), None)


def _gist(payload: Members) -> str:
    member = _content_name(payload)
    if member is None:
        return str(payload.get("event", ""))
    words = _words(_rcs_message(payload), member)
    match _KINDS[member]:
        case "text":
            return words[0]
        case "card" if "generalPurposeCardCarousel" in _card_message(_rcs_message(payload)):
            return f"carousel of {len(words)} cards: {', '.join(words)}"
        case "card" | "phone facts" as kind:
            return f"{kind}: {', '.join(words)}"
        case "typing":
            return "typing" if words == ["active"] else "no longer typing"
        case "tap":
            return f"tapped {', '.join(words)}"
        case kind:
            return f"{kind} {words[0]}"


def _words(rcs_message: Members, member: str) -> list[str]:
    value = rcs_message[member]
    content = _object(value)
    match member:
        case "richcardMessage":
            cards = card_contents(rcs_message)
            return [str(card.get("title") or card.get("description") or "(picture)") for card in cards]
        case "fileMessage" | "audioMessage":
            return [str(content.get("fileName") or content.get("fileUrl") or "")]
        case "geolocationPushMessage":
            return [str(content.get("label") or content.get("pos") or "")]
        case "suggestedResponse":
            buttons = _object(content.get("response")).values()
            return [str(_object(button).get("displayText", "")) for button in buttons]
        case "sharedData":
            return [", ".join(str(fact) for fact in _object(content.get("deviceSpecifics")).values())]
        case _:
            return [str(value)]


def _rcs_message(payload: object) -> Members:
    return _object(_object(payload).get("RCSMessage"))


def _object(value: object) -> Members:
    return value if isinstance(value, Mapping) else {}
