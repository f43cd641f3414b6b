"""``bothub message read``: tells a user that the bot has read their message."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.dry_run import show_request
from bothub_cli.cli.shared_options import API
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.invocation.completion import complete_message_id
from bothub_cli.output.documents.message import MessageStateSet
from bothub_cli.output.documents.send import PlannedRequest
from bothub_cli.protocol.messaging import build_mark_read_request

MessageId = Annotated[
    str,
    typer.Argument(
        metavar="MSGID", autocompletion=complete_message_id, help="BotHub's msgId, as send and the webhook tell it."
    ),
]


def read_message_id(written: str) -> str:
    """Return the ID without the spaces that copying leaves around it. Raises UsageError for none."""
    if not written.strip():
        raise UsageError(problem="the msgId is empty", fix="bothub send --json tells the message_id")
    return written.strip()


@command(
    help="Tell a user that the bot has read a message of theirs; their phone shows it as read.",
    examples=("bothub message read MSGID",),
    shared=("dry_run", "curl", *API),
    answers=(MessageStateSet, PlannedRequest),
)
def run(context: AppContext, *, message_id: MessageId) -> None:
    name = read_message_id(message_id)
    if context.is_dry_run:
        show_request(
            context,
            lambda place: build_mark_read_request(place.base, bot_id=place.bot_id, tokens=place.tokens, msg_id=name),
        )
        return
    context.client().mark_read(name)
    context.show(MessageStateSet(message_id=name, status="displayed"))
