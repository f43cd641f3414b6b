"""Judges the contents that are words alone: a text, and the sign that an answer is being written."""

from bothub_cli.messages.check import rules
from bothub_cli.messages.check.node import Node
from bothub_cli.messages.check.report import GOOGLE
from bothub_cli.messages.check.show import show, show_length
from bothub_cli.messages.limits import TEXT_ADVISED_MAX, TEXT_MAX


def check_text(rcs_message: Node) -> None:
    """Check ``textMessage``."""
    text = rcs_message.text("textMessage", maximum=TEXT_MAX)
    if text is not None and TEXT_ADVISED_MAX < len(text) <= TEXT_MAX:
        rcs_message.report(
            rules.TEXT_LONG,
            "textMessage",
            "longer than advised for plain text",
            limit=f"{TEXT_ADVISED_MAX} characters advised, {TEXT_MAX} at most",
            actual=show_length(text),
            source=GOOGLE,
            fix="shorten it, or send a card",
        )


def check_typing(rcs_message: Node) -> None:
    """Check ``isTyping``."""
    value = rcs_message.members.get("isTyping")
    if isinstance(value, bool):
        word = "active" if value else "idle"
        rcs_message.report(
            rules.MEMBER_TYPE,
            "isTyping",
            "isTyping is a word, not a boolean",
            actual=show(value),
            fix=f'write "{word}"',
        )
    else:
        rcs_message.word("isTyping", ("active", "idle"))
