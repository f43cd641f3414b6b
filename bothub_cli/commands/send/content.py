"""Reads the content that the options of ``send`` describe: a text, a file, a sound, a place."""

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.messages import TextMessage
from bothub_cli.record import record
from bothub_cli.sending.deliver import Preparation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bothub_cli.messages import Content
    from bothub_cli.sending.attachments import DescribedContent, PlannedUpload
    from bothub_cli.sending.compose import OutgoingMessage

_INPUTS = "--text, --text-file, --file, --audio, --location, or a FILE of messages"


@record
class ContentOptions:
    """The options of ``send`` of which exactly one must be given, when no FILE is."""

    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="What to say.")] = None
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


@record
class FileDetails:
    """What the options say of a file or a sound; sizes in bytes, ``playing_length`` in seconds."""

    name: Annotated[
        str | None, typer.Option("--file-name", metavar="NAME", help="What the phone calls the file or sound.")
    ] = None
    content_type: Annotated[
        str | None,
        typer.Option(
            "--file-type", metavar="MIME", help="Its content type, where neither its name nor its server tells it."
        ),
    ] = None
    size: Annotated[
        int | None, typer.Option("--file-size", min=0, metavar="BYTES", help="The size of a URL's file.")
    ] = None
    playing_length: Annotated[
        int | None, typer.Option("--audio-length", min=0, metavar="SECONDS", help="How long the sound plays.")
    ] = None
    thumbnail: Annotated[
        str | None,
        typer.Option("--thumbnail", metavar="PATH|URL", help="A small picture of the file; a PATH is uploaded first."),
    ] = None
    thumbnail_type: Annotated[
        str | None, typer.Option("--thumbnail-type", metavar="MIME", help="The thumbnail's content type.")
    ] = None
    thumbnail_size: Annotated[
        int | None, typer.Option("--thumbnail-size", min=0, metavar="BYTES", help="The size of a URL's thumbnail.")
    ] = None


@record
class GivenContent:
    """What the options say, and what is to be done once it is checked: files to upload."""

    content: "Content"
    prepare: Preparation | None = None


def choose_content(
    context: AppContext, options: ContentOptions, details: FileDetails, *, has_messages: bool
) -> GivenContent | None:
    """Return the content that the options describe; None when a file of messages does. Uploads nothing yet.

    Raises UsageError unless exactly one is given, InputRefusedError for a file that cannot be used.
    """
    given = [options.text, options.text_file, options.file, options.audio, options.location]
    if sum(value is not None for value in given) + has_messages != 1:
        nothing = not has_messages and given == [None] * len(given)
        problem = "nothing to send" if nothing else "more than one thing to send"
        raise UsageError(problem=f"{problem}: give one of {_INPUTS}", fix="bothub send --help")
    _refuse_stray_details(options, details)
    if options.file is not None or options.audio is not None:
        described = _describe(context, options, details)
        return GivenContent(content=described.content, prepare=plan_uploads(context, described.uploads))
    if options.location is not None:
        from bothub_cli.authoring.place_flags import read_location  # a text needs no places

        return GivenContent(content=read_location(options.location))
    if options.text_file is not None:
        return GivenContent(content=TextMessage(text=context.stdin.read_file(options.text_file, option="--text-file")))
    return None if options.text is None else GivenContent(content=TextMessage(text=options.text))


def _describe(context: AppContext, options: ContentOptions, details: FileDetails) -> "DescribedContent":
    from bothub_cli.sending.attachments import FileReference, attach, describe_audio, describe_file  # a text has none

    look_up = partial(attach, context.probe_media, tell=context.printer.warn)
    said = partial(
        FileReference,
        type_option="--file-type",
        name=details.name,
        content_type=details.content_type,
        size=details.size,
    )
    if options.audio is not None:
        sound = said(written=options.audio, option="--audio")
        return describe_audio(look_up, sound, playing_length=details.playing_length)
    assert options.file is not None  # one of the two is given
    thumbnail = None
    if details.thumbnail is not None:
        thumbnail = FileReference(
            written=details.thumbnail,
            option="--thumbnail",
            type_option="--thumbnail-type",
            content_type=details.thumbnail_type,
            size=details.thumbnail_size,
        )
    return describe_file(look_up, said(written=options.file, option="--file"), thumbnail)


def plan_uploads(context: AppContext, uploads: "Sequence[PlannedUpload]") -> Preparation | None:
    """Let the files be uploaded once the message is checked; where nothing goes out, say which would be."""
    if not uploads:
        return None
    for planned in uploads:
        if context.is_dry_run:
            context.printer.note(f"{planned.file.path} would be uploaded first; {planned.address} stands for its URL")
    from bothub_cli.output.live.progress import show_progress  # most messages bring no file of this machine
    from bothub_cli.sending.attachments import upload_all  # as above

    def prepare(messages: "Sequence[OutgoingMessage]") -> "list[OutgoingMessage]":
        return upload_all(
            uploads,
            messages,
            client=context.client(),
            clock=context.clock,
            show_progress=partial(show_progress, context.printer),
            note=context.printer.note,
        )

    return prepare


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
