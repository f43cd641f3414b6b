"""Reads the numbers and chatIds that a command is told to send to."""

from bothub_cli.context import AppContext
from bothub_cli.messages import ChatId, MessageContact, UserContact


def read_contacts(context: AppContext, *, numbers: list[str], chat_ids: list[str]) -> tuple[MessageContact, ...]:
    """Return one contact for each, numbers as E.164. Raises InputRefusedError for what is no number."""
    from bothub_cli.phone_numbers import normalise

    region = context.settings.region.value if numbers else None
    users = [UserContact(number=normalise(number, region=region, where="--to")) for number in numbers]
    contacts: tuple[MessageContact, ...] = (*users, *(ChatId(value=chat_id) for chat_id in chat_ids))
    different = tuple(dict.fromkeys(contacts))
    if len(different) < len(contacts):
        context.printer.warn("somebody is named twice: everybody gets one message")
    return different
