"""Who receives a message: a number, or the token that stands for an anonymous user."""

from dataclasses import dataclass
from typing import Self

from bothub_cli.messages.payload import JsonObject, Members, PayloadError


@dataclass(frozen=True, slots=True, kw_only=True)
class UserContact:
    """A user known by number: E.164 with its "+", or a tel: or sip: URI (FNW.11, ``userContact``)."""

    number: str

    def to_payload(self) -> JsonObject:
        return {"userContact": self.number}

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        return cls(number=Members(payload, pointer).text("userContact"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatId:
    """A user who stays anonymous, known by a token (FNW.11, ``chatId``)."""

    value: str

    def to_payload(self) -> JsonObject:
        return {"chatId": self.value}

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        return cls(value=Members(payload, pointer).text("chatId"))


MessageContact = UserContact | ChatId


def read_contact(payload: object, *, pointer: str = "") -> MessageContact:
    """Read a ``messageContact``: exactly one of userContact and chatId. Raises PayloadError."""
    members = Members(payload, pointer)
    match "userContact" in members, "chatId" in members:
        case True, False:
            return UserContact(number=members.text("userContact"))
        case False, True:
            return ChatId(value=members.text("chatId"))
        case _:
            raise PayloadError(pointer=pointer, problem="must have exactly one of userContact and chatId")


def contact_to_payload(contact: MessageContact) -> JsonObject:
    """Write a ``messageContact``."""
    return contact.to_payload()
