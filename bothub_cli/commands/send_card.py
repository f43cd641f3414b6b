"""``bothub send-card``: sends a rich card or a carousel."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

from bothub_cli.commands import message_options as options
from bothub_cli.commands.addressing import read_contacts
from bothub_cli.commands.awaiting import DEFAULT_PATIENCE, WaitOption, WaitTimeoutOption, read_wait
from bothub_cli.commands.command import command
from bothub_cli.commands.options import API, RECORDING
from bothub_cli.commands.probing import describe_media
from bothub_cli.commands.sending import SendChoices, send_messages
from bothub_cli.commands.suggesting import WrittenSuggestions
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode, UsageError
from bothub_cli.messages import CardContent, GeneralPurposeCard, RcsMessage, RichCardMessage
from bothub_cli.output.documents.sending import PlannedRequest, SendResult, WaitResult
from bothub_cli.sending.compose import OutgoingMessage, Overrides, compose, compose_drafts

Height = Literal["short", "medium", "tall"]
Orientation = Literal["vertical", "horizontal"]
Alignment = Literal["left", "right"]


@command(
    help="Send a card made of options, or a card or carousel from a JSON or YAML file.\n\n"
    "Type and size of --media are asked from its server (HEAD), unless they are given.",
    examples=(
        "bothub send-card --to +33612345678 --title 'Your order' --description 'It is on its way' --reply Thanks",
        "bothub send-card --to +33612345678 --title Shoes --media https://shop.example/a.jpg --open-url 'See=https://…'",
        "bothub send-card carousel.yaml --to +33612345678 --preview",
    ),
    shared=("traffic_type", "region", "dry_run", "curl", *RECORDING, *API),
    answers=(SendResult, WaitResult, PlannedRequest),
)
def run(
    context: AppContext,
    *,
    file: options.FileArgument = None,
    to: options.ToOption = None,
    to_chat_id: options.ChatIdOption = None,
    title: Annotated[str | None, typer.Option("--title", help="Up to 200 characters.")] = None,
    description: Annotated[str | None, typer.Option("--description", help="Up to 2000 characters.")] = None,
    media: Annotated[str | None, typer.Option("--media", metavar="URL", help="A public image or video.")] = None,
    media_type: Annotated[str | None, typer.Option("--media-type", metavar="MIME", help="Its content type.")] = None,
    media_size: Annotated[int | None, typer.Option("--media-size", metavar="BYTES", help="Its size.")] = None,
    media_text: Annotated[
        str | None, typer.Option("--media-text", help="What it shows, for people who cannot see it.")
    ] = None,
    thumbnail: Annotated[str | None, typer.Option("--thumbnail", metavar="URL", help="A small image of it.")] = None,
    thumbnail_type: Annotated[
        str | None, typer.Option("--thumbnail-type", metavar="MIME", help="The thumbnail's content type.")
    ] = None,
    thumbnail_size: Annotated[
        int | None, typer.Option("--thumbnail-size", metavar="BYTES", help="The thumbnail's size.")
    ] = None,
    height: Annotated[Height, typer.Option("--height", help="Height of the media.")] = "medium",
    orientation: Annotated[
        Orientation, typer.Option("--orientation", help="Media above or beside the text.")
    ] = "vertical",
    image_alignment: Annotated[
        Alignment | None,
        typer.Option("--image-alignment", help="Side of the media in a horizontal card. [default: left]"),
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
    ignore_suppression: options.IgnoreSuppressionOption = False,
    wait: WaitOption = None,
    wait_timeout: WaitTimeoutOption = DEFAULT_PATIENCE,
) -> ExitCode:
    from bothub_cli.authoring.flag_times import read_expiry

    overrides = Overrides(
        contacts=read_contacts(context, numbers=to or [], chat_ids=to_chat_id or []),
        traffic_type=context.options.traffic_type,
        default_traffic_type=None if no_check else context.settings.traffic_type.value,
        expiry=None if expiry is None else read_expiry(expiry, now=context.clock.now()),
        in_reply_to=in_reply_to,
    )
    suggestions = WrittenSuggestions(
        replies=reply, open_urls=open_url, dials=dial, show_locations=show_location, calendars=calendar
    ).read()
    choices = SendChoices(
        check=not no_check,
        strict=strict,
        skip_invalid=skip_invalid,
        preview=preview,
        phone=phone,
        stream=stream,
        resend_unknown=resend_unknown,
        ignore_suppression=ignore_suppression,
        wait=read_wait(wait, wait_timeout, stream=stream),
    )
    made_of_options = (title, description, media, thumbnail) != (None,) * 4 or bool(suggestions)
    if file is not None:
        if made_of_options:
            raise UsageError(
                problem="a card comes from a FILE or from options, not from both", fix="bothub send-card --help"
            )
        return send_messages(context, _read_file(context, file, overrides), choices)
    if not made_of_options:
        raise UsageError(
            problem="nothing to send: give --title, --description, --media, or a FILE", fix="bothub send-card --help"
        )
    described = describe_media(
        context,
        url=media,
        content_type=media_type,
        size=media_size,
        text=media_text,
        height=height,
        thumbnail_url=thumbnail,
        thumbnail_type=thumbnail_type,
        thumbnail_size=thumbnail_size,
    )
    content = CardContent(media=described, title=title, description=description, suggestions=suggestions)
    card = GeneralPurposeCard(
        orientation=orientation.upper(),
        image_alignment=_alignment(orientation, image_alignment),
        content=content,
    )
    message = RcsMessage(content=RichCardMessage(card=card))
    return send_messages(context, compose({"RCSMessage": message.to_payload()}, overrides), choices)


def _alignment(orientation: Orientation, alignment: Alignment | None) -> str | None:
    """A horizontal card needs a side (RCC.07 3.6.10.4); one given for a vertical card is for the check to refuse."""
    if alignment is not None:
        return alignment.upper()
    return "LEFT" if orientation == "horizontal" else None


def _read_file(context: AppContext, file: Path, overrides: Overrides) -> Iterator[OutgoingMessage]:
    """Compose the messages of a file; a card alone, as GSMA's schema writes it, is wrapped into its message."""
    from bothub_cli.authoring.cards import wrap_card
    from bothub_cli.authoring.reader import read_messages

    drafts = read_messages(context.stdin("FILE") if str(file) == "-" else file)
    return compose_drafts((wrap_card(draft) for draft in drafts), overrides)
