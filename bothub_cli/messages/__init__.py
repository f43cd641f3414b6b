"""RCS business messages in GSMA's words: values, their JSON, their limits and the check. Standard library only.

Names are loaded when they are first used: a campaign that only checks never loads the model.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bothub_cli.messages.actions import (
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
        RequestDeviceSpecifics,
        RequestLocationPush,
        ShowLocation,
    )
    from bothub_cli.messages.check import check_payload
    from bothub_cli.messages.contact import ChatId, MessageContact, UserContact, contact_to_payload, read_contact
    from bothub_cli.messages.content import (
        AudioMessage,
        Content,
        FileMessage,
        GeolocationPushMessage,
        IsTyping,
    )
    from bothub_cli.messages.event import EVENT_KINDS, Event
    from bothub_cli.messages.event_building import EventFacts, build_event, edit_event, read_setting
    from bothub_cli.messages.event_reading import read_event
    from bothub_cli.messages.message import OutboundMessage, RcsMessage
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
    from bothub_cli.messages.suggestions import Reply, SuggestedChipList, Suggestion, UnknownSuggestion
    from bothub_cli.messages.text_message import TextMessage
    from bothub_cli.messages.vocabulary import MESSAGE_STATUSES, TRAFFIC_TYPES, is_bare

__all__ = [
    "EVENT_KINDS",
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
    "Event",
    "EventFacts",
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
    "build_event",
    "check_payload",
    "contact_to_payload",
    "edit_event",
    "is_bare",
    "read_contact",
    "read_event",
    "read_setting",
]

_HOMES = {
    "check": ("check_payload",),
    "contact": ("ChatId", "MessageContact", "UserContact", "contact_to_payload", "read_contact"),
    "content": ("AudioMessage", "Content", "FileMessage", "GeolocationPushMessage", "IsTyping"),
    "event": ("EVENT_KINDS", "Event"),
    "event_building": ("EventFacts", "build_event", "edit_event", "read_setting"),
    "event_reading": ("read_event",),
    "message": ("OutboundMessage", "RcsMessage"),
    "payload": ("PayloadError",),
    "refused": ("MessageRefusedError",),
    "report": ("CheckReport", "Finding"),
    "richcard": ("CardContent", "GeneralPurposeCard", "GeneralPurposeCardCarousel", "Media", "RichCardMessage"),
    "rules": ("Severity",),
    "suggestions": ("Reply", "SuggestedChipList", "Suggestion", "UnknownSuggestion"),
    "text_message": ("TextMessage",),
    "vocabulary": ("MESSAGE_STATUSES", "TRAFFIC_TYPES", "is_bare"),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:  # Any: whichever public name is asked for; type checkers read the imports above
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME_OF.get(name, 'actions')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
