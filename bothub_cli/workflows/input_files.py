"""Reads the messages that a command is given as a file or on standard input, as people write them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bothub_cli.context import AppContext

if TYPE_CHECKING:
    from bothub_cli.authoring.draft import MessageDraft


def read_drafts(context: AppContext, file: Path) -> "Iterator[MessageDraft]":
    """Yield the messages of FILE, or of standard input for ``-``; a card alone is put into its message.

    Raises InputRefusedError while iterating.
    """
    from bothub_cli.authoring.draft import wrap_card
    from bothub_cli.authoring.reader import read_messages

    source = context.stdin.open("FILE") if str(file) == "-" else file
    return (wrap_card(draft) for draft in read_messages(source))
