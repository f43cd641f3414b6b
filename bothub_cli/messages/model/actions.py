"""What a tap can do: open a page, dial, show a map, and the rest of RCC.07's actions (v10 3.6.10.4).

A new action is a class here, its judgement in ``check/suggestions``, its name in ``messages``, and what the sandbox's
phone answers in ``sandbox/control/tap_effect``; one that does a new ``deed`` also has a sign in
``preview/terminal/text`` and an icon in ``preview/html/style``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self, get_args

from bothub_cli.field_check import check_fields
from bothub_cli.messages.model.wire import Wire, read_fields, write_fields
from bothub_cli.messages.payload import JsonObject, Members, with_extra


class Suggestion:
    """What a user may tap, in a card or as a chip: a ``Reply``, one of the actions, or an ``UnknownSuggestion``."""

    __slots__ = ()
    deed: ClassVar[str]

    if TYPE_CHECKING:  # a field of most, which a property here would be the default of

        @property
        def display_text(self) -> str | None:
            """The label that the phone shows."""

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Action(Suggestion):
    """What all actions share.

    ``path`` names the two wire members that hold an action's own arguments, ``deed`` says in a word what a tap does.
    """

    path: ClassVar[tuple[str, str]]
    display_text: str
    """What the phone shows: 1–25 characters."""
    postback_data: str | None = None
    """What comes back to the bot when it is tapped, at most 2,048 characters."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        family, kind = self.path
        face = face_payload(self.display_text, self.postback_data)
        return with_extra({"action": face | {family: {kind: write_fields(self)}}}, self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        family, kind = cls.path
        members = Members(payload, pointer)
        action = members.nested("action")
        arguments = read_fields(cls, action.nested(family).nested(kind))
        return cls(
            display_text=action.text("displayText"),
            postback_data=read_postback(action),
            **arguments,
            extra=members.rest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenUrl(_Action):
    """Opens a page (RCC.07 v11; v10 knows the address alone)."""

    path: ClassVar[tuple[str, str]] = ("urlAction", "openUrl")
    deed: ClassVar[str] = "link"

    url: Annotated[str, Wire("url")]
    """The page's address."""
    application: Annotated[str | None, Wire("application")] = None
    """One of "browser", or "webview"."""
    view_mode: Annotated[str | None, Wire("viewMode")] = None
    """Of a webview: "full", "half" or "tall"."""
    parameters: Annotated[str | None, Wire("parameters")] = None
    """What else the webview is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialPhoneNumber(_Action):
    """Calls a number."""

    path: ClassVar[tuple[str, str]] = ("dialerAction", "dialPhoneNumber")
    deed: ClassVar[str] = "call"

    phone_number: Annotated[str, Wire("phoneNumber")]
    """Whom it calls, E.164."""
    fallback_url: Annotated[str | None, Wire("fallbackUrl")] = None
    """The page for a device that cannot call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialEnrichedCall(_Action):
    """Calls a number, with a subject on the callee's screen."""

    path: ClassVar[tuple[str, str]] = ("dialerAction", "dialEnrichedCall")
    deed: ClassVar[str] = "call"

    phone_number: Annotated[str, Wire("phoneNumber")]
    """Whom it calls, E.164."""
    subject: Annotated[str | None, Wire("subject")] = None
    """What the callee reads, at most 60 characters."""
    fallback_url: Annotated[str | None, Wire("fallbackUrl")] = None
    """The page for a device that cannot call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DialVideoCall(_Action):
    """Calls a number with video."""

    path: ClassVar[tuple[str, str]] = ("dialerAction", "dialVideoCall")
    deed: ClassVar[str] = "video call"

    phone_number: Annotated[str, Wire("phoneNumber")]
    """Whom it calls, E.164."""
    fallback_url: Annotated[str | None, Wire("fallbackUrl")] = None
    """The page for a device that cannot call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowLocation(_Action):
    """Shows a map: a place, or what a query finds."""

    path: ClassVar[tuple[str, str]] = ("mapAction", "showLocation")
    deed: ClassVar[str] = "map"

    latitude: Annotated[float | None, Wire("latitude", within="location")] = None
    """Degrees (WGS 84), with ``longitude``, when there is no ``query``."""
    longitude: Annotated[float | None, Wire("longitude", within="location")] = None
    """Degrees (WGS 84)."""
    label: Annotated[str | None, Wire("label", within="location")] = None
    """The place's name on the map."""
    query: Annotated[str | None, Wire("query", within="location")] = None
    """What the map is to look for, instead of a place."""
    fallback_url: Annotated[str | None, Wire("fallbackUrl")] = None
    """The page for a device without a map."""


class RequestLocationPush(_Action):
    """Asks the user to share where they are."""

    __slots__ = ()
    path: ClassVar[tuple[str, str]] = ("mapAction", "requestLocationPush")
    deed: ClassVar[str] = "share place"


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateCalendarEvent(_Action):
    """Offers a calendar entry."""

    path: ClassVar[tuple[str, str]] = ("calendarAction", "createCalendarEvent")
    deed: ClassVar[str] = "calendar"

    start_time: Annotated[str, Wire("startTime")]
    """RFC 3339, kept exactly as written."""
    end_time: Annotated[str, Wire("endTime")]
    """RFC 3339, kept exactly as written."""
    title: Annotated[str, Wire("title")]
    """The entry's title, 1–100 characters."""
    description: Annotated[str | None, Wire("description")] = None
    """The entry's text, at most 500 characters."""
    fallback_url: Annotated[str | None, Wire("fallbackUrl")] = None
    """The page for a device without a calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeTextMessage(_Action):
    """Drafts a text to a number."""

    path: ClassVar[tuple[str, str]] = ("composeAction", "composeTextMessage")
    deed: ClassVar[str] = "write"

    phone_number: Annotated[str, Wire("phoneNumber")]
    """To whom, E.164."""
    text: Annotated[str, Wire("text")]
    """The draft, at most 100 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeRecordingMessage(_Action):
    """Drafts a recording to a number."""

    path: ClassVar[tuple[str, str]] = ("composeAction", "composeRecordingMessage")
    deed: ClassVar[str] = "record"

    phone_number: Annotated[str, Wire("phoneNumber")]
    """To whom, E.164."""
    type: Annotated[str, Wire("type")]
    """One of "AUDIO" or "VIDEO"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyToClipboard(_Action):
    """Puts a text on the clipboard, for codes (RCC.07 v15; the wire's names are those of Korean MaaPs)."""

    path: ClassVar[tuple[str, str]] = ("clipboardAction", "copyToClipboard")
    deed: ClassVar[str] = "copy"

    text: Annotated[str, Wire("text")]
    """What is copied."""


class RequestDeviceSpecifics(_Action):
    """Asks for the device's model, versions and battery."""

    __slots__ = ()
    path: ClassVar[tuple[str, str]] = ("deviceAction", "requestDeviceSpecifics")
    deed: ClassVar[str] = "device"


class DisableAnonymization(_Action):
    """Asks the user to show their number."""

    __slots__ = ()
    path: ClassVar[tuple[str, str]] = ("settingsAction", "disableAnonymization")
    deed: ClassVar[str] = "settings"


class EnableDisplayedNotifications(_Action):
    """Asks the user to send read reports."""

    __slots__ = ()
    path: ClassVar[tuple[str, str]] = ("settingsAction", "enableDisplayedNotifications")
    deed: ClassVar[str] = "settings"


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
    | CopyToClipboard
    | RequestDeviceSpecifics
    | DisableAnonymization
    | EnableDisplayedNotifications
)

ACTIONS: tuple[type[Action], ...] = get_args(Action)
ACTION_OF = {action.path: action for action in ACTIONS}  # by family and kind, as the wire names them
# The member of an action that holds its family -> the members, exactly one at a time, that say what it does.
ACTION_NAMES = {
    family: tuple(kind for other, kind in ACTION_OF if other == family)
    for family in dict.fromkeys(path[0] for path in ACTION_OF)
}


def face_payload(display_text: str, postback_data: str | None) -> JsonObject:
    """Write what replies and actions share: the label, and what comes back when it is tapped."""
    face: JsonObject = {"displayText": display_text}
    return face if postback_data is None else face | {"postback": {"data": postback_data}}


def read_postback(face: Members) -> str | None:
    """Take the data of ``postback``; None when there is no postback."""
    return face.nested("postback").text("data") if face.has("postback") else None
