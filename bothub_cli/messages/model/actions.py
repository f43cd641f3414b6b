"""What a tap can do: open a page, dial, show a map, and the rest of RCC.07's actions (v10 3.6.10.4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from bothub_cli.messages.payload import JsonObject, Members, with_extra, without_absent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action:
    """What all actions share; ``path`` names the two wire members that hold an action's own arguments."""

    path: ClassVar[tuple[str, str]]

    display_text: str
    postback_data: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_payload(self) -> JsonObject:
        family, kind = self.path
        face = face_payload(self.display_text, self.postback_data)
        return with_extra({"action": face | {family: {kind: without_absent(self._arguments())}}}, self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        family, kind = cls.path
        members = Members(payload, pointer)
        action = members.nested("action")
        arguments = cls._read_arguments(action.nested(family).nested(kind))
        return cls(
            display_text=action.text("displayText"),
            postback_data=read_postback(action),
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
ACTION_OF = {action.path: action for action in _KNOWN_ACTIONS}  # by family and kind, as the wire names them


def face_payload(display_text: str, postback_data: str | None) -> JsonObject:
    """Write what replies and actions share: the label, and what comes back when it is tapped."""
    face: JsonObject = {"displayText": display_text}
    return face if postback_data is None else face | {"postback": {"data": postback_data}}


def read_postback(face: Members) -> str | None:
    """Take the data of ``postback``; None when there is no postback."""
    return face.nested("postback").text("data") if "postback" in face else None
