"""Draws messages that are about to go out, for a person."""

from collections.abc import Mapping

from bothub_cli.messages import PayloadError, RcsMessage
from bothub_cli.output.blocks import Drawing, TextLine, Tone
from bothub_cli.preview.forecast.phones import ProfileName
from bothub_cli.preview.terminal.draw import render, render_text
from bothub_cli.sending.compose import OutgoingMessage


def picture_of(message: OutgoingMessage, phone: ProfileName) -> Drawing | TextLine:
    """Return the message as a phone will draw it, or a line that says why that cannot be told."""
    payload = message.payload if isinstance(message.payload, Mapping) else {}
    try:
        rcs_message = RcsMessage.from_payload(payload.get("RCSMessage"))
    except PayloadError as error:
        return TextLine(f"no picture: {error}", Tone.WARNING)
    return Drawing(
        lambda: render(rcs_message, phone),
        lambda width, encoding: render_text(rcs_message, phone, width=width, encoding=encoding),
    )
