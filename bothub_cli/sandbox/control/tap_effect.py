"""Says what a phone would do after a tap: it is told on the page, and done nowhere."""

from collections.abc import Mapping
from typing import Any

from bothub_cli.display_text import show_on_one_line
from bothub_cli.messages import (
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
)
from bothub_cli.messages.model.suggestions import read_suggestion
from bothub_cli.messages.payload import PayloadError


def effect_of(suggestion: Mapping[str, Any]) -> str | None:
    """Return what the phone would do, in words; None for a reply, which only answers."""
    words = _say(suggestion)
    return None if words is None else show_on_one_line(words)


def _say(payload: Mapping[str, Any]) -> str | None:  # noqa: C901 -- one line a kind of action
    try:
        suggestion = read_suggestion(payload)
    except PayloadError:
        return None
    match suggestion:
        case OpenUrl(url=url):
            return f"opens {url}"
        case DialPhoneNumber(phone_number=number) | DialEnrichedCall(phone_number=number):
            return f"calls {number}"
        case DialVideoCall(phone_number=number):
            return f"calls {number} with video"
        case ShowLocation(latitude=None, query=query):
            return f"shows a map of {query}"
        case ShowLocation(latitude=latitude, longitude=longitude, label=label):
            return f"shows a map of {label or 'the place'} at {latitude}, {longitude}"
        case RequestLocationPush():
            return "shares its place"
        case CreateCalendarEvent(title=title, start_time=start):
            return f"adds {title} on {start} to the calendar"
        case ComposeTextMessage(phone_number=number, text=text):
            return f"begins a message to {number}: {text}"
        case ComposeRecordingMessage(phone_number=number):
            return f"records a message for {number}"
        case CopyToClipboard(text=text):
            return f"copies {text}"
        case RequestDeviceSpecifics():
            return "tells its model and version"
        case DisableAnonymization():
            return "tells its number"
        case EnableDisplayedNotifications():
            return "tells when it displays messages"
        case _:
            return None
