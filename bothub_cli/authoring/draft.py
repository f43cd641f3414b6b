"""A message as it was read, and where each part of it stands in the file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bothub_cli.errors import InputRefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a message begins: the source's name, its line from 1, its index among the messages from 0."""

    source: str
    line: int
    index: int

    def __str__(self) -> str:
        return f"{self.source}, line {self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDraft:
    """One message, unchecked: any JSON value, with the place it came from.

    ``refusal`` says why there is none in this place; the payload is None then, and the reading went on after it.
    ``find_line`` (use ``locate``) holds the message's bytes, so a draft costs about twice its payload.
    """

    payload: object
    location: Location
    find_line: Callable[[str], int | None] = field(repr=False, compare=False)
    refusal: InputRefusedError | None = None


def locate(draft: MessageDraft, pointer: str) -> int | None:
    """Return the line (from 1) of the member that an RFC 6901 pointer names, or of its nearest existing parent."""
    while pointer:
        line = draft.find_line(pointer)
        if line is not None:
            return line
        pointer = pointer.rpartition("/")[0]
    return draft.location.line


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
