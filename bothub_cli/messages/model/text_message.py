"""The content of most messages: a text. It stands alone, so that who sends one loads no cards."""

from typing import ClassVar, Self

from bothub_cli.field_check import check_fields
from bothub_cli.messages.payload import JsonObject, MemberValue, PayloadError, json_type
from bothub_cli.record import record


@record
class TextMessage(MemberValue):
    """Plain text."""

    MEMBER: ClassVar[str] = "textMessage"

    text: str
    """1–3,072 characters; phones fold more than 160 (Google)."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return {self.MEMBER: self.text}

    @classmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        if not isinstance(value, str):
            raise PayloadError(pointer=pointer, problem=f"must be a string, not {json_type(value)}")
        return cls(text=value)
