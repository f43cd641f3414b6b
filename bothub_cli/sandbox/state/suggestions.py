"""The buttons under a message, in the order in which the phone shows them."""

from collections.abc import Mapping
from typing import Any

from bothub_cli.messages.model.summary import card_contents

Suggestion = Mapping[str, Any]  # JSON, {"reply": …} or {"action": …}


def suggestions_of(payload: Mapping[str, Any]) -> list[Suggestion]:
    """Return the buttons of the card or cards, then the chips; the message was checked when it came."""
    chips = _member(_member(payload, "RCSMessage"), "suggestedChipList").get("suggestions") or []
    on_cards = [
        suggestion for content in card_contents(_member(payload, "RCSMessage")) for suggestion in buttons_of(content)
    ]
    return [*on_cards, *chips]


def buttons_of(content: Mapping[str, Any]) -> list[Suggestion]:
    """Return the buttons of one card."""
    return list(content.get("suggestions") or [])


def _member(holder: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object; an empty one where it is absent, or null, which stands for that."""
    return holder.get(name) or {}


def place_of(payload: Mapping[str, Any], *, card: int | None, suggestion: int | None, chip: int | None) -> int:
    """Return the position, among all buttons, of a card's suggestion or of a chip; places count from 0.

    A place that no button has gives a position that none has either.
    """
    contents = card_contents(_member(payload, "RCSMessage"))
    counts = [len(buttons_of(content)) for content in contents]
    if chip is not None:
        return sum(counts) + chip
    before, wanted = counts[: card or 0], suggestion or 0
    is_there = (card or 0) < len(counts) and wanted < counts[card or 0]
    return sum(before) + wanted if is_there else sum(counts) + len(suggestions_of(payload))


def response_to(suggestion: Suggestion) -> dict[str, Any] | None:
    """Return what a tap tells the bot (RCC.07 ``response``): the label, and the postback when there is one.

    None for an action without a postback: phones do not report it (RCC.07 v10 3.6.10.6.2.2).
    """
    kind = "reply" if _member(suggestion, "reply") else "action"
    button = _member(suggestion, kind)
    told = {name: button[name] for name in ("displayText", "postback") if button.get(name) is not None}
    return None if kind == "action" and "postback" not in told else {kind: told}
