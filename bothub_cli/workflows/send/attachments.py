"""Describes the files that ``send`` attaches, and uploads those of this machine once the message is checked."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bothub_cli.context import AppContext
from bothub_cli.errors import UnreadableAnswerError, UsageError
from bothub_cli.messages import AudioMessage, FileMessage
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.workflows.send.content import DescribedContent, FileDetails
from bothub_cli.workflows.send.media import complete_facts
from bothub_cli.workflows.upload import LocalFile, is_url, look_at_file, read_until, upload, wait_until_ready

# Stands for the address of a file until it is uploaded; RFC 2606 keeps .invalid free, so it never leads anywhere.
_ADDRESS_TO_COME = "https://upload.invalid/"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedUpload:
    """A file to upload once the message is checked; ``address`` stands for its URL until then."""

    file: LocalFile
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linked:
    """A file as a message describes it."""

    url: str
    name: str | None
    content_type: str
    size: int
    upload: PlannedUpload | None = None


def upload_all(
    context: AppContext, uploads: Sequence[PlannedUpload], messages: Iterable[OutgoingMessage]
) -> list[OutgoingMessage]:
    """Upload the files, wait until each is ready, and return the messages with their addresses."""
    until = read_until(None, now=context.clock.now())
    addresses: dict[str, str] = {}
    for planned in uploads:
        stored = wait_until_ready(context, upload(context, planned.file, until=until))
        if stored.file_url is None:
            raise UnreadableAnswerError(operation="store the file", reason="it does not tell the file's address")
        addresses[planned.address] = stored.file_url
        context.printer.note(f"uploaded {planned.file.name}: {stored.file_id}")
    return [replace(message, payload=_with_addresses(message.payload, addresses)) for message in messages]


def describe_file(context: AppContext, written: str, details: FileDetails) -> DescribedContent:
    """Describe a picture, video or document. Raises UsageError, InputRefusedError."""
    file = _link(context, written, details.name, details.content_type, details.size, option="--file")
    thumbnail = None
    if details.thumbnail is not None:
        thumbnail = _link(
            context, details.thumbnail, None, details.thumbnail_type, details.thumbnail_size, option="--thumbnail"
        )
    content = FileMessage(
        file_url=file.url,
        file_name=file.name,
        file_mime_type=file.content_type,
        file_size=file.size,
        thumbnail_url=thumbnail.url if thumbnail else None,
        thumbnail_file_name=thumbnail.name if thumbnail else None,
        thumbnail_mime_type=thumbnail.content_type if thumbnail else None,
        thumbnail_file_size=thumbnail.size if thumbnail else None,
    )
    uploads = tuple(linked.upload for linked in (file, thumbnail) if linked is not None and linked.upload is not None)
    return _tell_uploads(context, DescribedContent(content=content, uploads=uploads))


def describe_audio(context: AppContext, written: str, details: FileDetails) -> DescribedContent:
    """Describe a sound. Raises UsageError, InputRefusedError."""
    sound = _link(context, written, details.name, details.content_type, details.size, option="--audio")
    content = AudioMessage(
        file_url=sound.url,
        file_name=sound.name,
        file_mime_type=sound.content_type,
        file_size=sound.size,
        playing_length=details.playing_length,
    )
    return _tell_uploads(context, DescribedContent(content=content, uploads=(sound.upload,) if sound.upload else ()))


def _link(
    context: AppContext, written: str, name: str | None, content_type: str | None, size: int | None, *, option: str
) -> _Linked:
    type_option = "--thumbnail-type" if option == "--thumbnail" else "--file-type"
    if is_url(written):
        fix = f"give them: {type_option} MIME {type_option.replace('type', 'size')} BYTES"
        content_type, size = complete_facts(context, written, content_type, size, option=option, fix=fix)
        return _Linked(url=written, name=name, content_type=content_type, size=size)
    if size is not None:
        raise UsageError(
            problem=f"{option}: the size of {written} is known; {type_option.replace('type', 'size')} is for a URL"
        )
    local = look_at_file(Path(written), name=name, content_type=content_type, type_option=type_option)
    planned = PlannedUpload(file=local, address=f"{_ADDRESS_TO_COME}{option[2:]}/{quote(local.name, safe='')}")
    return _Linked(
        url=planned.address, name=local.name, content_type=local.content_type, size=local.size, upload=planned
    )


def _tell_uploads(context: AppContext, content: DescribedContent) -> DescribedContent:
    if context.options.dry_run or context.options.curl:
        for planned in content.uploads:
            context.printer.note(f"{planned.file.path} would be uploaded first; {planned.address} stands for its URL")
    return content


def _with_addresses(payload: object, addresses: Mapping[str, str]) -> Any:  # a JSON value, as it came
    match payload:
        case str():
            return addresses.get(payload, payload)
        case Mapping():
            return {name: _with_addresses(value, addresses) for name, value in payload.items()}
        case _:
            return payload
