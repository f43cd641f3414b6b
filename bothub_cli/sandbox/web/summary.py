"""Says in a line what a message of the sandbox is: for lists, and for what a user did."""

from bothub_cli.display_text import show_on_one_line
from bothub_cli.messages.model import summary
from bothub_cli.sandbox.state.message_log import SandboxMessage

SUMMARY_MAX = 140  # characters: what a row of a list shows


def kind_of(message: SandboxMessage) -> str:
    """Return what the message is: text, card, file, sound, place, typing, tap, alias, phone facts."""
    return summary.kind_of(message.payload)


def summarise_message(message: SandboxMessage) -> str:
    """Return the message in one line, with hidden signs made visible."""
    shown = show_on_one_line(summary.words_of(message.payload)[: 4 * SUMMARY_MAX])
    return shown if len(shown) <= SUMMARY_MAX else shown[: SUMMARY_MAX - 1] + "…"
