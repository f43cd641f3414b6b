"""Reads a webhook payload, whatever its dialect, without ever failing."""

from collections.abc import Mapping
from typing import Final

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
    UNKNOWN,
    VENDOR_EVENT_KINDS,
    AliasAssigned,
    Event,
    EventBody,
    FileStatusChange,
    InboundMessage,
    NewUser,
    SharedData,
    StatusChange,
    TappedSuggestion,
    Typing,
    UnknownBody,
)
from bothub_cli.messages.event.statuses import read_status
from bothub_cli.messages.event.timestamps import read_timestamp
from bothub_cli.messages.model.content import CONTENT_KINDS, IsTyping
from bothub_cli.messages.payload import PayloadError, json_type

# Typing is an event of its own.
CONTENT_MEMBERS: Final = tuple(name for name in CONTENT_KINDS if name != IsTyping.MEMBER)

_KINDS: Final = {kind.lower(): kind for kind in (*EVENT_KINDS, *VENDOR_EVENT_KINDS)}
_NOTHING: Final[Mapping[str, object]] = {}


def read_event(payload: Mapping[str, object]) -> Event:
    """Return the event that a JSON object tells; one that makes no sense is of kind "unknown".

    Raises PayloadError for what is no object.
    """
    if not isinstance(payload, Mapping):
        raise PayloadError(pointer="", problem=f"an event must be an object, not {json_type(payload)}")
    message = _find_object(payload, "RCSMessage", "rcsMessage")
    stated = _read_text(payload.get("event"))
    kind = read_kind(stated) if stated else _infer(payload, message)
    body = _read_body(kind, payload, message)
    return Event(
        kind=NEW_USER if isinstance(body, NewUser) else kind,
        stated_kind=stated,
        number=_read_number(payload),
        chat_id=_read_text(_find_object(payload, "messageContact").get("chatId")),
        msg_id=_read_msg_id(payload, message),
        timestamp=read_timestamp(message.get("timestamp", payload.get("timestamp"))),
        body=body,
        payload=payload,
    )


def read_kind(stated: str) -> str:
    """Return FNW.11's name for a kind of event however it is spelt; another kind stays as it is."""
    return _KINDS.get(stated.lower().replace("_", "").replace("-", ""), stated)


def _infer(payload: Mapping[str, object], message: Mapping[str, object]) -> str:
    """Tell the kind of an event that does not say it; older senders leave it out (Samsung's SDK infers it alike)."""
    contact = _find_object(payload, "messageContact")
    signs = {
        MESSAGE: any(member in message for member in CONTENT_MEMBERS),
        RESPONSE: "suggestedResponse" in message or "sharedData" in message,
        IS_TYPING: "isTyping" in message,
        MESSAGE_STATUS: "status" in message,
        FILE_STATUS: "file" in payload,
        ALIAS: "userContact" in contact and "chatId" in contact,
    }
    return next((kind for kind, present in signs.items() if present), UNKNOWN)


def _read_body(kind: str, payload: Mapping[str, object], message: Mapping[str, object]) -> EventBody:
    match kind:
        case "message":
            return _read_message(message)
        case "isTyping":
            return Typing(active=message.get("isTyping") in ("active", True))
        case "messageStatus":
            return _read_status(payload, message)
        case "fileStatus":
            return _read_file_status(_find_object(payload, "file"))
        case "response" | "newUser":
            return _read_response(kind, message)
        case "alias":
            return AliasAssigned(chat_id=_read_text(_find_object(payload, "messageContact").get("chatId")))
        case _:
            return UnknownBody()


def _read_message(message: Mapping[str, object]) -> InboundMessage:
    member = next((name for name in CONTENT_MEMBERS if name in message), None)
    if member is None:
        return InboundMessage(content_member=None)
    try:
        content = CONTENT_KINDS[member].from_member(message[member], f"/RCSMessage/{member}")
    except PayloadError:
        return InboundMessage(content_member=member)
    return InboundMessage(content_member=member, content=content)


def _read_status(payload: Mapping[str, object], message: Mapping[str, object]) -> StatusChange:
    stated = _read_text(message.get("status")) or UNKNOWN
    reason = _find_object(message, "reason", "error") or _find_object(payload, "reason", "error")
    return StatusChange(
        status=read_status(stated),
        reason_code=_read_text(reason.get("code")),
        reason_text=_read_text(reason.get("text", reason.get("message"))),
    )


def _read_file_status(file: Mapping[str, object]) -> FileStatusChange:
    return FileStatusChange(
        file_id=_read_text(file.get("fileId")),
        status=_read_text(file.get("status")),
        file_url=_read_text(file.get("fileUrl", file.get("fileURL"))),
        validity=read_timestamp(file.get("validity")),
    )


def _read_response(kind: str, message: Mapping[str, object]) -> EventBody:
    shared = _find_object(_find_object(message, "sharedData"), "deviceSpecifics")
    if shared:
        return SharedData(device=shared)
    suggested = _find_object(message, "suggestedResponse")
    response = _find_object(suggested, "response") or suggested
    tapped = _find_object(response, "reply", "action")
    label, data = _read_text(tapped.get("displayText")), _read_postback(tapped.get("postback"))
    if kind == NEW_USER or (data or "").startswith(NEW_USER_POSTBACK):
        return NewUser(display_text=label, language=_read_language(data))
    return TappedSuggestion(
        action="action" in response and "reply" not in response, display_text=label, postback_data=data
    )


def _read_postback(value: object) -> str | None:
    return _read_text(value.get("data")) if isinstance(value, Mapping) else _read_text(value)


def _read_language(data: str | None) -> str | None:
    """Return the language after ``new_bot_user_initiation_hl``, whatever separates them."""
    _, mark, language = (data or "").partition("_hl")
    return language.strip("=_:- ") or None if mark else None


def _read_number(payload: Mapping[str, object]) -> str | None:
    stated = payload.get("messageContact")
    text = _read_text(stated.get("userContact")) if isinstance(stated, Mapping) else _read_text(stated)
    if text and text.lower().startswith("tel:"):
        return text[4:].partition(";")[0].replace("-", "").replace(" ", "") or None
    return text


def _read_msg_id(payload: Mapping[str, object], message: Mapping[str, object]) -> str | None:
    stated = (message.get("msgId"), message.get("messageId"), payload.get("msgId"), payload.get("messageId"))
    return next((text for text in map(_read_text, stated) if text), None)


def _read_text(value: object) -> str | None:
    """Return a non-empty string; a number where a string belongs becomes one."""
    match value:
        case str():
            return value or None
        case bool() | float():
            return None
        case int():
            return str(value) if abs(value) < 10**40 else None
        case _:
            return None


def _find_object(payload: Mapping[str, object], *names: str) -> Mapping[str, object]:
    """Return the first of the named members that is a JSON object; an empty one when none is."""
    return next((value for name in names if isinstance(value := payload.get(name), Mapping)), _NOTHING)
