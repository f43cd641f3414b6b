"""The argument that names a message which was sent or received."""

from typing import Annotated

import typer

from bothub_cli.errors import UsageError

MessageId = Annotated[str, typer.Argument(metavar="MSGID", help="BotHub's msgId, as send and the webhook tell it.")]


def read_message_id(written: str) -> str:
    """Return the ID without the spaces that copying leaves around it. Raises UsageError for none."""
    if not written.strip():
        raise UsageError(problem="the msgId is empty", fix="bothub send --json tells the message_id")
    return written.strip()
