"""``bothub typing``: shows a user that an answer is being written."""

from typing import Annotated

import typer

from bothub_cli.commands import message_options as options
from bothub_cli.commands.addressing import read_contacts
from bothub_cli.commands.command import command
from bothub_cli.commands.options import API
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.messages import contact_to_payload
from bothub_cli.output.documents.messages import TypingShown


@command(
    help="Show on a phone that an answer is being written, or hide it again. A message that follows hides it too.",
    examples=("bothub typing --to +33612345678", "bothub typing --to +33612345678 --off"),
    shared=("region", *API),
    answers=(TypingShown,),
)
def run(
    context: AppContext,
    *,
    to: options.ToOption = None,
    to_chat_id: options.ChatIdOption = None,
    off: Annotated[bool, typer.Option("--off", help="Hide it.")] = False,
) -> None:
    contacts = [contact_to_payload(one) for one in read_contacts(context, numbers=to or [], chat_ids=to_chat_id or [])]
    if not contacts:
        raise UsageError(problem="nobody to show it to: give --to or --to-chat-id", fix="bothub typing --help")
    client = context.client()
    for contact in contacts:
        client.set_typing(contact, active=not off)
    context.show(TypingShown(to=tuple(str(next(iter(contact.values()))) for contact in contacts), active=not off))
