"""A whole message: what it says, how it travels, and to whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from bothub_cli.errors import InputRefusedError
from bothub_cli.field_check import check_fields
from bothub_cli.messages.model.contact import MessageContact, UserContact, contact_to_payload, read_contact
from bothub_cli.messages.model.content import Content, read_content
from bothub_cli.messages.model.suggestions import SuggestedChipList
from bothub_cli.messages.payload import JsonObject, Members, with_extra, without_absent
from bothub_cli.messages.vocabulary import is_bare


@dataclass(frozen=True, slots=True, kw_only=True)
class RcsMessage:
    """The ``RCSMessage`` of FNW.11: one content, chips under it, and how it travels."""

    content: Content
    """What it says, of one kind."""
    suggested_chip_list: SuggestedChipList | None = None
    """The chips under it."""
    traffic_type: str | None = None
    """An open word: "advertisement", "payment", … (RCC.07 v10 3.6.7.2)."""
    expiry: str | None = None
    """Until when it may be delivered, RFC 3339, kept exactly as written."""
    msg_id: str | None = None
    """The server's name for it; None before it is sent."""
    status: str | None = None
    """The server's word for where it is."""
    timestamp: str | None = None
    """The server's time, RFC 3339."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        chips = self.suggested_chip_list
        before = {
            "msgId": self.msg_id,
            "status": self.status,
            "timestamp": self.timestamp,
            "trafficType": self.traffic_type,
            "expiry": self.expiry,
        }
        after = {"suggestedChipList": chips.to_payload() if chips else None}
        return with_extra(without_absent(before | self.content.to_payload() | after), self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        members = Members(payload, pointer)
        return cls(
            content=read_content(members),
            suggested_chip_list=_read_chips(members),
            traffic_type=members.optional_text("trafficType"),
            expiry=members.optional_text("expiry"),
            msg_id=members.optional_text("msgId"),
            status=members.optional_text("status"),
            timestamp=members.optional_text("timestamp"),
            extra=members.rest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """The body of a send call."""

    rcs_message: RcsMessage
    """The message itself."""
    message_contact: MessageContact | None = None
    """To whom; None until somebody says (``with_contact``)."""
    msg_id: str | None = None
    """The user's message that this one answers."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        contact = contact_to_payload(self.message_contact) if self.message_contact else None
        known = {"RCSMessage": self.rcs_message.to_payload(), "messageContact": contact, "msgId": self.msg_id}
        return with_extra(without_absent(known), self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        """Read a full body, or an RCSMessage alone (then without a contact). Raises PayloadError."""
        if is_bare(payload):
            return cls(rcs_message=RcsMessage.from_payload(payload, pointer=pointer))
        members = Members(payload, pointer)
        return cls(
            rcs_message=RcsMessage.from_payload(members.take("RCSMessage"), pointer=members.at("RCSMessage")),
            message_contact=_take_contact(members),
            msg_id=members.optional_text("msgId"),
            extra=members.rest(),
        )

    def with_contact(self, contact: MessageContact | str | int) -> Self:
        """Return the same message to somebody else: a contact, or a number with its country's code."""
        match contact:
            case bool():
                raise InputRefusedError(problem="a contact is a phone number or a ChatId, not a bool")
            case str():
                contact = UserContact(number=contact)
            case int():
                contact = UserContact(number=f"+{contact}")
        return replace(self, message_contact=contact)


def _read_chips(members: Members) -> SuggestedChipList | None:
    if not members.has("suggestedChipList"):
        return None
    chips = members.take("suggestedChipList")
    return SuggestedChipList.from_payload(chips, pointer=members.at("suggestedChipList"))


def _take_contact(members: Members) -> MessageContact | None:
    if not members.has("messageContact"):
        return None
    return read_contact(members.take("messageContact"), pointer=members.at("messageContact"))
