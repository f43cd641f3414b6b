"""Says in one text what a message says, for the list of what was sent."""

from collections.abc import Mapping
from typing import Any

from bothub_cli.messages.vocabulary import CONTENT_NAMES


def summarise(payload: object) -> str | None:
    """Return the text, the titles of the cards, or the kind of the content; None for what is no message."""
    rcs_message = payload.get("RCSMessage") if isinstance(payload, Mapping) else None
    if not isinstance(rcs_message, Mapping):
        return None
    text = rcs_message.get("textMessage")
    if isinstance(text, str):
        return text
    titles = [title for card in _cards_of(rcs_message) if isinstance(title := card.get("title"), str)]
    return " | ".join(titles) or next((f"[{kind}]" for kind in CONTENT_NAMES if kind in rcs_message), None)


def _cards_of(rcs_message: Mapping[str, Any]) -> list[Mapping[str, Any]]:  # Any: the user's own JSON
    """Return the content of a card or of each card of a carousel; a mis-shaped one has none."""
    found: Any = rcs_message
    for member in ("richcardMessage", "message"):
        found = found.get(member) if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping):
        return []
    card = found.get("generalPurposeCard", found.get("generalPurposeCardCarousel"))
    content = card.get("content") if isinstance(card, Mapping) else None
    return [each for each in (content if isinstance(content, list) else [content]) if isinstance(each, Mapping)]
