"""``bothub sandbox act``: lets the user of a phone in a running sandbox do something."""

from typing import Annotated, Literal

import typer

from bothub_cli.authoring.place_flags import read_location
from bothub_cli.cli.command import command
from bothub_cli.commands.sandbox.options import SANDBOX, AccessTokenFile, open_sandbox, read_phone
from bothub_cli.context import AppContext
from bothub_cli.output.documents.sandbox import InboxMessage, SandboxDeed
from bothub_cli.sandbox.remote import quote_part

ActionName = Literal["tap", "text", "typing", "location", "file", "start", "stop", "alias"]


@command(
    help="Let the user of a phone do something; the bot's webhook gets the event of the real network.\n"
    "tap a button (--label), write a text (--text), be typing, share a location (--place), send a file (--url),\n"
    "say STOP (stop), start the chat or, after a STOP, subscribe again (start), or hide the number (alias).",
    examples=(
        "bothub sandbox act +33612345678 tap --label Yes",
        "bothub sandbox act +33612345678 text --text 'Where are you?'",
        "bothub sandbox act +33612345678 location --place '48.8566,2.3522,Paris'",
        "bothub sandbox act +33612345678 stop",
    ),
    shared=("bot_id", "region", *SANDBOX),
    answers=(SandboxDeed,),
)
def run(
    context: AppContext,
    *,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Whose phone.")],
    action: Annotated[
        ActionName, typer.Argument(metavar="DEED", help="tap, text, typing, location, file, start, stop or alias.")
    ],
    label: Annotated[
        str | None, typer.Option("--label", metavar="LABEL", help="tap: the button with this label.")
    ] = None,
    message_id: Annotated[
        str | None, typer.Option("--message-id", metavar="ID", help="tap: on this message; else the latest with one.")
    ] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="text: what the user writes.")] = None,
    place: Annotated[
        str | None, typer.Option("--place", metavar="LAT,LON[,LABEL]", help="location: where the user is.")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", metavar="URL", help="file: where it lies.")] = None,
    media_type: Annotated[str | None, typer.Option("--media-type", metavar="TYPE", help="file: image/jpeg, …")] = None,
    access_token_file: AccessTokenFile = None,
) -> None:
    phone = read_phone(context, number, where="NUMBER")
    sandbox = open_sandbox(context, access_token_file)
    told = {
        "action": action,
        "bot_id": context.options.bot_id,
        "label": label,
        "msg_id": message_id,
        "text": text,
        "url": url,
        "type": media_type,
        **_read_place(place),
    }
    given = {name: value for name, value in told.items() if value is not None}
    answer = sandbox.change(f"phones/{quote_part(phone)}/actions", given)
    message = InboxMessage.of(answer) if answer["msg_id"] is not None else None
    context.show(SandboxDeed(message=message, effect=answer["effect"]))


def _read_place(place: str | None) -> dict[str, object]:
    if place is None:
        return {}

    read = read_location(place, option="--place")
    return {"latitude": read.latitude, "longitude": read.longitude, "label": read.label}
