"""Describes the files that a message shows, and uploads those of this machine once the message is checked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bothub_cli.client import BothubClient
from bothub_cli.clock import Clock
from bothub_cli.errors import UnreadableAnswerError, UsageError
from bothub_cli.messages import AudioMessage, Content, FileMessage
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.sending.media import Probe, complete_facts
from bothub_cli.sending.upload import (
    LocalFile,
    ShowProgress,
    is_url,
    look_at_file,
    read_until,
    show_nothing,
    upload,
    wait_until_ready,
)

# Stands for the address of a file until it is uploaded; RFC 2606 keeps .invalid free, so it never leads anywhere.
_ADDRESS_TO_COME = "https://upload.invalid/"

Tell = Callable[[str], None]  # hears a warning


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReference:
    """A file as the user names it: a path or a URL, with what is said of it; ``option`` names it in errors."""

    written: str
    option: str
    type_option: str
    name: str | None = None
    content_type: str | None = None
    size: int | None = None

    @property
    def size_option(self) -> str:
        """How the size is given, for errors."""
        return self.type_option.replace("type", "size")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedUpload:
    """A file to upload once the message is checked; ``address`` stands for its URL until then."""

    file: LocalFile
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file as a message describes it; ``size`` in bytes."""

    url: str
    name: str | None
    content_type: str
    size: int
    upload: PlannedUpload | None = None


FileLookup = Callable[[FileReference], Attachment]  # ``attach``, with a way to ask hosts and somebody to tell


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedContent:
    """A content, and the files that must be uploaded before it can go out."""

    content: Content
    uploads: tuple[PlannedUpload, ...] = ()


def describe_file(look_up: FileLookup, file: FileReference, thumbnail: FileReference | None) -> DescribedContent:
    """Describe a picture, video or document. Raises what ``look_up`` raises."""
    shown = look_up(file)
    small = look_up(thumbnail) if thumbnail else None
    content = FileMessage(
        file_url=shown.url,
        file_name=shown.name,
        file_mime_type=shown.content_type,
        file_size=shown.size,
        thumbnail_url=small.url if small else None,
        thumbnail_file_name=small.name if small else None,
        thumbnail_mime_type=small.content_type if small else None,
        thumbnail_file_size=small.size if small else None,
    )
    uploads = tuple(each.upload for each in (shown, small) if each is not None and each.upload is not None)
    return DescribedContent(content=content, uploads=uploads)


def describe_audio(look_up: FileLookup, file: FileReference, *, playing_length: int | None) -> DescribedContent:
    """Describe a sound; ``playing_length`` in seconds. Raises what ``look_up`` raises."""
    sound = look_up(file)
    content = AudioMessage(
        file_url=sound.url,
        file_name=sound.name,
        file_mime_type=sound.content_type,
        file_size=sound.size,
        playing_length=playing_length,
    )
    return DescribedContent(content=content, uploads=(sound.upload,) if sound.upload else ())


def upload_all(
    uploads: Sequence[PlannedUpload],
    messages: Sequence[OutgoingMessage],
    *,
    client: BothubClient,
    clock: Clock,
    show_progress: ShowProgress = show_nothing,
    note: Callable[[str], None] = lambda _: None,
) -> list[OutgoingMessage]:
    """Upload the files, wait until each is ready, and return the messages with their addresses."""
    until = read_until(None, now=clock.now())
    addresses: dict[str, str] = {}
    for planned in uploads:
        stored = upload(client, planned.file, until=until, show_progress=show_progress)
        ready = wait_until_ready(client, stored, clock=clock, show_progress=show_progress)
        if ready.file_url is None:
            raise UnreadableAnswerError(operation="store the file", reason="it does not tell the file's address")
        addresses[planned.address] = ready.file_url
        note(f"uploaded {planned.file.name}: {ready.file_id}")
    return [replace(message, payload=_with_addresses(message.payload, addresses)) for message in messages]


def attach(probe: Probe, file: FileReference, *, tell: Tell) -> Attachment:
    """Describe a file as its user, its host or its path tells it; where these differ, ``tell`` hears of it.

    Raises UsageError, InputRefusedError.
    """
    if is_url(file.written):
        fix = f"give them: {file.type_option} MIME {file.size_option} BYTES"
        content_type, size = complete_facts(
            probe, file.written, file.content_type, file.size, where=file.option, fix=fix, tell=tell
        )
        return Attachment(url=file.written, name=file.name, content_type=content_type, size=size)
    if file.size is not None:
        raise UsageError(problem=f"{file.option}: the size of {file.written} is known; {file.size_option} is for a URL")
    local = look_at_file(
        Path(file.written), name=file.name, content_type=file.content_type, type_option=file.type_option
    )
    if local.doubt is not None:
        tell(local.doubt)
    planned = PlannedUpload(file=local, address=f"{_ADDRESS_TO_COME}{file.option[2:]}/{quote(local.name, safe='')}")
    return Attachment(
        url=planned.address, name=local.name, content_type=local.content_type, size=local.size, upload=planned
    )


def _with_addresses(payload: object, addresses: Mapping[str, str]) -> Any:  # a JSON value, as it came
    match payload:
        case str():
            return addresses.get(payload, payload)
        case Mapping():
            return {name: _with_addresses(value, addresses) for name, value in payload.items()}
        case list():
            return [_with_addresses(value, addresses) for value in payload]
        case _:
            return payload
