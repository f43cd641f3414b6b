"""Makes a valid webhook payload of any kind, with members set by path."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import UsageError
from bothub_cli.field_check import check_fields
from bothub_cli.messages.event.event import (
    ALIAS,
    EVENT_KINDS,
    FILE_STATUS,
    IS_TYPING,
    MESSAGE,
    MESSAGE_STATUS,
    NEW_USER,
    NEW_USER_POSTBACK,
    RESPONSE,
)
from bothub_cli.messages.payload import JsonObject
from bothub_cli.misspellings import choose_from
from bothub_cli.strict_json import parse_json

MemberType = Literal["string", "number", "any"]

_CONTACT: Final[dict[str, MemberType]] = {"messageContact.userContact": "string", "messageContact.chatId": "string"}
_ENVELOPE: Final[dict[str, MemberType]] = {
    "event": "string",
    "callbackURL": "string",
    "callbackUrlValidity": "string",
    "RCSMessage.msgId": "string",
    "RCSMessage.timestamp": "string",
    **_CONTACT,
}
_FILE_MEMBERS: Final[dict[str, MemberType]] = {
    "fileUrl": "string",
    "fileName": "string",
    "fileMIMEType": "string",
    "fileSize": "number",
}
_THUMBNAIL_MEMBERS: Final[dict[str, MemberType]] = {
    "thumbnailUrl": "string",
    "thumbnailFileName": "string",
    "thumbnailMIMEType": "string",
    "thumbnailFileSize": "number",
}
_PLACE_MEMBERS: Final[dict[str, MemberType]] = {
    "pos": "string",
    "label": "string",
    "timestamp": "string",
    "expiry": "string",
    "timeOffset": "number",
    "radius": "number",
}
_TAP_MEMBERS: Final[dict[str, MemberType]] = {"displayText": "string", "postback.data": "string"}
_DEVICE_MEMBERS: Final[dict[str, MemberType]] = {
    "deviceModel": "string",
    "platformVersion": "string",
    "clientVendor": "string",
    "clientVersion": "string",
    "batteryRemainingMinutes": "number",
}
_REPLY: Final = "RCSMessage.suggestedResponse.response.reply"
_ACTION: Final = "RCSMessage.suggestedResponse.response.action"
_DEVICE: Final = "RCSMessage.sharedData.deviceSpecifics"


def _under(prefix: str, members: Mapping[str, MemberType]) -> dict[str, MemberType]:
    return {f"{prefix}.{name}": kind for name, kind in members.items()}


# Every member of FNW.11's webhook events (protocol clients NODE, PY, SS, BM) and RCC.07's response and sharedData.
EVENT_MEMBERS: Final[dict[str, dict[str, MemberType]]] = {
    MESSAGE: {
        **_ENVELOPE,
        "RCSMessage.textMessage": "string",
        **_under("RCSMessage.fileMessage", {**_FILE_MEMBERS, **_THUMBNAIL_MEMBERS}),
        **_under("RCSMessage.audioMessage", {**_FILE_MEMBERS, "playingLength": "number"}),
        **_under("RCSMessage.geolocationPushMessage", _PLACE_MEMBERS),
    },
    IS_TYPING: {**_ENVELOPE, "RCSMessage.isTyping": "string"},
    MESSAGE_STATUS: {
        **_ENVELOPE,
        "RCSMessage.status": "string",
        "reason.code": "number",
        "reason.text": "string",
    },
    FILE_STATUS: {
        "event": "string",
        "file.fileId": "string",
        "file.fileUrl": "string",
        "file.fileSize": "number",
        "file.status": "string",
        "file.validity": "string",
    },
    RESPONSE: {
        **_ENVELOPE,
        **_under(_REPLY, _TAP_MEMBERS),
        **_under(_ACTION, _TAP_MEMBERS),
        **_under(_DEVICE, _DEVICE_MEMBERS),
    },
    ALIAS: _ENVELOPE,
    NEW_USER: {**_ENVELOPE, **_under(_REPLY, _TAP_MEMBERS)},
}

# Members that exclude each other: setting one takes the skeleton's own away.
_ALTERNATIVES: Final = (
    (
        "RCSMessage.textMessage",
        "RCSMessage.fileMessage",
        "RCSMessage.audioMessage",
        "RCSMessage.geolocationPushMessage",
    ),
    (_REPLY, _ACTION, "RCSMessage.sharedData"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """What every skeleton needs."""

    number: str
    """The user's number."""
    now: datetime
    """When it happens, aware."""
    msg_id: str
    """The message that it is about, or the one that comes."""
    chat_id: str = "93JF93SEIJFE"
    """The user's token."""

    def __post_init__(self) -> None:
        check_fields(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldAssignment:
    """One member to be set."""

    path: str
    """Its names, with a dot between two."""
    value: str
    """A text, or JSON where the member is none."""


def read_setting(text: str) -> FieldAssignment:
    """Read ``path=value``; only the first "=" separates. Raises UsageError."""
    path, separator, value = text.partition("=")
    if not separator or not path.strip():
        raise UsageError(
            option="set", problem=f'set "{text}" is not path=value', fix="for example: --set RCSMessage.textMessage=Yes"
        )
    return FieldAssignment(path=path.strip(), value=value)


def build_event(kind: str, facts: EventFacts, settings: Iterable[FieldAssignment] = ()) -> JsonObject:
    """Return a valid payload of a kind that FNW.11 knows, changed by the settings.

    Raises UsageError for an unknown kind, an unknown path, or a number that is none.
    """
    if kind not in EVENT_MEMBERS:
        kinds = f"one of {', '.join(EVENT_KINDS)}; or your own: --body FILE"
        raise UsageError(problem=f'"{kind}" is no event of FNW.11', fix=choose_from(kind, EVENT_KINDS, kinds))
    return apply_settings(_build_skeleton(kind, facts), EVENT_MEMBERS[kind], settings)


def edit_event(body: Mapping[str, object], kind: str, settings: Iterable[FieldAssignment]) -> JsonObject:
    """Return your own body changed by the settings; a path must be in the body, or known for its kind."""
    own: dict[str, MemberType] = dict.fromkeys(_list_paths(body), "any")
    return apply_settings(deepcopy(dict(body)), {**EVENT_MEMBERS.get(kind, _ENVELOPE), **own}, settings)


def apply_settings(
    payload: JsonObject, known: Mapping[str, MemberType], settings: Iterable[FieldAssignment]
) -> JsonObject:
    """Set members by path in place, and return the payload; the last of two settings of one path counts."""
    chosen = {_find_path(setting.path, known): setting for setting in settings}
    for path in chosen:
        _drop_alternatives(payload, path, chosen)
    for path, setting in chosen.items():
        _set_member(payload, path.split("."), _read_value(setting, known[path]))
    return payload


def _build_skeleton(kind: str, facts: EventFacts) -> JsonObject:
    message: JsonObject = {"msgId": facts.msg_id}
    contact: JsonObject = {"userContact": facts.number}
    match kind:
        case "message":
            message["textMessage"] = "hello world"
        case "isTyping":
            message["isTyping"] = "active"
        case "messageStatus":
            message["status"] = "delivered"
        case "response":
            message["suggestedResponse"] = {"response": {"reply": _build_tap("Yes", "set_by_chatbot_reply_yes")}}
        case "newUser":
            message["suggestedResponse"] = {"response": {"reply": _build_tap("Start Chat", NEW_USER_POSTBACK)}}
        case "alias":
            contact["chatId"] = facts.chat_id
        case _:
            return {"file": _build_file(facts), "event": kind}
    message["timestamp"] = to_rfc3339(facts.now)
    return {"RCSMessage": message, "messageContact": contact, "event": kind}


def _build_tap(display_text: str, data: str) -> JsonObject:
    return {"displayText": display_text, "postback": {"data": data}}


def _build_file(facts: EventFacts) -> JsonObject:
    return {
        "fileId": facts.msg_id,
        "fileUrl": f"https://www.example.com/files/{facts.msg_id}.jpg",
        "fileSize": 123456,
        "status": "ready",
        "validity": to_rfc3339(facts.now + timedelta(days=7)),
    }


def _find_path(stated: str, known: Mapping[str, MemberType]) -> str:
    """Return the known path that was meant: the whole one, or its end when no other ends alike."""
    wanted = stated.strip("/").replace("/", ".") if stated.startswith("/") else stated
    if wanted in known:
        return wanted
    ends = [path for path in known if path.endswith(f".{wanted}")]
    if len(ends) == 1:
        return ends[0]
    problem = f'--set "{stated}" could be {" or ".join(ends)}' if ends else f'--set: no member "{stated}" in this event'
    raise UsageError(problem=problem, fix=f"the members are {', '.join(sorted(known))}")


def _drop_alternatives(payload: JsonObject, path: str, chosen: Mapping[str, FieldAssignment]) -> None:
    for group in _ALTERNATIVES:
        mine = next((prefix for prefix in group if _is_under(path, prefix)), None)
        for other in group if mine else ():
            if other != mine and not any(_is_under(wanted, other) for wanted in chosen):
                _remove_member(payload, other.split("."))


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix or path.startswith(f"{prefix}.")


def _remove_member(payload: JsonObject, names: list[str]) -> None:
    """Remove a member, and the objects that it leaves empty."""
    first, rest = names[0], names[1:]
    inner = payload.get(first)
    if rest and isinstance(inner, dict):
        _remove_member(inner, rest)
        if not inner:
            del payload[first]
    elif not rest:
        payload.pop(first, None)


def _set_member(payload: JsonObject, names: list[str], value: object) -> None:
    for name in names[:-1]:
        if not isinstance(payload.get(name), dict):
            payload[name] = {}
        payload = payload[name]
    payload[names[-1]] = value


def _read_value(setting: FieldAssignment, kind: MemberType) -> object:
    if kind == "string":
        return setting.value
    try:
        value: object = parse_json(setting.value)
    except ValueError:
        value = setting.value
    if kind == "number" and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise UsageError(option="set", problem=f'set {setting.path} must be a number, not "{setting.value}"')
    return value


def _list_paths(body: Mapping[str, object], prefix: str = "") -> Iterable[str]:
    for name, value in body.items():
        yield f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _list_paths(value, f"{prefix}{name}.")
