"""The events that a platform posts to a bot's webhook, in FNW.11's shapes (rcs-maap-bot's documented samples)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bothub_cli.clock import to_rfc3339
from bothub_cli.messages.event.event import NEW_USER_POSTBACK
from bothub_cli.sandbox.state.message_log import SandboxMessage
from bothub_cli.sandbox.state.phones import Phone
from bothub_cli.sandbox.state.uploaded_files import UploadedFile

Event = dict[str, Any]  # JSON, as it goes out

START_CHAT_LABEL = "Start Chat"


def content_event(phone: Phone, content: Mapping[str, Any], *, msg_id: str, at: datetime) -> Event:
    """A message that the user wrote, of any content kind."""
    return _event("message", phone, {"msgId": msg_id, **content, "timestamp": to_rfc3339(at)})


def typing_event(phone: Phone, *, is_active: bool, msg_id: str, at: datetime) -> Event:
    """The user began or ceased to write."""
    state = "active" if is_active else "idle"
    return _event("isTyping", phone, {"msgId": msg_id, "isTyping": state, "timestamp": to_rfc3339(at)})


def response_event(phone: Phone, response: Mapping[str, Any], *, msg_id: str, at: datetime) -> Event:
    """The user tapped a reply or an action; newUser when it was the start button."""
    data = response.get("reply", {}).get("postback", {}).get("data", "")
    kind = "newUser" if str(data).startswith(NEW_USER_POSTBACK) else "response"
    rcs_message = {"msgId": msg_id, "suggestedResponse": {"response": response}, "timestamp": to_rfc3339(at)}
    return _event(kind, phone, rcs_message)


def shared_data_event(phone: Phone, *, msg_id: str, at: datetime) -> Event:
    """The user let the bot know the phone (RCC.07 sharedData)."""
    specifics = {
        "deviceModel": "Sandbox",
        "platformVersion": "iOS 18" if phone.system == "ios" else "Android 15",
        "clientVendor": "APPL" if phone.system == "ios" else "GOOG",
        "clientVersion": "1.0",
        "batteryRemainingMinutes": 240,
    }
    shared = {"msgId": msg_id, "sharedData": {"deviceSpecifics": specifics}, "timestamp": to_rfc3339(at)}
    return _event("response", phone, shared)


def alias_event(phone: Phone, *, msg_id: str, at: datetime) -> Event:
    """The user became anonymous: from now on only the chat id is told."""
    event = _event("alias", phone, {"msgId": msg_id, "timestamp": to_rfc3339(at)})
    return {**event, "messageContact": {"userContact": phone.number, "chatId": phone.chat_id}}


def status_event(phone: Phone, message: SandboxMessage) -> Event:
    """A message from the bot has a new status."""
    document = message.status_document()
    return {**document, "messageContact": phone.contact(), "event": "messageStatus"}


def file_event(stored: UploadedFile) -> Event:
    """A file of the bot has a new status."""
    return {**stored.to_document(), "event": "fileStatus"}


def _event(kind: str, phone: Phone, rcs_message: Mapping[str, Any]) -> Event:
    return {"RCSMessage": dict(rcs_message), "messageContact": phone.contact(), "event": kind}
