"""Says in a few words what an event tells, for one line of a table."""

from bothub_cli.messages.event.event import (
    AliasAssigned,
    Event,
    FileStatusChange,
    InboundMessage,
    NewUser,
    SharedData,
    StatusChange,
    TappedSuggestion,
    Typing,
)
from bothub_cli.messages.model.content import AudioMessage, FileMessage, GeolocationPushMessage


def describe_event(event: Event) -> str:
    """Return what happened, in the user's own words where there are some."""
    match event.body:
        case InboundMessage() as message:
            return event.text or _describe_content(message)
        case TappedSuggestion(display_text=label):
            return label or "[no label]"
        case StatusChange(status=status, reason_code=code, reason_text=text):
            reason = text or code
            return f"{status}: {reason}" if reason else status
        case Typing(active=active):
            return "is typing" if active else "stopped typing"
        case FileStatusChange(file_id=name, status=status):
            return f"{status or 'changed'}: file {name or '?'}"  # the status first: a table may cut the rest
        case SharedData(device=device):
            return "device: " + ", ".join(f"{member} {value}" for member, value in device.items())
        case AliasAssigned(chat_id=chat_id):
            return f"is now {chat_id or 'anonymous'}"
        case NewUser(language=language):
            return f"opened the chat ({language})" if language else "opened the chat"
        case _:
            return f"[{event.stated_kind or 'an event that nobody knows'}]"


def _describe_content(message: InboundMessage) -> str:
    match message.content:
        case GeolocationPushMessage(label=label, latitude=latitude, longitude=longitude):
            place = f"{latitude},{longitude}"
            return f"[place {place} {label}]" if label else f"[place {place}]"
        case FileMessage(file_name=name, file_url=url):
            return f"[file {name or url}]"
        case AudioMessage(playing_length=seconds, file_url=url):
            return f"[audio of {seconds} s]" if seconds is not None else f"[audio {url}]"
        case _:
            return f"[{message.content_member or 'no content'}]"
