"""RCS business messages in GSMA's words: values, their JSON, their limits and the check. Standard library only."""

from bothub_cli.messages.check import check_payload
from bothub_cli.messages.contact import ChatId, MessageContact, UserContact, contact_to_payload, read_contact
from bothub_cli.messages.content import (
    AudioMessage,
    Content,
    FileMessage,
    GeolocationPushMessage,
    IsTyping,
    TextMessage,
)
from bothub_cli.messages.message import (
    MESSAGE_STATUSES,
    TRAFFIC_TYPES,
    OutboundMessage,
    RcsMessage,
    is_bare,
)
from bothub_cli.messages.payload import PayloadError
from bothub_cli.messages.refused import MessageRefusedError
from bothub_cli.messages.report import CheckReport, Finding
from bothub_cli.messages.richcard import (
    CardContent,
    GeneralPurposeCard,
    GeneralPurposeCardCarousel,
    Media,
    RichCardMessage,
)
from bothub_cli.messages.rules import Severity
from bothub_cli.messages.suggestions import (
    Action,
    ComposeRecordingMessage,
    ComposeTextMessage,
    CreateCalendarEvent,
    DialEnrichedCall,
    DialPhoneNumber,
    DialVideoCall,
    DisableAnonymization,
    EnableDisplayedNotifications,
    OpenUrl,
    Reply,
    RequestDeviceSpecifics,
    RequestLocationPush,
    ShowLocation,
    SuggestedChipList,
    Suggestion,
    UnknownSuggestion,
)

__all__ = [
    "MESSAGE_STATUSES",
    "TRAFFIC_TYPES",
    "Action",
    "AudioMessage",
    "CardContent",
    "ChatId",
    "CheckReport",
    "ComposeRecordingMessage",
    "ComposeTextMessage",
    "Content",
    "CreateCalendarEvent",
    "DialEnrichedCall",
    "DialPhoneNumber",
    "DialVideoCall",
    "DisableAnonymization",
    "EnableDisplayedNotifications",
    "FileMessage",
    "Finding",
    "GeneralPurposeCard",
    "GeneralPurposeCardCarousel",
    "GeolocationPushMessage",
    "IsTyping",
    "Media",
    "MessageContact",
    "MessageRefusedError",
    "OpenUrl",
    "OutboundMessage",
    "PayloadError",
    "RcsMessage",
    "Reply",
    "RequestDeviceSpecifics",
    "RequestLocationPush",
    "RichCardMessage",
    "Severity",
    "ShowLocation",
    "SuggestedChipList",
    "Suggestion",
    "TextMessage",
    "UnknownSuggestion",
    "UserContact",
    "check_payload",
    "contact_to_payload",
    "is_bare",
    "read_contact",
]
