"""The buttons under a message, in the order in which the phone shows them."""

from collections.abc import Mapping
from typing import Any

Suggestion = Mapping[str, Any]  # JSON, {"reply": …} or {"action": …}


def suggestions_of(payload: Mapping[str, Any]) -> list[Suggestion]:
    """Return the buttons of the card or cards, then the chips; the message was checked when it came."""
    chips = payload.get("RCSMessage", {}).get("suggestedChipList", {}).get("suggestions", [])
    on_cards = [suggestion for content in card_contents(payload) for suggestion in content.get("suggestions", [])]
    return [*on_cards, *chips]


def card_contents(payload: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the content of the card, or of each card of the carousel; nothing for other messages."""
    card = payload.get("RCSMessage", {}).get("richcardMessage", {}).get("message", {})
    single = card.get("generalPurposeCard", {}).get("content")
    contents: list[Mapping[str, Any]] = card.get("generalPurposeCardCarousel", {}).get("content", [])
    return [single] if single else contents


def place_of(payload: Mapping[str, Any], *, card: int | None, suggestion: int | None, chip: int | None) -> int:
    """Return the position, among all buttons, of a card's suggestion or of a chip; places count from 0.

    A place that no button has gives a position that none has either.
    """
    contents = card_contents(payload)
    counts = [len(content.get("suggestions", [])) for content in contents]
    if chip is not None:
        return sum(counts) + chip
    before, wanted = counts[: card or 0], suggestion or 0
    is_there = (card or 0) < len(counts) and wanted < counts[card or 0]
    return sum(before) + wanted if is_there else sum(counts) + len(suggestions_of(payload))


def response_to(suggestion: Suggestion) -> dict[str, Any]:
    """Return what a tap tells the bot (RCC.07 ``response``): the label, and the postback when there is one."""
    kind = "reply" if "reply" in suggestion else "action"
    button = suggestion.get(kind, {})
    return {kind: {name: button[name] for name in ("displayText", "postback") if name in button}}
