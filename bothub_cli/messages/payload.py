"""Reads one JSON object member by member, and remembers which members nobody asked for."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from bothub_cli.errors import InputRefusedError
from bothub_cli.record import record

JsonObject = dict[str, Any]  # Any: a JSON value; the readers below narrow it


@record(frozen=False, eq=False)
class PayloadError(InputRefusedError):
    """A payload has the wrong shape for the model."""

    code: ClassVar[str] = "message.malformed"

    pointer: str
    """The place, as an RFC 6901 pointer; "" is the whole."""

    @property
    def message(self) -> str:
        return f"{self.pointer or 'the message'}: {self.problem}"


def child_pointer(parent: str, key: str | int) -> str:
    """Return the RFC 6901 pointer of a member or an element below ``parent``."""
    return f"{parent}/{str(key).replace('~', '~0').replace('/', '~1')}"


def json_type(value: object) -> str:
    """Name a value's JSON type with its article, for people: "a string", "null"."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "a string"
        case int() | float():
            return "a number"
        case Mapping():
            return "an object"
        case list() | tuple():
            return "a list"
        case _:
            return f"a {type(value).__name__}, which JSON does not have"


def without_absent(members: Mapping[str, Any]) -> JsonObject:
    """Leave out the members that are None: on the wire, absent is not null."""
    return {name: value for name, value in members.items() if value is not None}


def with_extra(payload: JsonObject, extra: Mapping[str, Any]) -> JsonObject:
    """Put unknown members back where they were; a known member always wins over an extra of the same name."""
    for name, value in extra.items():
        known = payload.get(name)
        if isinstance(known, dict) and isinstance(value, Mapping):
            with_extra(known, value)
        elif name not in payload:
            payload[name] = value
    return payload


class Members:
    """The members of one JSON object, each taken once by name; ``rest`` returns what was never taken."""

    __slots__ = ("_left", "_nested", "members", "pointer")

    def __init__(self, payload: object, pointer: str) -> None:
        if not isinstance(payload, Mapping):
            raise PayloadError(pointer=pointer, problem=f"must be an object, not {json_type(payload)}")
        self.pointer = pointer
        self.members: Mapping[str, Any] = payload  # Any: JSON values, narrowed by the methods below
        self._left = dict.fromkeys(payload)
        self._nested: dict[str, Members] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.members

    def has(self, name: str) -> bool:
        """Tell whether a member is there and not null, which many programs write for what is absent."""
        if self.members.get(name) is not None:
            return True
        self._left.pop(name, None)
        return False

    def names(self) -> list[str]:
        """Return the names of all members, in their order."""
        return list(self.members)

    def at(self, name: str | int) -> str:
        """Return the pointer of a member."""
        return child_pointer(self.pointer, name)

    def take(self, name: str) -> object:
        """Take a member as it is; a missing one raises PayloadError."""
        if name not in self.members:
            raise PayloadError(pointer=self.pointer, problem=f"{name} is missing")
        self._left.pop(name, None)
        return self.members[name]

    def nested(self, name: str) -> "Members":
        """Take an object whose own unknown members count as this object's."""
        self._nested[name] = Members(self.take(name), self.at(name))
        return self._nested[name]

    def text(self, name: str) -> str:
        """Take a string."""
        value = self.take(name)
        if not isinstance(value, str):
            raise self._mistyped(name, value, "a string")
        return value

    def optional_text(self, name: str) -> str | None:
        """Take a string, or None when the member is absent."""
        return self.text(name) if self.has(name) else None

    def integer(self, name: str) -> int:
        """Take a whole number."""
        value = self.take(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._mistyped(name, value, "a whole number")
        return value

    def optional_integer(self, name: str) -> int | None:
        """Take a whole number, or None when the member is absent."""
        return self.integer(name) if self.has(name) else None

    def number(self, name: str) -> float:
        """Take a number."""
        value = self.take(name)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self._mistyped(name, value, "a number")
        return value

    def optional_number(self, name: str) -> float | None:
        """Take a number, or None when the member is absent."""
        return self.number(name) if self.has(name) else None

    def elements(self, name: str) -> list[tuple[str, object]]:
        """Take a list as (pointer, element) pairs; an absent member is an empty list."""
        if not self.has(name):
            return []
        value = self.take(name)
        if not isinstance(value, list | tuple):
            raise self._mistyped(name, value, "a list")
        return [(child_pointer(self.at(name), index), element) for index, element in enumerate(value)]

    def texts(self, name: str) -> tuple[str, ...]:
        """Take a list of strings; an absent member is an empty one."""
        words = []
        for pointer, element in self.elements(name):
            if not isinstance(element, str):
                raise PayloadError(pointer=pointer, problem=f"must be a string, not {json_type(element)}")
            words.append(element)
        return tuple(words)

    def rest(self) -> JsonObject:
        """Return the unknown members, those of nested objects inside an object of the same name."""
        unknown: JsonObject = {name: self.members[name] for name in self._left}
        for name, members in self._nested.items():
            if left := members.rest():
                unknown[name] = left
        return unknown

    def _mistyped(self, name: str, value: object, wanted: str) -> PayloadError:
        return PayloadError(pointer=self.at(name), problem=f"must be {wanted}, not {json_type(value)}")


class MemberValue(ABC):
    """A value that is one member of an object: ``MEMBER`` is its name on the wire."""

    __slots__ = ()

    MEMBER: ClassVar[str]

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        """Read the object that holds the member. Raises PayloadError."""
        return cls.from_member(Members(payload, pointer).take(cls.MEMBER), f"{pointer}/{cls.MEMBER}")

    @classmethod
    @abstractmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        """Read the member's own value."""
