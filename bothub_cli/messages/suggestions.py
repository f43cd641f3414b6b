"""What a user may tap: replies and actions, in cards and as chips (GSMA RCC.07 v10 3.6.10.4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from bothub_cli.messages.payload import JsonObject, Members, with_extra, without_absent
from bothub_cli.messages.vocabulary import ACTION_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A suggested reply; ``display_text`` is 1–25 characters, ``postback_data`` at most 2048."""

    display_text: str
    postback_data: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_payload(self) -> JsonObject:
        return with_extra({"reply": _face_payload(self.display_text, self.postback_data)}, self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        members = Members(payload, pointer)
        reply = members.nested("reply")
        return cls(display_text=reply.text("displayText"), postback_data=_read_postback(reply), extra=members.rest())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    """What all actions share; ``path`` names the two wire members that hold an action's own arguments."""

    path: ClassVar[tuple[str, str]]

    display_text: str
    postback_data: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_payload(self) -> JsonObject:
        family, kind = self.path
        face = _face_payload(self.display_text, self.postback_data)
        return with_extra({"action": face | {family: {kind: without_absent(self._arguments())}}}, self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        family, kind = cls.path
        members = Members(payload, pointer)
        action = members.nested("action")
        arguments = cls._read_arguments(action.nested(family).nested(kind))
        return cls(
            display_text=action.text("displayText"),
            postback_data=_read_postback(action),
            **arguments,
            extra=members.rest(),
        )

    def _arguments(self) -> JsonObject:
        return {}

    @classmethod
    def _read_arguments(cls, _: Members) -> dict[str, Any]:  # Any: the fields of whichever action reads itself
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenUrl(_Action):
    """Opens a page; ``application`` is "browser", or "webview" with a ``view_mode`` (RCC.07 v11; v10 has neither)."""

    path: ClassVar[tuple[str, str]] = ("urlAction", "openUrl")

    url: str
    application: str | None = None
    view_mode: str | None = None
    parameters: str | None = None

    def _arguments(self) -> JsonObject:
        return {
            "url": self.url,
            "application": self.application,
            "viewMode": self.view_mode,
            "parameters": self.parameters,
        }

    @classmethod
    def _read_arguments(cls, members: Members) -> dict[str, Any]:
        return {
            "url": members.text("url"),
            "application": members.optional_text("application"),
            "view_mode": members.optional_text("viewMode"),
            "parameters": members.optional_text("parameters"),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DialPhoneNumber(_Action):
    """Calls a number; ``fallback_url`` serves a device that cannot call."""

    path: ClassVar[tuple[str, str]] = ("dialerAction", "dialPhoneNumber")

    phone_number: str
    fallback_url: str | None = None

    def _arguments(self) -> JsonObject:
        return {"phoneNumber": self.phone_number, "fallbackUrl": self.fallback_url}

    @classmethod
    def _read_arguments(cls, members: Members) -> dict[str, Any]:
        return {"phone_number": members.text("phoneNumber"), "fallback_url": members.optional_text("fallbackUrl")}


@dataclass(frozen=True, slots=True, kw_only=True)
class DialEnrichedCall(_Action):
    """Calls a number with a ``subject`` of at most 60 characters on the callee's screen."""

    path: ClassVar[tuple[str, str]] = ("dialerAction", "dialEnrichedCall")

    phone_number: str
    subject: str | None = None
    fallback_url: str | None = None

    def _arguments(self) -> JsonObject:
        return {"phoneNumber": self.phone_number, "subject": self.subject, "fallbackUrl": self.fallback_url}

    @classmethod
    def _read_arguments(cls, members: Members) -> dict[str, Any]:
        return {
            "phone_number": members.text("phoneNumber"),
            "subject": members.optional_text("subject"),
            "fallback_url": members.optional_text("fallbackUrl"),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DialVideoCall(_Action):
    """Calls a number with video."""

    path: ClassVar[tuple[str, str]] = ("dialerAction", "dialVideoCall")

    phone_number: str
    fallback_url: str | None = None

    def _arguments(self) -> JsonObject:
        return {"phoneNumber": self.phone_number, "fallbackUrl": self.fallback_url}

    @classmethod
    def _read_arguments(cls, members: Members) -> dict[str, Any]:
        return {"phone_number": members.text("phoneNumber"), "fallback_url": members.optional_text("fallbackUrl")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLocation(_Action):
    """Shows a map: either ``latitude`` and ``longitude`` in degrees with a ``label``, or what ``query`` finds."""

    path: ClassVar[tuple[str, str]] = ("mapAction", "showLocation")

    latitude: float | None = None
    longitude: float | None = None
    label: str | None = None
    query: str | None = None
    fallback_url: str | None = None

    def _arguments(self) -> JsonObject:
        location = {"latitude": self.latitude, "longitude": self.longitude, "label": self.label, "query": self.query}
        return {"location": without_absent(location), "fallbackUrl": self.fallback_url}

    @classmethod
    def _read_arguments(cls, members: Members) -> dict[str, Any]:
        location = members.nested("location")
        return {
            "latitude": location.optional_number("latitude"),
            "longitude": location.optional_number("longitude"),
            "label": location.optional_text("label"),
            "query": location.optional_text("query"),
            "fallback_url": members.optional_text("fallbackUrl"),
        }


class RequestLocationPush(_Action):
    """Asks the user to share where they are."""

    __slots__ = ()
    path: ClassVar[tuple[str, str]] = ("mapAction", "requestLocationPush")


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCalendarEvent(_Action):
    """Offers a calendar entry; the times are RFC 3339 strings, kept exactly as written."""

    path: ClassVar[tuple[str, str]] = ("calendarAction", "createCalendarEvent")

    start_time: str
    end_time: str
    title: str
    description: str | None = None
    fallback_url: str | None = None

    def _arguments(self) -> JsonObject:
        return {
            "startTime": self.start_time,
            "endTime": self.end_time,
            "title": self.title,
            "description": self.description,
            "fallbackUrl": self.fallback_url,
        }

    @classmethod
    def _read_arguments(cls, members: Members) -> dict[str, Any]:
        return {
            "start_time": members.text("startTime"),
            "end_time": members.text("endTime"),
            "title": members.text("title"),
            "description": members.optional_text("description"),
            "fallback_url": members.optional_text("fallbackUrl"),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeTextMessage(_Action):
    """Drafts a text to a number; ``text`` is at most 100 characters."""

    path: ClassVar[tuple[str, str]] = ("composeAction", "composeTextMessage")

    phone_number: str
    text: str

    def _arguments(self) -> JsonObject:
        return {"phoneNumber": self.phone_number, "text": self.text}

    @classmethod
    def _read_arguments(cls, members: Members) -> dict[str, Any]:
        return {"phone_number": members.text("phoneNumber"), "text": members.text("text")}


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeRecordingMessage(_Action):
    """Drafts a recording to a number; ``type`` is "AUDIO" or "VIDEO"."""

    path: ClassVar[tuple[str, str]] = ("composeAction", "composeRecordingMessage")

    phone_number: str
    type: str

    def _arguments(self) -> JsonObject:
        return {"phoneNumber": self.phone_number, "type": self.type}

    @classmethod
    def _read_arguments(cls, members: Members) -> dict[str, Any]:
        return {"phone_number": members.text("phoneNumber"), "type": members.text("type")}


class RequestDeviceSpecifics(_Action):
    """Asks for the device's model, versions and battery."""

    __slots__ = ()
    path: ClassVar[tuple[str, str]] = ("deviceAction", "requestDeviceSpecifics")


class DisableAnonymization(_Action):
    """Asks the user to show their number."""

    __slots__ = ()
    path: ClassVar[tuple[str, str]] = ("settingsAction", "disableAnonymization")


class EnableDisplayedNotifications(_Action):
    """Asks the user to send read reports."""

    __slots__ = ()
    path: ClassVar[tuple[str, str]] = ("settingsAction", "enableDisplayedNotifications")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownSuggestion:
    """A suggestion of a kind that this version does not know, kept as it came."""

    payload: Mapping[str, Any] = field(hash=False)

    @property
    def display_text(self) -> str | None:
        """The label, when it is where labels are."""
        for face in self.payload.values():
            if isinstance(face, Mapping) and isinstance(label := face.get("displayText"), str):
                return label
        return None

    def to_payload(self) -> JsonObject:
        return dict(self.payload)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        return cls(payload=Members(payload, pointer).members)


Action = (
    OpenUrl
    | DialPhoneNumber
    | DialEnrichedCall
    | DialVideoCall
    | ShowLocation
    | RequestLocationPush
    | CreateCalendarEvent
    | ComposeTextMessage
    | ComposeRecordingMessage
    | RequestDeviceSpecifics
    | DisableAnonymization
    | EnableDisplayedNotifications
)
Suggestion = Reply | Action | UnknownSuggestion

_KNOWN_ACTIONS: tuple[type[Action], ...] = (
    OpenUrl,
    DialPhoneNumber,
    DialEnrichedCall,
    DialVideoCall,
    ShowLocation,
    RequestLocationPush,
    CreateCalendarEvent,
    ComposeTextMessage,
    ComposeRecordingMessage,
    RequestDeviceSpecifics,
    DisableAnonymization,
    EnableDisplayedNotifications,
)
_ACTION_OF = {action.path: action for action in _KNOWN_ACTIONS}


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedChipList:
    """The chips under a message: 1–11 suggestions."""

    suggestions: tuple[Suggestion, ...]
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_payload(self) -> JsonObject:
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
    return _ACTION_OF[families[0], kinds[0]] if len(kinds) == 1 else None


def _face_payload(display_text: str, postback_data: str | None) -> JsonObject:
    face: JsonObject = {"displayText": display_text}
    return face if postback_data is None else face | {"postback": {"data": postback_data}}


def _read_postback(face: Members) -> str | None:
    return face.nested("postback").text("data") if "postback" in face else None
