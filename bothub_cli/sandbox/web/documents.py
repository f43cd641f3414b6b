"""The documents that the page reads: texts from outside stay texts, and only ``html`` holds markup, escaped."""

from collections.abc import Mapping
from typing import Any

from bothub_cli.display_text import cut, show_hidden, show_on_one_line
from bothub_cli.messages.model.summary import kind_of, words_of
from bothub_cli.preview.html.message import PictureOf
from bothub_cli.sandbox.control.documents import Document, message_details, message_facts, phone_document
from bothub_cli.sandbox.state.magic_numbers import meaning_of
from bothub_cli.sandbox.state.message_log import SandboxMessage
from bothub_cli.sandbox.state.phones import Phone
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.webhooks import WebhookDelivery
from bothub_cli.sandbox.web.copies import write_copies
from bothub_cli.sandbox.web.draw import Screen, draw_message, list_broken_files, list_losses

SUMMARY_MAX = 140  # characters: what a row of a list shows


def summary_document(message: SandboxMessage) -> Document:
    """A message as a row of a list."""
    return {**message_facts(message), "kind": kind_of(message.payload), "summary": _summarise(message)}


def _summarise(message: SandboxMessage) -> str:
    """Return the message in one line, with hidden signs made visible."""
    return cut(show_on_one_line(words_of(message.payload)[: 4 * SUMMARY_MAX]), SUMMARY_MAX)


def drawn_document(message: SandboxMessage, screen: Screen, *, picture_of: PictureOf | None = None) -> Document:
    """A message as the phone shows it; ``html`` is null for what the page writes itself, as ``text`` or summary."""
    drawn = {**summary_document(message), "html": draw_message(message, screen, picture_of=picture_of), "text": None}
    said = _read_words(message.payload) if message.direction == "to_bot" else None
    return drawn if said is None else {**drawn, "html": None, "text": show_hidden(said)}


def _read_words(event: Mapping[str, Any]) -> str | None:
    """Return what stands in the user's bubble: a text, or the label of a reply; a tapped action leaves nothing there.

    RCC.71 v2.2 pp. 176-184. The button that starts a chat is no part of the talk either.
    """
    rcs_message = event["RCSMessage"]
    if "textMessage" in rcs_message:
        return str(rcs_message["textMessage"])
    reply = rcs_message.get("suggestedResponse", {}).get("response", {}).get("reply")
    return None if reply is None or event["event"] == "newUser" else str(reply["displayText"])


def conversation_document(phone: Phone, last: SandboxMessage, *, count: int) -> Document:
    """A phone as a row of the list."""
    return {
        **phone_document(phone),
        "meaning": meaning(phone.number),
        "count": count,
        "last": summary_document(last),
    }


def inspected_document(
    message: SandboxMessage, deliveries: list[WebhookDelivery], screen: Screen, sandbox: Sandbox
) -> Document:
    """A message with its request, findings, losses, history, deliveries, and ways to send it again."""
    is_to_phone = message.direction == "to_phone"
    return {
        **message_details(message, deliveries, own_files=sandbox.settings.own_files),
        "kind": kind_of(message.payload),
        "summary": _summarise(message),
        "losses": [*list_broken_files(message, sandbox), *list_losses(message, screen)],
        "copies": write_copies(message, sandbox.settings) if is_to_phone else None,
    }


def meaning(number: str) -> str | None:
    """Return what a magic number stands for."""
    magic = meaning_of(number)
    return magic.meaning if magic else None
