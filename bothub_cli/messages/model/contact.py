"""Who receives a message: a number, or the token that stands for an anonymous user."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Self

from bothub_cli.field_check import check_fields
from bothub_cli.messages.payload import JsonObject, Members, PayloadError, with_extra
from bothub_cli.record import record


@record
class UserContact:
    """A user known by number (FNW.11, ``userContact``)."""

    number: str
    """E.164 with its "+", or a tel: or sip: URI."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return with_extra({"userContact": self.number}, self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        members = Members(payload, pointer)
        members.has("chatId")  # a null beside it stands for nobody
        return cls(number=members.text("userContact"), extra=members.rest())


@record
class ChatId:
    """A user who stays anonymous, known by a token (FNW.11, ``chatId``)."""

    value: str
    """The token, as an event brought it."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return with_extra({"chatId": self.value}, self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        members = Members(payload, pointer)
        members.has("userContact")
        return cls(value=members.text("chatId"), extra=members.rest())


MessageContact = UserContact | ChatId


def read_contact(payload: object, *, pointer: str = "") -> MessageContact:
    """Read a ``messageContact``: exactly one of userContact and chatId. Raises PayloadError."""
    members = Members(payload, pointer)
    match members.has("userContact"), members.has("chatId"):
        case True, False:
            return UserContact.from_payload(payload, pointer=pointer)
        case False, True:
            return ChatId.from_payload(payload, pointer=pointer)
        case _:
            raise PayloadError(pointer=pointer, problem="must have exactly one of userContact and chatId")


def contact_to_payload(contact: MessageContact) -> JsonObject:
    """Write a ``messageContact``."""
    return contact.to_payload()
