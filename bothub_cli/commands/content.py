"""Reads the content that the options of ``send`` describe: a text, a file, a sound, a place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from bothub_cli.commands.probing import complete_facts
from bothub_cli.commands.uploading import LocalFile, is_url, look_at_file, read_until, upload, wait_until_ready
from bothub_cli.context import AppContext
from bothub_cli.errors import UnreadableAnswerError, UsageError
from bothub_cli.messages import AudioMessage, Content, FileMessage, TextMessage
from bothub_cli.sending.compose import OutgoingMessage

_INPUTS = "--text, --text-file, --file, --audio, --location, or a FILE of messages"
# Stands for the address of a file until it is uploaded; RFC 2606 keeps .invalid free, so it never leads anywhere.
_ADDRESS_TO_COME = "https://upload.invalid/"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentOptions:
    """The options of ``send`` of which exactly one must be given, when no FILE is."""

    text: Annotated[str | None, typer.Option("--text", help="What to say.")] = None
    text_file: Annotated[
        str | None, typer.Option("--text-file", metavar="FILE|-", help="A UTF-8 file with what to say; - is stdin.")
    ] = None
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="PATH|URL", help="A picture, video or document; a PATH is uploaded first."),
    ] = None
    audio: Annotated[
        str | None, typer.Option("--audio", metavar="PATH|URL", help="A sound; a PATH is uploaded first.")
    ] = None
    location: Annotated[
        str | None, typer.Option("--location", metavar="LAT,LON[,LABEL]", help="A place to show on the map.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDetails:
    """What the options say of a file or a sound; sizes in bytes, ``playing_length`` in seconds."""

    name: Annotated[
        str | None, typer.Option("--file-name", metavar="NAME", help="What the phone calls the file or sound.")
    ] = None
    content_type: Annotated[
        str | None, typer.Option("--file-type", metavar="MIME", help="Its content type, when nobody else tells it.")
    ] = None
    size: Annotated[
        int | None, typer.Option("--file-size", min=0, metavar="BYTES", help="The size of a URL's file.")
    ] = None
    playing_length: Annotated[
        int | None, typer.Option("--audio-length", min=0, metavar="SECONDS", help="How long the sound plays.")
    ] = None
    thumbnail: Annotated[
        str | None, typer.Option("--thumbnail", metavar="PATH|URL", help="A small picture of the file.")
    ] = None
    thumbnail_type: Annotated[
        str | None, typer.Option("--thumbnail-type", metavar="MIME", help="The thumbnail's content type.")
    ] = None
    thumbnail_size: Annotated[
        int | None, typer.Option("--thumbnail-size", min=0, metavar="BYTES", help="The size of a URL's thumbnail.")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedUpload:
    """A file to upload once the message is checked; ``address`` stands for its URL until then."""

    file: LocalFile
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedContent:
    """A content, and the files that must be uploaded before it can go out."""

    content: Content
    uploads: tuple[PlannedUpload, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linked:
    """A file as a message describes it."""

    url: str
    name: str | None
    content_type: str
    size: int
    upload: PlannedUpload | None = None


def read_content(
    context: AppContext, options: ContentOptions, details: FileDetails, *, has_messages: bool
) -> DescribedContent | None:
    """Return the content that the options describe; None when a file of messages does. Uploads nothing yet.

    Raises UsageError unless exactly one is given, InputRefusedError for a file that cannot be used.
    """
    given = [options.text, options.text_file, options.file, options.audio, options.location]
    if sum(value is not None for value in given) + has_messages != 1:
        nothing = not has_messages and given == [None] * len(given)
        problem = "nothing to send" if nothing else "more than one thing to send"
        raise UsageError(problem=f"{problem}: give one of {_INPUTS}", fix="bothub send --help")
    _refuse_stray_details(options, details)
    if options.file is not None:
        return _describe_file(context, options.file, details)
    if options.audio is not None:
        return _describe_audio(context, options.audio, details)
    if options.location is not None:
        from bothub_cli.authoring.flag_places import read_location

        return DescribedContent(content=read_location(options.location))
    if options.text_file is not None:
        text = context.read_text(options.text_file, option="--text-file")
        return DescribedContent(content=TextMessage(text=text))
    return None if options.text is None else DescribedContent(content=TextMessage(text=options.text))


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


def _refuse_stray_details(options: ContentOptions, details: FileDetails) -> None:
    if options.file is None and options.audio is None and details != FileDetails():
        raise UsageError(
            problem="--file-…, --thumbnail-… and --audio-length describe a --file or an --audio, and there is none"
        )
    if options.audio is not None and (details.thumbnail or details.thumbnail_type or details.thumbnail_size):
        raise UsageError(problem="a sound has no thumbnail", fix="send it with --file to give it one")
    if options.file is not None and details.playing_length is not None:
        raise UsageError(problem="--audio-length describes an --audio", fix="send it with --audio")
    if details.thumbnail is None and (details.thumbnail_type or details.thumbnail_size is not None):
        raise UsageError(problem="--thumbnail-type and --thumbnail-size describe a --thumbnail, and there is none")


def _describe_file(context: AppContext, written: str, details: FileDetails) -> DescribedContent:
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


def _describe_audio(context: AppContext, written: str, details: FileDetails) -> DescribedContent:
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
