"""Says in a line what a message is: for lists, and for what a user did."""

from collections.abc import Callable, Mapping
from typing import Any

from bothub_cli.preview.visible_text import show_on_one_line
from bothub_cli.sandbox.state.message_log import SandboxMessage
from bothub_cli.sandbox.state.suggestions import card_contents

SUMMARY_MAX = 140  # characters: what a row of a list shows

Members = Mapping[str, Any]  # JSON from outside, checked when it came


def kind_of(message: SandboxMessage) -> str:
    """Return what the message is: text, card, carousel, file, sound, place, typing, tap, alias, phone facts."""
    rcs_message = message.payload.get("RCSMessage", {})
    return next((kind for member, (kind, _) in _KINDS.items() if member in rcs_message), "alias")


def summarise_message(message: SandboxMessage) -> str:
    """Return the message in one line, with hidden signs made visible."""
    rcs_message = message.payload.get("RCSMessage", {})
    words = next((say(message.payload) for member, (_, say) in _KINDS.items() if member in rcs_message), "")
    shown = show_on_one_line(words[: 4 * SUMMARY_MAX])
    return shown if len(shown) <= SUMMARY_MAX else shown[: SUMMARY_MAX - 1] + "…"


def _member(name: str) -> Callable[[Members], str]:
    return lambda payload: str(payload["RCSMessage"][name])


def _say_card(payload: Members) -> str:
    contents = card_contents(payload)
    heads = [str(content.get("title") or content.get("description") or "(picture)") for content in contents]
    return " · ".join(heads)


def _say_file(payload: Members) -> str:
    rcs_message = payload["RCSMessage"]
    file = rcs_message.get("fileMessage") or rcs_message.get("audioMessage") or {}
    return str(file.get("fileName") or file.get("fileUrl") or "")


def _say_place(payload: Members) -> str:
    place = payload["RCSMessage"]["geolocationPushMessage"]
    return str(place.get("label") or place.get("pos") or "")


def _say_tap(payload: Members) -> str:
    response = payload["RCSMessage"]["suggestedResponse"].get("response", {})
    button: Members = next(iter(response.values()), {})
    return str(button.get("displayText", ""))


def _say_facts(payload: Members) -> str:
    facts = payload["RCSMessage"]["sharedData"].get("deviceSpecifics", {})
    return ", ".join(str(value) for value in facts.values())


_KINDS: Mapping[str, tuple[str, Callable[[Members], str]]] = {
    "textMessage": ("text", _member("textMessage")),
    "richcardMessage": ("card", _say_card),
    "fileMessage": ("file", _say_file),
    "audioMessage": ("sound", _say_file),
    "geolocationPushMessage": ("place", _say_place),
    "isTyping": ("typing", _member("isTyping")),
    "suggestedResponse": ("tap", _say_tap),
    "sharedData": ("phone facts", _say_facts),
}
