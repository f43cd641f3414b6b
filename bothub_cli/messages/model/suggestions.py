"""What a user may tap, in cards and as chips: replies and actions (GSMA RCC.07 v10 3.6.10.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from bothub_cli.field_check import check_fields
from bothub_cli.messages.model.actions import ACTION_NAMES, ACTION_OF, Action, Suggestion, face_payload, read_postback
from bothub_cli.messages.payload import JsonObject, Members, with_extra


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Suggestion):
    """A suggested reply."""

    display_text: str
    """What the phone shows: 1–25 characters."""
    postback_data: str | None = None
    """What comes back to the bot when it is tapped, at most 2,048 characters."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    deed: ClassVar[str] = "reply"

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return with_extra({"reply": face_payload(self.display_text, self.postback_data)}, self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        members = Members(payload, pointer)
        reply = members.nested("reply")
        return cls(display_text=reply.text("displayText"), postback_data=read_postback(reply), extra=members.rest())


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownSuggestion(Suggestion):
    """A suggestion of a kind that this version does not know, kept as it came."""

    deed: ClassVar[str] = "unknown"

    payload: Mapping[str, Any] = field(hash=False)
    """The whole JSON object."""

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def display_text(self) -> str | None:
        """The label, when it is where labels are."""
        for face in self.payload.values():
            if isinstance(face, Mapping) and isinstance(label := face.get("displayText"), str):
                return label
        return None

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return dict(self.payload)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        return cls(payload=Members(payload, pointer).members)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedChipList:
    """The chips under a message."""

    suggestions: Sequence[Suggestion]
    """1–11 of them; a list is taken and frozen."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return with_extra({"suggestions": suggestions_payload(self.suggestions)}, self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        members = Members(payload, pointer)
        if "suggestions" not in members:
            members.take("suggestions")
        return cls(suggestions=read_suggestions(members), extra=members.rest())


def read_suggestion(payload: object, *, pointer: str = "") -> Suggestion:
    """Read one suggestion; a kind that nobody knows becomes an UnknownSuggestion. Raises PayloadError."""
    members = Members(payload, pointer)
    match "reply" in members, "action" in members:
        case True, False:
            return Reply.from_payload(payload, pointer=pointer)
        case False, True:
            known = _action_class(members.nested("action")) or UnknownSuggestion
            return known.from_payload(payload, pointer=pointer)
        case _:
            return UnknownSuggestion.from_payload(payload, pointer=pointer)


def read_suggestions(members: Members) -> tuple[Suggestion, ...]:
    """Read the ``suggestions`` member of a card or a chip list; an absent one is empty."""
    return tuple(read_suggestion(element, pointer=pointer) for pointer, element in members.elements("suggestions"))


def suggestions_payload(suggestions: Iterable[Suggestion]) -> list[JsonObject]:
    """Write suggestions in their order."""
    return [suggestion.to_payload() for suggestion in suggestions]


def _action_class(action: Members) -> type[Action] | None:
    families = [name for name in action.names() if name in ACTION_NAMES]
    if len(families) != 1:
        return None
    kinds = [name for name in action.nested(families[0]).names() if name in ACTION_NAMES[families[0]]]
    return ACTION_OF[families[0], kinds[0]] if len(kinds) == 1 else None
