"""``bothub send-card``: sends a rich card or a carousel."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

import typer

from bothub_cli.authoring.reader import read_drafts
from bothub_cli.cli.command import command
from bothub_cli.commands.send.answer import ANSWERS, send_and_show
from bothub_cli.commands.send.content import plan_uploads
from bothub_cli.commands.send.options import SHARED, AddressOptions, FileArgument, SendingOptions, SuggestionOptions
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode, UsageError
from bothub_cli.messages import CardContent, GeneralPurposeCard, Media, RcsMessage, RichCardMessage
from bothub_cli.sending.attachments import Attachment, FileReference, PlannedUpload, attach
from bothub_cli.sending.compose import compose, compose_drafts

Orientation = Literal["vertical", "horizontal"]
Alignment = Literal["left", "right"]
Height = Literal["short", "medium", "tall"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOptions:
    """What a card shows; sizes in bytes."""

    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Up to 200 characters.")] = None
    description: Annotated[str | None, typer.Option("--description", metavar="TEXT", help="Up to 2000 characters.")] = (
        None
    )
    orientation: Annotated[Orientation, typer.Option("--orientation", help="Media above or beside the text.")] = (
        "vertical"
    )
    image_alignment: Annotated[
        Alignment | None,
        typer.Option("--image-alignment", help="Side of the media in a horizontal card. [default: left]"),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaOptions:
    """The picture or video of a card; sizes in bytes."""

    url: Annotated[
        str | None, typer.Option("--media", metavar="PATH|URL", help="An image or video; a PATH is uploaded first.")
    ] = None
    content_type: Annotated[
        str | None,
        typer.Option("--media-type", metavar="MIME", help="Its content type. [default: asked from its server]"),
    ] = None
    size: Annotated[
        int | None, typer.Option("--media-size", metavar="BYTES", help="Its size. [default: asked from its server]")
    ] = None
    text: Annotated[
        str | None, typer.Option("--media-text", metavar="TEXT", help="What it shows, for people who cannot see it.")
    ] = None
    thumbnail: Annotated[
        str | None,
        typer.Option("--thumbnail", metavar="PATH|URL", help="A small picture of it; a PATH is uploaded first."),
    ] = None
    thumbnail_type: Annotated[
        str | None, typer.Option("--thumbnail-type", metavar="MIME", help="The thumbnail's content type.")
    ] = None
    thumbnail_size: Annotated[
        int | None, typer.Option("--thumbnail-size", metavar="BYTES", help="The thumbnail's size.")
    ] = None
    height: Annotated[Height, typer.Option("--height", help="Height of the media.")] = "medium"


@command(
    help="Send a card made of options, or a card or carousel from a JSON or YAML file.\n\n"
    "Type and size of --media are asked from its server (HEAD), unless they are given.",
    examples=(
        "bothub send-card --to +33612345678 --title 'Your order' --description 'It is on its way' --reply Thanks",
        "bothub send-card --to +33612345678 --title Shoes --media https://shop.example/a.jpg --open-url 'See=https://…'",
        "bothub send-card carousel.yaml --to +33612345678 --preview",
    ),
    shared=SHARED,
    answers=ANSWERS,
)
def run(
    context: AppContext,
    *,
    file: FileArgument = None,
    address: AddressOptions,
    card: CardOptions,
    media: MediaOptions,
    suggestions: SuggestionOptions,
    sending: SendingOptions,
) -> ExitCode:
    overrides = sending.overrides(context, address)
    is_described = (card, media, suggestions) != (CardOptions(), MediaOptions(), SuggestionOptions())
    if (file is not None) == is_described:
        problem = "a card comes from a FILE or from options, not from both"
        if not is_described:
            problem = "nothing to send: give --title, --description, --media, or a FILE"
        raise UsageError(problem=problem, fix="bothub send-card --help")
    if file is not None:
        return send_and_show(
            context,
            compose_drafts(read_drafts(context.stdin.open_file(file), goes_on=sending.stream), overrides),
            sending.choices(),
        )
    shown, uploads = _describe_media(context, media)
    content = CardContent(
        media=shown,
        title=card.title,
        description=card.description,
        suggestions=suggestions.read(),
    )
    drawn = GeneralPurposeCard(
        orientation=card.orientation.upper(),
        image_alignment=_alignment(card.orientation, card.image_alignment),
        content=content,
    )
    message = RcsMessage(content=RichCardMessage(card=drawn))
    choices = replace(sending.choices(), stream=False, prepare=plan_uploads(context, uploads))
    return send_and_show(context, compose({"RCSMessage": message.to_payload()}, overrides), choices)


def _alignment(orientation: Orientation, alignment: Alignment | None) -> str | None:
    """A horizontal card needs a side (RCC.07 3.6.10.4); one given for a vertical card is for the check to refuse."""
    if alignment is not None:
        return alignment.upper()
    return "LEFT" if orientation == "horizontal" else None


def _describe_media(context: AppContext, options: MediaOptions) -> tuple[Media | None, list[PlannedUpload]]:
    """Return the media of a card, None without one, and what is to be uploaded for it.

    Raises UsageError or InputRefusedError.
    """
    if options.url is None:
        if replace(options, height="medium") != MediaOptions():
            raise UsageError(problem="--thumbnail and --media-… describe a --media, and there is none")
        return None, []
    picture = _attach(context, options.url, options.content_type, options.size, option="--media")
    small = None
    if options.thumbnail is not None:
        small = _attach(
            context, options.thumbnail, options.thumbnail_type, options.thumbnail_size, option="--thumbnail"
        )
    media = Media(
        media_url=picture.url,
        media_content_type=picture.content_type,
        media_file_size=picture.size,
        height=f"{options.height.upper()}_HEIGHT",
        thumbnail_url=small.url if small else None,
        thumbnail_content_type=small.content_type if small else options.thumbnail_type,
        thumbnail_file_size=small.size if small else options.thumbnail_size,
        content_description=options.text,
    )
    return media, [each.upload for each in (picture, small) if each is not None and each.upload is not None]


def _attach(
    context: AppContext, written: str, content_type: str | None, size: int | None, *, option: str
) -> Attachment:
    file = FileReference(
        written=written, option=option, type_option=f"{option}-type", content_type=content_type, size=size
    )
    return attach(context.probe_media, file, tell=context.printer.warn)
