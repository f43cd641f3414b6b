"""Accepts a card as people write it: alone, with or without the envelopes that FNW.11 puts around it."""

from collections.abc import Mapping
from dataclasses import replace

from bothub_cli.authoring.draft import MessageDraft

_CARDS = ("generalPurposeCard", "generalPurposeCardCarousel")


def wrap_card(draft: MessageDraft) -> MessageDraft:
    """Return the draft as an RCSMessage when it is a card alone, else as it is.

    Understood: ``{"generalPurposeCard": …}``, ``{"message": {"generalPurposeCard": …}}`` (the root of GSMA's schema,
    RCC.07 v10 3.6.10.4), and the ``layout`` with ``content`` of either card.
    """
    payload = draft.payload
    if not isinstance(payload, Mapping):
        return draft
    if isinstance(payload.get("message"), Mapping) and not _has_envelope(payload):
        return _rooted(draft, payload, prefix="/richcardMessage")
    if any(name in payload for name in _CARDS):
        return _rooted(draft, {"message": payload}, prefix="/richcardMessage/message")
    if "layout" in payload and "content" in payload:
        name = _CARDS[1] if isinstance(payload["content"], list) else _CARDS[0]
        return _rooted(draft, {"message": {name: payload}}, prefix=f"/richcardMessage/message/{name}")
    return draft


def _has_envelope(payload: Mapping[str, object]) -> bool:
    return "RCSMessage" in payload or "richcardMessage" in payload


def _rooted(draft: MessageDraft, card: Mapping[str, object], *, prefix: str) -> MessageDraft:
    """Put the card into its message; a pointer into the message finds the line of what was written."""
    return replace(
        draft,
        payload={"richcardMessage": card},
        find_line=lambda pointer: draft.find_line(pointer.removeprefix(prefix)) if pointer.startswith(prefix) else None,
    )
