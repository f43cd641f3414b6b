"""``bothub send``: sends a message, or many."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.authoring.flags import read_suggestions
from bothub_cli.commands import message_options as options
from bothub_cli.commands.addressing import read_contacts
from bothub_cli.commands.command import command
from bothub_cli.commands.content import ContentOptions, FileDetails, read_content, upload_all
from bothub_cli.commands.options import API
from bothub_cli.commands.sending import SendChoices, send_messages
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode
from bothub_cli.messages import RcsMessage
from bothub_cli.output.documents.sending import PlannedRequest, SendResult
from bothub_cli.sending.compose import OutgoingMessage, Overrides, compose, compose_drafts


@command(
    help="Send a text, a file, a place, or messages from a JSON or YAML file, to one number or many.\n\n"
    "Everything is checked before anything is sent. What an option says beats what the file says.",
    examples=(
        "bothub send --to +33612345678 --text 'Hello, world'",
        "bothub send --to +33612345678 --text 'Shall we?' --reply Yes=yes_1 --reply No=no_1",
        "bothub send --to +33612345678 --file photo.jpg",
        "bothub send message.json --to +33612345678 --preview",
        "jq -c '.[]' messages.json | bothub send - --json",
        "bothub send --to +33612345678 --text Hello --curl",
    ),
    shared=("traffic_type", "region", "dry_run", "curl", *API),
    answers=(SendResult, PlannedRequest),
)
def run(
    context: AppContext,
    *,
    file: options.FileArgument = None,
    to: options.ToOption = None,
    to_chat_id: options.ChatIdOption = None,
    text: Annotated[str | None, typer.Option("--text", help="What to say.")] = None,
    text_file: Annotated[
        str | None, typer.Option("--text-file", metavar="FILE|-", help="A UTF-8 file with what to say; - is stdin.")
    ] = None,
    media_file: Annotated[
        str | None,
        typer.Option("--file", metavar="PATH|URL", help="A picture, video or document; a PATH is uploaded first."),
    ] = None,
    audio: Annotated[
        str | None, typer.Option("--audio", metavar="PATH|URL", help="A sound; a PATH is uploaded first.")
    ] = None,
    file_name: Annotated[
        str | None, typer.Option("--file-name", metavar="NAME", help="What the phone calls the file or sound.")
    ] = None,
    file_type: Annotated[
        str | None, typer.Option("--file-type", metavar="MIME", help="Its content type, when nobody else tells it.")
    ] = None,
    file_size: Annotated[
        int | None, typer.Option("--file-size", min=0, metavar="BYTES", help="The size of a URL's file.")
    ] = None,
    audio_length: Annotated[
        int | None, typer.Option("--audio-length", min=0, metavar="SECONDS", help="How long the sound plays.")
    ] = None,
    thumbnail: Annotated[
        str | None, typer.Option("--thumbnail", metavar="PATH|URL", help="A small picture of the file.")
    ] = None,
    thumbnail_type: Annotated[
        str | None, typer.Option("--thumbnail-type", metavar="MIME", help="The thumbnail's content type.")
    ] = None,
    thumbnail_size: Annotated[
        int | None, typer.Option("--thumbnail-size", min=0, metavar="BYTES", help="The size of a URL's thumbnail.")
    ] = None,
    location: Annotated[
        str | None, typer.Option("--location", metavar="LAT,LON[,LABEL]", help="A place to show on the map.")
    ] = None,
    reply: options.ReplyOption = None,
    open_url: options.OpenUrlOption = None,
    dial: options.DialOption = None,
    show_location: options.ShowLocationOption = None,
    calendar: options.CalendarOption = None,
    in_reply_to: options.InReplyToOption = None,
    expiry: options.ExpiryOption = None,
    preview: options.PreviewOption = False,
    phone: options.PhoneOption = "classic",
    strict: options.StrictOption = False,
    no_check: options.NoCheckOption = False,
    skip_invalid: options.SkipInvalidOption = False,
    stream: options.StreamOption = False,
    resend_unknown: options.ResendUnknownOption = False,
) -> ExitCode:
    from bothub_cli.authoring.flag_times import read_expiry

    overrides = Overrides(
        contacts=read_contacts(context, numbers=to or [], chat_ids=to_chat_id or []),
        traffic_type=context.options.traffic_type,
        default_traffic_type=None if no_check else context.settings.traffic_type.value,
        chips=read_suggestions(
            replies=reply or (),
            open_urls=open_url or (),
            dials=dial or (),
            show_locations=show_location or (),
            calendars=calendar or (),
        ),
        expiry=None if expiry is None else read_expiry(expiry, now=context.clock.now()),
        in_reply_to=in_reply_to,
    )
    choices = SendChoices(
        check=not no_check,
        strict=strict,
        skip_invalid=skip_invalid,
        preview=preview,
        phone=phone,
        stream=stream,
        resend_unknown=resend_unknown,
    )
    content = read_content(
        context,
        ContentOptions(
            text=text,
            text_file=text_file,
            location=location,
            file=media_file,
            audio=audio,
            details=FileDetails(
                name=file_name,
                content_type=file_type,
                size=file_size,
                playing_length=audio_length,
                thumbnail=thumbnail,
                thumbnail_type=thumbnail_type,
                thumbnail_size=thumbnail_size,
            ),
        ),
        has_messages=file is not None,
    )
    if content is None:
        return send_messages(context, _messages(context, file, overrides), choices)
    outgoing = compose({"RCSMessage": RcsMessage(content=content.content).to_payload()}, overrides)
    prepare = partial(upload_all, context, content.uploads) if content.uploads else None
    return send_messages(context, outgoing, replace(choices, stream=False, prepare=prepare))


def _messages(context: AppContext, file: Path | None, overrides: Overrides) -> Iterator[OutgoingMessage]:
    from bothub_cli.authoring.reader import read_messages

    assert file is not None  # read_content wants a content, or a file of messages
    return compose_drafts(read_messages(context.stdin("FILE") if str(file) == "-" else file), overrides)
