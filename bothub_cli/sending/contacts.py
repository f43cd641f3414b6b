"""Reads the numbers and chatIds that a message goes to."""

from collections.abc import Sequence

from bothub_cli.errors import InputRefusedError
from bothub_cli.messages import ChatId, MessageContact, UserContact
from bothub_cli.phone_numbers import normalise


def read_contacts(
    *, numbers: Sequence[str], chat_ids: Sequence[str], region: str | None = None, option: str = "--to"
) -> tuple[MessageContact, ...]:
    """Return one contact for each person who is named, numbers as E.164; who is named twice gets one.

    ``region`` is the country of numbers without a +. Raises InputRefusedError that names all that are no numbers.
    """
    users = _read_numbers(numbers, region=region, option=option)
    return tuple(dict.fromkeys([*users, *(ChatId(value=chat_id) for chat_id in chat_ids)]))


def _read_numbers(numbers: Sequence[str], *, region: str | None, option: str) -> list[UserContact]:
    users, refused = [], []
    for place, number in enumerate(numbers, start=1):
        # which one it was, without quoting it: a number in an error would stay in logs
        where = option if len(numbers) == 1 else f"{option}, number {place} of {len(numbers)}"
        try:
            users.append(UserContact(number=normalise(number, region=region, where=where)))
        except InputRefusedError as error:
            refused.append(error)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise InputRefusedError(problem="; ".join(error.message for error in refused), fix=refused[0].fix)
    return users
