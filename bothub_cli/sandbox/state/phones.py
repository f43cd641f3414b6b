"""The phones that the sandbox knows: one per number that was ever spoken to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bothub_cli.phone_numbers import identify
from bothub_cli.sandbox.state.magic_numbers import PhoneBehaviour, meaning_of

System = Literal["android", "ios"]


@dataclass(slots=True, kw_only=True)
class Phone:
    """One handset; ``chat_id`` stands for its user where ``is_anonymous`` hides the number."""

    number: str
    system: System = "android"
    is_rcs: bool = True
    is_online: bool = True
    habit: PhoneBehaviour | None = None
    chat_id: str | None = None
    is_anonymous: bool = False
    has_stopped: bool = False

    def contact(self) -> dict[str, str]:
        """Return the ``messageContact`` by which a bot knows this user."""
        if self.is_anonymous and self.chat_id is not None:
            return {"chatId": self.chat_id}
        return {"userContact": self.number}


class PhoneBook:
    """Finds a phone by number or by chat id; a number that nobody used yet gets a phone when asked for."""

    def __init__(self) -> None:
        self._phones: dict[str, Phone] = {}

    def get(self, number: str) -> Phone:
        """Return the number's phone."""
        phone = self._phones.get(number)
        if phone is None:
            phone = self._phones[number] = _new_phone(number)
        return phone

    def put(self, phone: Phone) -> None:
        """Take in a phone as it is."""
        self._phones[phone.number] = phone

    def with_chat_id(self, chat_id: str) -> Phone | None:
        return next((phone for phone in self._phones.values() if phone.chat_id == chat_id), None)

    def __iter__(self) -> Iterator[Phone]:
        return iter(self._phones.values())

    def __len__(self) -> int:
        return len(self._phones)

    def clear(self) -> None:
        self._phones.clear()


def _new_phone(number: str) -> Phone:
    magic = meaning_of(number)
    habit = magic.habit if magic else None
    return Phone(
        number=number,
        system="ios" if habit is PhoneBehaviour.HAS_IPHONE else "android",
        is_rcs=habit is not PhoneBehaviour.HAS_NO_RCS,
        is_online=habit is not PhoneBehaviour.IS_OFFLINE,
        habit=habit,
    )


_E164 = re.compile(r"\+[1-9]\d{3,14}")  # ITU-T E.164: at most 15 digits


def phone_number(user_contact: str) -> str | None:
    """Return the E.164 number in a ``userContact``, however it is spelt; None when there is none."""
    number = identify(user_contact)
    return number if _E164.fullmatch(number) else None
