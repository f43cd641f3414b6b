"""What the platform tells a bot on its webhook (GSMA FNW.11), as values that keep the payload they came from.

A new kind is a body here, read in ``read``, made in ``build``, told in ``output/event_words``, its name in
``messages``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bothub_cli.messages.model.content import Content
from bothub_cli.messages.model.text_message import TextMessage

MESSAGE = "message"
IS_TYPING = "isTyping"
MESSAGE_STATUS = "messageStatus"
FILE_STATUS = "fileStatus"
RESPONSE = "response"
ALIAS = "alias"
NEW_USER = "newUser"
UNKNOWN = "unknown"

EVENT_KINDS = (MESSAGE, IS_TYPING, MESSAGE_STATUS, FILE_STATUS, RESPONSE, ALIAS, NEW_USER)

VENDOR_EVENT_KINDS = ("hitlStart", "hitlStop", "close", "healthProbe")  # Mavenir; they pass as they are

# The postback of the "Start Chat" button; "_hl" and a language may follow it (RCC.71 v2.2 R15-9-4-14).
NEW_USER_POSTBACK = "new_bot_user_initiation"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """What the user wrote or sent."""

    content_member: str | None
    """The JSON member that held it, None when there was none."""
    content: Content | None = None
    """None when that member has not the shape of FNW.11: the payload still has it."""

    @property
    def text(self) -> str | None:
        return self.content.text or None if isinstance(self.content, TextMessage) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """The user began to write, or stopped."""

    active: bool
    """False when the user stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """A message of ours got further, or failed."""

    status: str
    """FNW.11's word, whatever the platform calls it: "delivered", "displayed", "failed", …"""
    reason_code: str | None = None
    """Why it failed, as the platform numbers it: ``bothub explain CODE``."""
    reason_text: str | None = None
    """The same in the platform's words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStatusChange:
    """An uploaded file is ready, expired or invalid."""

    file_id: str | None
    """Which file."""
    status: str | None
    """One of "ready", "expired", "invalid", or a word that is new to us."""
    file_url: str | None = None
    """What messages link to, once it is ready."""
    validity: datetime | None = None
    """Until when it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TappedSuggestion:
    """The user tapped a suggestion."""

    action: bool
    """True for an action, False for a reply."""
    display_text: str | None
    """The label that was tapped."""
    postback_data: str | None = None
    """The bot's own mark; it may be absent (RCC.07 requires only the label)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedData:
    """The user agreed to share facts about the device (RCC.07 sharedData.deviceSpecifics)."""

    device: Mapping[str, object]
    """The facts, member by member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasAssigned:
    """From now on the user may also be reached, without a number, under this chat id."""

    chat_id: str | None
    """The new name of the user; None when the event has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """The user opened the conversation."""

    display_text: str | None
    """The label of the button that opened it."""
    language: str | None = None
    """When the client said which one it speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownBody:
    """An event that FNW.11 does not know (hitlStart, close, healthProbe, …): kept as it came."""


EventBody = (
    InboundMessage
    | Typing
    | StatusChange
    | FileStatusChange
    | TappedSuggestion
    | SharedData
    | AliasAssigned
    | NewUser
    | UnknownBody
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One webhook call."""

    kind: str
    """FNW.11's name, or the sender's own where FNW.11 has none."""
    stated_kind: str | None = None
    """What the sender wrote, None when it wrote nothing."""
    number: str | None = None
    """The user's contact as it came, without "tel:"."""
    chat_id: str | None = None
    """The user's token, where there is no number."""
    msg_id: str | None = None
    """The message that it is about, or the one that came."""
    timestamp: datetime | None = None
    """When it happened, as the platform says; aware."""
    body: EventBody
    """What happened: match it by its class."""
    payload: Mapping[str, object] = field(repr=False)
    """The whole JSON object, as it came."""

    @property
    def conversation(self) -> str:
        """What events of one user share; empty for an event about no user."""
        return self.number or self.chat_id or ""

    @property
    def status(self) -> str | None:
        """The word that tells two events about one message apart."""
        match self.body:
            case StatusChange(status=status) | FileStatusChange(status=status):
                return status
            case Typing(active=active):
                return "active" if active else "idle"
            case _:
                return None

    @property
    def text(self) -> str | None:
        """What the user wrote, or the label that the user tapped."""
        match self.body:
            case InboundMessage():
                return self.body.text
            case TappedSuggestion(display_text=text) | NewUser(display_text=text):
                return text
            case _:
                return None

    @property
    def postback(self) -> str | None:
        """The bot's own mark on what was tapped."""
        return self.body.postback_data if isinstance(self.body, TappedSuggestion) else None

    @property
    def identity(self) -> tuple[str, ...] | None:
        """What a redelivery of this event has in common with it; None when nothing identifies it.

        In the main (event, msgId, status). A tap may quote the id of the message that was tapped, so the tap itself
        counts too; a user may write and stop writing several times under one id, so the time counts there.
        """
        sent = self.timestamp.isoformat() if self.timestamp else ""
        match self.body:
            case FileStatusChange(file_id=subject, status=status):
                marks: tuple[str | None, ...] = (status,)
            case StatusChange(status=status):
                subject, marks = self.msg_id, (status,)
            case InboundMessage():
                subject, marks = self.msg_id, (self.conversation,)
            case TappedSuggestion(display_text=label, postback_data=postback):
                subject, marks = self.msg_id, (self.conversation, label, postback, sent)
            case AliasAssigned(chat_id=chat_id):
                subject, marks = self.msg_id or chat_id, (chat_id,)
            case Typing():
                subject, marks = self.msg_id or self.conversation if sent else None, (self.status, sent)
            case SharedData() | NewUser():
                subject, marks = self.msg_id, (self.conversation, sent)
            case UnknownBody():
                subject, marks = self.msg_id, (self.conversation, sent)
        return (self.kind, subject, *(mark or "" for mark in marks)) if subject else None

    def to_payload(self) -> dict[str, object]:
        """Return the JSON object as it came, members that nobody knows included."""
        return dict(self.payload)
