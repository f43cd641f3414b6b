"""Says in a line what a message of the sandbox is: for lists, and for what a user did."""

from bothub_cli.display_text import cut, show_on_one_line
from bothub_cli.messages.model.summary import words_of
from bothub_cli.sandbox.state.message_log import SandboxMessage

SUMMARY_MAX = 140  # characters: what a row of a list shows


def summarise_message(message: SandboxMessage) -> str:
    """Return the message in one line, with hidden signs made visible."""
    return cut(show_on_one_line(words_of(message.payload)[: 4 * SUMMARY_MAX]), SUMMARY_MAX)
