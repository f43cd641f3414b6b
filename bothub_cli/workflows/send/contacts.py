"""Reads the numbers and chatIds that a command is told to send to."""

from bothub_cli.context import AppContext
from bothub_cli.errors import InputRefusedError
from bothub_cli.messages import ChatId, MessageContact, UserContact


def read_contacts(context: AppContext, *, numbers: list[str], chat_ids: list[str]) -> tuple[MessageContact, ...]:
    """Return one contact for each, numbers as E.164. Raises InputRefusedError that names all that are no numbers."""
    users = _read_numbers(numbers, region=context.settings.region.value if numbers else None)
    contacts: tuple[MessageContact, ...] = (*users, *(ChatId(value=chat_id) for chat_id in chat_ids))
    different = tuple(dict.fromkeys(contacts))
    if len(different) < len(contacts):
        context.printer.warn("somebody is named twice: everybody gets one message")
    return different


def _read_numbers(numbers: list[str], *, region: str | None) -> list[UserContact]:
    from bothub_cli.phone_numbers import normalise

    users, refused = [], []
    for place, number in enumerate(numbers, start=1):
        try:
            users.append(UserContact(number=normalise(number, region=region, where=_name_place(place, numbers))))
        except InputRefusedError as error:
            refused.append(error)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise InputRefusedError(problem="; ".join(error.message for error in refused), fix=refused[0].fix)
    return users


def _name_place(place: int, numbers: list[str]) -> str:
    """Say which one it was without quoting it: a number in an error would stay in logs."""
    return "--to" if len(numbers) == 1 else f"--to, number {place} of {len(numbers)}"
