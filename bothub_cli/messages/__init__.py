"""RCS business messages in GSMA's words: values, their JSON, their limits and the check. Standard library only.

Names are loaded when they are first used: a campaign that only checks never loads the model.
"""

from typing import TYPE_CHECKING

from bothub_cli.names_on_demand import names_on_demand

if TYPE_CHECKING:
    from bothub_cli.messages.billing import BillingClass, classify_billing
    from bothub_cli.messages.check.check import check_payload
    from bothub_cli.messages.check.report import CheckReport, Finding, MessageRefusedError
    from bothub_cli.messages.check.rules import Severity
    from bothub_cli.messages.event.build import EventFacts, FieldAssignment, build_event, edit_event, read_setting
    from bothub_cli.messages.event.event import (
        EVENT_KINDS,
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
    from bothub_cli.messages.event.read import read_event
    from bothub_cli.messages.model.actions import (
        Action,
        ComposeRecordingMessage,
        ComposeTextMessage,
        CopyToClipboard,
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
        Suggestion,
    )
    from bothub_cli.messages.model.contact import ChatId, MessageContact, UserContact, contact_to_payload, read_contact
    from bothub_cli.messages.model.content import (
        AudioMessage,
        Content,
        FileMessage,
        GeolocationPushMessage,
        IsTyping,
    )
    from bothub_cli.messages.model.message import OutboundMessage, RcsMessage
    from bothub_cli.messages.model.richcard import (
        CardContent,
        GeneralPurposeCard,
        GeneralPurposeCardCarousel,
        Media,
        RichCardMessage,
    )
    from bothub_cli.messages.model.suggestions import Reply, SuggestedChipList, UnknownSuggestion
    from bothub_cli.messages.model.text_message import TextMessage
    from bothub_cli.messages.payload import PayloadError
    from bothub_cli.messages.vocabulary import MESSAGE_STATUSES, TRAFFIC_TYPES, is_bare

__all__ = [
    "EVENT_KINDS",
    "MESSAGE_STATUSES",
    "TRAFFIC_TYPES",
    "Action",
    "AliasAssigned",
    "AudioMessage",
    "BillingClass",
    "CardContent",
    "ChatId",
    "CheckReport",
    "ComposeRecordingMessage",
    "ComposeTextMessage",
    "Content",
    "CopyToClipboard",
    "CreateCalendarEvent",
    "DialEnrichedCall",
    "DialPhoneNumber",
    "DialVideoCall",
    "DisableAnonymization",
    "EnableDisplayedNotifications",
    "Event",
    "EventBody",
    "EventFacts",
    "FieldAssignment",
    "FileMessage",
    "FileStatusChange",
    "Finding",
    "GeneralPurposeCard",
    "GeneralPurposeCardCarousel",
    "GeolocationPushMessage",
    "InboundMessage",
    "IsTyping",
    "Media",
    "MessageContact",
    "MessageRefusedError",
    "NewUser",
    "OpenUrl",
    "OutboundMessage",
    "PayloadError",
    "RcsMessage",
    "Reply",
    "RequestDeviceSpecifics",
    "RequestLocationPush",
    "RichCardMessage",
    "Severity",
    "SharedData",
    "ShowLocation",
    "StatusChange",
    "SuggestedChipList",
    "Suggestion",
    "TappedSuggestion",
    "TextMessage",
    "Typing",
    "UnknownBody",
    "UnknownSuggestion",
    "UserContact",
    "build_event",
    "check_payload",
    "classify_billing",
    "contact_to_payload",
    "edit_event",
    "is_bare",
    "read_contact",
    "read_event",
    "read_setting",
]

_HOMES = {
    "billing": ("BillingClass", "classify_billing"),
    "check.check": ("check_payload",),
    "model.contact": ("ChatId", "MessageContact", "UserContact", "contact_to_payload", "read_contact"),
    "model.content": ("AudioMessage", "Content", "FileMessage", "GeolocationPushMessage", "IsTyping"),
    "event.event": (
        "EVENT_KINDS",
        "AliasAssigned",
        "Event",
        "EventBody",
        "FileStatusChange",
        "InboundMessage",
        "NewUser",
        "SharedData",
        "StatusChange",
        "TappedSuggestion",
        "Typing",
        "UnknownBody",
    ),
    "event.build": ("EventFacts", "FieldAssignment", "build_event", "edit_event", "read_setting"),
    "event.read": ("read_event",),
    "model.message": ("OutboundMessage", "RcsMessage"),
    "payload": ("PayloadError",),
    "check.report": ("CheckReport", "Finding", "MessageRefusedError"),
    "model.richcard": ("CardContent", "GeneralPurposeCard", "GeneralPurposeCardCarousel", "Media", "RichCardMessage"),
    "check.rules": ("Severity",),
    "model.suggestions": ("Reply", "SuggestedChipList", "UnknownSuggestion"),
    "model.text_message": ("TextMessage",),
    "vocabulary": ("MESSAGE_STATUSES", "TRAFFIC_TYPES", "is_bare"),
}
_HOME_OF = dict.fromkeys(__all__, "model.actions") | {
    name: module for module, names in _HOMES.items() for name in names
}

if not TYPE_CHECKING:  # a type checker reads the imports above, and would believe any name here
    __getattr__ = names_on_demand(__name__, _HOME_OF, globals())


def __dir__() -> list[str]:
    return sorted(__all__)
