"""``bothub send-card``: sends a rich card or a carousel."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API, RECORDING
from bothub_cli.commands.send.options import AddressOptions, FileArgument, SendingOptions, SuggestionOptions
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode, UsageError
from bothub_cli.messages import CardContent, GeneralPurposeCard, RcsMessage, RichCardMessage
from bothub_cli.output.documents.send import PlannedRequest, SendResult, WaitResult
from bothub_cli.sending.compose import OutgoingMessage, Overrides, compose, compose_drafts
from bothub_cli.workflows.send.media import MediaOptions, describe_media
from bothub_cli.workflows.send.send import send_messages

Orientation = Literal["vertical", "horizontal"]
Alignment = Literal["left", "right"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOptions:
    """What a card shows; sizes in bytes."""

    title: Annotated[str | None, typer.Option("--title", help="Up to 200 characters.")] = None
    description: Annotated[str | None, typer.Option("--description", help="Up to 2000 characters.")] = None
    orientation: Annotated[Orientation, typer.Option("--orientation", help="Media above or beside the text.")] = (
        "vertical"
    )
    image_alignment: Annotated[
        Alignment | None,
        typer.Option("--image-alignment", help="Side of the media in a horizontal card. [default: left]"),
    ] = None


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
        messages = _read_file(context, file, overrides, goes_on=sending.stream)
        return send_messages(context, messages, sending.choices())
    content = CardContent(
        media=describe_media(context, media),
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
    return send_messages(context, compose({"RCSMessage": message.to_payload()}, overrides), sending.choices())


def _alignment(orientation: Orientation, alignment: Alignment | None) -> str | None:
    """A horizontal card needs a side (RCC.07 3.6.10.4); one given for a vertical card is for the check to refuse."""
    if alignment is not None:
        return alignment.upper()
    return "LEFT" if orientation == "horizontal" else None


def _read_file(context: AppContext, file: Path, overrides: Overrides, *, goes_on: bool) -> Iterator[OutgoingMessage]:
    """Compose the messages of a file; a card alone, as GSMA's schema writes it, is wrapped into its message."""
    from bothub_cli.authoring.draft import wrap_card
    from bothub_cli.authoring.reader import read_messages

    drafts = read_messages(context.stdin.open("FILE") if str(file) == "-" else file, goes_on=goes_on)
    return compose_drafts((wrap_card(draft) for draft in drafts), overrides)
