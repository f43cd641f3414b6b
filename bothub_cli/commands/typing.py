"""``bothub typing``: shows a user that an answer is being written."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.dry_run import RequestTarget, show_requests
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.send import options
from bothub_cli.commands.send.options import find_contacts
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.messages import contact_to_payload
from bothub_cli.output.documents.message import TypingShown
from bothub_cli.output.documents.send import PlannedRequest
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.protocol.messaging import build_typing_request


@command(
    help="Show on a phone that an answer is being written, or hide it again. A message that follows hides it too.",
    examples=("bothub typing --to +33612345678", "bothub typing --to +33612345678 --off"),
    shared=("region", "dry_run", "curl", *API),
    answers=(TypingShown, PlannedRequest),
)
def run(
    context: AppContext,
    *,
    to: options.ToOption = None,
    to_chat_id: options.ChatIdOption = None,
    off: Annotated[bool, typer.Option("--off", help="Hide it.")] = False,
) -> None:
    contacts = [contact_to_payload(one) for one in find_contacts(context, numbers=to or [], chat_ids=to_chat_id or [])]
    if not contacts:
        raise UsageError(problem="nobody to show it to: give --to or --to-chat-id", fix="bothub typing --help")
    if context.is_dry_run:
        _show_dry_run(context, contacts, active=not off)
        return
    client = context.client()
    for contact in contacts:
        client.set_typing(contact, active=not off)
    context.show(TypingShown(to=tuple(str(next(iter(contact.values()))) for contact in contacts), active=not off))


def _show_dry_run(context: AppContext, contacts: Sequence[Mapping[str, object]], *, active: bool) -> None:
    def build(contact: Mapping[str, object], place: RequestTarget) -> HttpRequest:
        return build_typing_request(
            place.base, bot_id=place.bot_id, tokens=place.tokens, message_contact=contact, active=active
        )

    show_requests(context, [partial(build, contact) for contact in contacts])
