"""Says in a few words what a message is, for a column of a table."""

from collections.abc import Callable, Mapping
from typing import Any

Members = Mapping[str, Any]  # JSON from outside: the sandbox checked it when it came


def gist_of(payload: Members, *, length: int) -> str:
    """Return a text as it is, a card by its title, a tap by its label; an event without a message by its name."""
    rcs_message = payload.get("RCSMessage", {})
    say = next((say for member, say in _SAYINGS.items() if member in rcs_message), None)
    words = say(rcs_message) if say else str(payload.get("event", ""))
    return words if len(words) <= length else words[: length - 1] + "…"


def _say_cards(rcs_message: Members) -> str:
    message = rcs_message["richcardMessage"].get("message", {})
    if "generalPurposeCardCarousel" in message:
        contents = message["generalPurposeCardCarousel"].get("content", [])
        return f"carousel of {len(contents)} cards: {', '.join(_head(content) for content in contents)}"
    return f"card: {_head(message.get('generalPurposeCard', {}).get('content', {}))}"


def _head(content: Members) -> str:
    return str(content.get("title") or content.get("description") or "(picture)")


def _say_file(rcs_message: Members) -> str:
    file = rcs_message["fileMessage"]
    return f"file {file.get('fileName') or file.get('fileUrl', '')}"


def _say_sound(rcs_message: Members) -> str:
    return f"sound {rcs_message['audioMessage'].get('fileUrl', '')}"


def _say_place(rcs_message: Members) -> str:
    place = rcs_message["geolocationPushMessage"]
    return f"place {place.get('label') or place.get('pos', '')}"


def _say_typing(rcs_message: Members) -> str:
    return "typing" if rcs_message["isTyping"] == "active" else "no longer typing"


def _say_tap(rcs_message: Members) -> str:
    buttons = rcs_message["suggestedResponse"].get("response", {})
    labels = [str(button.get("displayText", "")) for button in buttons.values()]
    return f"tapped {', '.join(labels)}"


def _say_facts(rcs_message: Members) -> str:
    facts = rcs_message["sharedData"].get("deviceSpecifics", {})
    return f"phone facts: {', '.join(str(value) for value in facts.values())}"


_SAYINGS: Mapping[str, Callable[[Members], str]] = {
    "textMessage": lambda rcs_message: str(rcs_message["textMessage"]),
    "richcardMessage": _say_cards,
    "fileMessage": _say_file,
    "audioMessage": _say_sound,
    "geolocationPushMessage": _say_place,
    "isTyping": _say_typing,
    "suggestedResponse": _say_tap,
    "sharedData": _say_facts,
}
