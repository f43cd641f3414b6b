"""The content of most messages: a text. It stands alone, so that who sends one loads no cards."""

from typing import Self

from bothub_cli.field_check import check_fields
from bothub_cli.messages.payload import JsonObject, Members, PayloadError, json_type
from bothub_cli.record import record


@record
class TextMessage:
    """Plain text."""

    text: str
    """1–3,072 characters; phones fold more than 160 (Google)."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return {"textMessage": self.text}

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        return cls.from_member(Members(payload, pointer).take("textMessage"), f"{pointer}/textMessage")

    @classmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        """Read the value of the member ``textMessage``."""
        if not isinstance(value, str):
            raise PayloadError(pointer=pointer, problem=f"must be a string, not {json_type(value)}")
        return cls(text=value)
