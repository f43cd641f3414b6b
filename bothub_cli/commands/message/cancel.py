"""``bothub message cancel``: takes a message back that has not arrived."""

from typing import Annotated, Literal

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.dry_run import show_request
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.message.read import MessageId, read_message_id
from bothub_cli.context import AppContext
from bothub_cli.output.documents.message import MessageStateSet
from bothub_cli.output.documents.send import PlannedRequest
from bothub_cli.protocol.messaging import build_cancel_request

Spelling = Literal["cancelled", "canceled"]


@command(
    help="Take back a message that is not delivered yet. What the phone has, stays.",
    examples=("bothub message cancel MSGID",),
    shared=("dry_run", "curl", *API),
    answers=(MessageStateSet, PlannedRequest),
)
def run(
    context: AppContext,
    *,
    message_id: MessageId,
    spelling: Annotated[
        Spelling, typer.Option("--spelling", help="How the platform spells the status; Orange does not say.")
    ] = "cancelled",
) -> None:
    name = read_message_id(message_id)
    if context.is_dry_run:
        show_request(
            context,
            lambda place: build_cancel_request(
                place.base, bot_id=place.bot_id, tokens=place.tokens, msg_id=name, status=spelling
            ),
        )
        return
    context.client().cancel(name, status=spelling)
    context.show(MessageStateSet(message_id=name, status=spelling))
