"""The kinds of content that one message can carry, exactly one at a time (FNW.11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Self

from bothub_cli.field_check import check_fields
from bothub_cli.messages.model.position import format_position, read_position
from bothub_cli.messages.model.richcard import RichCardMessage
from bothub_cli.messages.model.text_message import TextMessage
from bothub_cli.messages.model.wire import Wire, read_fields, read_value, write_fields
from bothub_cli.messages.payload import JsonObject, Members, MemberValue, PayloadError, json_type, with_extra


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMessage(MemberValue):
    """A file by its public URL; a thumbnail needs its URL, type and size together."""

    MEMBER: ClassVar[str] = "fileMessage"

    file_url: Annotated[str, Wire("fileUrl")]
    """Where phones fetch it, without signing in."""
    file_name: Annotated[str | None, Wire("fileName")] = None
    """How phones call it."""
    file_mime_type: Annotated[str | None, Wire("fileMIMEType")] = None
    """Such as "image/jpeg", "application/pdf", …"""
    file_size: Annotated[int | None, Wire("fileSize")] = None
    """Bytes."""
    thumbnail_url: Annotated[str | None, Wire("thumbnailUrl")] = None
    """Where phones fetch the small picture in its place."""
    thumbnail_file_name: Annotated[str | None, Wire("thumbnailFileName")] = None
    """How the thumbnail is called."""
    thumbnail_mime_type: Annotated[str | None, Wire("thumbnailMIMEType")] = None
    """One of "image/jpeg" or "image/png"."""
    thumbnail_file_size: Annotated[int | None, Wire("thumbnailFileSize")] = None
    """Bytes."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return {self.MEMBER: with_extra(write_fields(self), self.extra)}

    @classmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        return read_value(cls, value, pointer)


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioMessage(MemberValue):
    """A sound by its public URL."""

    MEMBER: ClassVar[str] = "audioMessage"

    file_url: Annotated[str, Wire("fileUrl")]
    """Where phones fetch it, without signing in."""
    file_name: Annotated[str | None, Wire("fileName")] = None
    """How phones call it."""
    file_mime_type: Annotated[str | None, Wire("fileMIMEType")] = None
    """Such as "audio/mpeg", "audio/aac", …"""
    file_size: Annotated[int | None, Wire("fileSize")] = None
    """Bytes."""
    playing_length: Annotated[int | None, Wire("playingLength")] = None
    """Seconds."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return {self.MEMBER: with_extra(write_fields(self), self.extra)}

    @classmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        return read_value(cls, value, pointer)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeolocationPushMessage(MemberValue):
    """A place on the map."""

    MEMBER: ClassVar[str] = "geolocationPushMessage"

    latitude: float
    """Degrees (WGS 84), -90 to 90."""
    longitude: float
    """Degrees (WGS 84), -180 to 180."""
    label: Annotated[str | None, Wire("label")] = None
    """The place's name."""
    timestamp: Annotated[str | None, Wire("timestamp")] = None
    """When it was so, RFC 3339."""
    expiry: Annotated[str | None, Wire("expiry")] = None
    """Until when it is so, RFC 3339."""
    time_offset: Annotated[float | None, Wire("timeOffset")] = None
    """Minutes from UTC there."""
    radius: Annotated[float | None, Wire("radius")] = None
    """Metres around the place."""
    pos: str | None = None
    """The wire's own spelling of both, where it is not ours ("lat lon")."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        known = {"pos": self.pos or format_position(self.latitude, self.longitude)} | write_fields(self)
        return {self.MEMBER: with_extra(known, self.extra)}

    @classmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        members = Members(value, pointer)
        pos = members.text("pos")
        if (position := read_position(pos)) is None:
            raise PayloadError(pointer=members.at("pos"), problem='must be "latitude longitude" in decimal degrees')
        return cls(
            latitude=position[0],
            longitude=position[1],
            **read_fields(cls, members),
            pos=None if pos == format_position(*position) else pos,
            extra=members.rest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IsTyping(MemberValue):
    """Tells the user that an answer is being written, or no longer is."""

    MEMBER: ClassVar[str] = "isTyping"

    active: bool
    """True while an answer is being written."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return {self.MEMBER: "active" if self.active else "idle"}

    @classmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        if value not in ("active", "idle"):
            shown = f'"{value[:40]}"' if isinstance(value, str) else json_type(value)
            raise PayloadError(pointer=pointer, problem=f'must be "active" or "idle", not {shown}')
        return cls(active=value == "active")


Content = TextMessage | FileMessage | AudioMessage | GeolocationPushMessage | RichCardMessage | IsTyping

CONTENT_KINDS: dict[str, type[Content]] = {
    kind.MEMBER: kind
    for kind in (TextMessage, FileMessage, AudioMessage, GeolocationPushMessage, RichCardMessage, IsTyping)
}


def read_content(rcs_message: Members) -> Content:
    """Take the one content of an RCSMessage; none, or several, raise PayloadError."""
    present = [name for name in CONTENT_KINDS if rcs_message.has(name)]
    if len(present) != 1:
        problem = f"must have exactly one of {', '.join(CONTENT_KINDS)}; it has {' and '.join(present) or 'none'}"
        raise PayloadError(pointer=rcs_message.pointer, problem=problem)
    return CONTENT_KINDS[present[0]].from_member(rcs_message.take(present[0]), rcs_message.at(present[0]))
