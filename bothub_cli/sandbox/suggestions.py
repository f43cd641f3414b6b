"""The buttons under a message, in the order in which the phone shows them."""

from collections.abc import Iterator, Mapping
from typing import Any

Suggestion = Mapping[str, Any]  # JSON, {"reply": …} or {"action": …}


def suggestions_of(payload: Mapping[str, Any]) -> list[Suggestion]:
    """Return the buttons of the card or cards, then the chips; the message was checked when it came."""
    rcs_message = payload.get("RCSMessage", {})
    card = rcs_message.get("richcardMessage", {}).get("message", {})
    return [*_card_suggestions(card), *rcs_message.get("suggestedChipList", {}).get("suggestions", [])]


def _card_suggestions(card: Mapping[str, Any]) -> Iterator[Suggestion]:
    contents = card.get("generalPurposeCardCarousel", {}).get("content", [])
    single = card.get("generalPurposeCard", {}).get("content")
    for content in [single] if single else contents:
        yield from content.get("suggestions", [])


def response_to(suggestion: Suggestion) -> dict[str, Any]:
    """Return what a tap tells the bot (RCC.07 ``response``): the label, and the postback when there is one."""
    kind = "reply" if "reply" in suggestion else "action"
    button = suggestion.get(kind, {})
    return {kind: {name: button[name] for name in ("displayText", "postback") if name in button}}
