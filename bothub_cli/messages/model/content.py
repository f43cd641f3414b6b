"""The kinds of content that one message can carry, exactly one at a time (FNW.11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from bothub_cli.messages.model.position import format_position, read_position
from bothub_cli.messages.model.richcard import RichCardMessage
from bothub_cli.messages.model.text_message import TextMessage
from bothub_cli.messages.payload import JsonObject, Members, PayloadError, json_type, with_extra, without_absent


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMessage:
    """A file by its public URL; sizes in bytes; a thumbnail needs its URL, type and size together."""

    file_url: str
    file_name: str | None = None
    file_mime_type: str | None = None
    file_size: int | None = None
    thumbnail_url: str | None = None
    thumbnail_file_name: str | None = None
    thumbnail_mime_type: str | None = None
    thumbnail_file_size: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_payload(self) -> JsonObject:
        known = {
            "fileUrl": self.file_url,
            "fileName": self.file_name,
            "fileMIMEType": self.file_mime_type,
            "fileSize": self.file_size,
            "thumbnailUrl": self.thumbnail_url,
            "thumbnailFileName": self.thumbnail_file_name,
            "thumbnailMIMEType": self.thumbnail_mime_type,
            "thumbnailFileSize": self.thumbnail_file_size,
        }
        return {"fileMessage": with_extra(without_absent(known), self.extra)}

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        return cls.from_member(Members(payload, pointer).take("fileMessage"), f"{pointer}/fileMessage")

    @classmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        """Read the value of the member ``fileMessage``."""
        members = Members(value, pointer)
        return cls(
            file_url=members.text("fileUrl"),
            file_name=members.optional_text("fileName"),
            file_mime_type=members.optional_text("fileMIMEType"),
            file_size=members.optional_integer("fileSize"),
            thumbnail_url=members.optional_text("thumbnailUrl"),
            thumbnail_file_name=members.optional_text("thumbnailFileName"),
            thumbnail_mime_type=members.optional_text("thumbnailMIMEType"),
            thumbnail_file_size=members.optional_integer("thumbnailFileSize"),
            extra=members.rest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioMessage:
    """A sound by its public URL; ``file_size`` in bytes, ``playing_length`` in seconds."""

    file_url: str
    file_name: str | None = None
    file_mime_type: str | None = None
    file_size: int | None = None
    playing_length: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_payload(self) -> JsonObject:
        known = {
            "fileUrl": self.file_url,
            "fileName": self.file_name,
            "fileMIMEType": self.file_mime_type,
            "fileSize": self.file_size,
            "playingLength": self.playing_length,
        }
        return {"audioMessage": with_extra(without_absent(known), self.extra)}

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        return cls.from_member(Members(payload, pointer).take("audioMessage"), f"{pointer}/audioMessage")

    @classmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        """Read the value of the member ``audioMessage``."""
        members = Members(value, pointer)
        return cls(
            file_url=members.text("fileUrl"),
            file_name=members.optional_text("fileName"),
            file_mime_type=members.optional_text("fileMIMEType"),
            file_size=members.optional_integer("fileSize"),
            playing_length=members.optional_integer("playingLength"),
            extra=members.rest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GeolocationPushMessage:
    """A place in degrees (WGS 84), ``radius`` in metres, ``time_offset`` in minutes from UTC.

    ``pos`` is the wire's own spelling of the coordinates, kept only when it differs from ours ("lat lon").
    """

    latitude: float
    longitude: float
    label: str | None = None
    timestamp: str | None = None
    expiry: str | None = None
    time_offset: float | None = None
    radius: float | None = None
    pos: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_payload(self) -> JsonObject:
        known = {
            "pos": self.pos or format_position(self.latitude, self.longitude),
            "label": self.label,
            "timestamp": self.timestamp,
            "expiry": self.expiry,
            "timeOffset": self.time_offset,
            "radius": self.radius,
        }
        return {"geolocationPushMessage": with_extra(without_absent(known), self.extra)}

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        value = Members(payload, pointer).take("geolocationPushMessage")
        return cls.from_member(value, f"{pointer}/geolocationPushMessage")

    @classmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        """Read the value of the member ``geolocationPushMessage``."""
        members = Members(value, pointer)
        pos = members.text("pos")
        if (position := read_position(pos)) is None:
            raise PayloadError(pointer=members.at("pos"), problem='must be "latitude longitude" in decimal degrees')
        return cls(
            latitude=position[0],
            longitude=position[1],
            label=members.optional_text("label"),
            timestamp=members.optional_text("timestamp"),
            expiry=members.optional_text("expiry"),
            time_offset=members.optional_number("timeOffset"),
            radius=members.optional_number("radius"),
            pos=None if pos == format_position(*position) else pos,
            extra=members.rest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IsTyping:
    """Tells the user that an answer is being written, or no longer is."""

    active: bool

    def to_payload(self) -> JsonObject:
        return {"isTyping": "active" if self.active else "idle"}

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        return cls.from_member(Members(payload, pointer).take("isTyping"), f"{pointer}/isTyping")

    @classmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        """Read the value of the member ``isTyping``."""
        if value not in ("active", "idle"):
            shown = f'"{value[:40]}"' if isinstance(value, str) else json_type(value)
            raise PayloadError(pointer=pointer, problem=f'must be "active" or "idle", not {shown}')
        return cls(active=value == "active")


Content = TextMessage | FileMessage | AudioMessage | GeolocationPushMessage | RichCardMessage | IsTyping

CONTENT_KINDS: dict[str, type[Content]] = {
    "textMessage": TextMessage,
    "fileMessage": FileMessage,
    "audioMessage": AudioMessage,
    "geolocationPushMessage": GeolocationPushMessage,
    "richcardMessage": RichCardMessage,
    "isTyping": IsTyping,
}


def read_content(rcs_message: Members) -> Content:
    """Take the one content of an RCSMessage; none, or several, raise PayloadError."""
    present = [name for name in CONTENT_KINDS if name in rcs_message]
    if len(present) != 1:
        problem = f"must have exactly one of {', '.join(CONTENT_KINDS)}; it has {' and '.join(present) or 'none'}"
        raise PayloadError(pointer=rcs_message.pointer, problem=problem)
    return CONTENT_KINDS[present[0]].from_member(rcs_message.take(present[0]), rcs_message.at(present[0]))
