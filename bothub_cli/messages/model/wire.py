"""Says which member of the wire a field stands for, and reads and writes the fields of a value by that alone.

A field is declared once, ``url: Annotated[str, Wire("url")]``: its value writes itself, reads itself, and the check
asks ``member_names`` which members an object may have.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar, get_args

from bothub_cli.messages.payload import JsonObject, Members

T = TypeVar("T")
_Reader = Callable[[Members, str], Any]  # Any: the value of whichever field is read


class Wire:
    """A field's member; ``within`` is the object that holds it; ``read`` and ``write`` serve what is no plain value."""

    __slots__ = ("name", "read", "within", "write")

    def __init__(
        self,
        name: str,
        *,
        within: str | None = None,
        read: _Reader | None = None,
        write: Callable[[Any], object] | None = None,
    ) -> None:
        self.name = name
        self.within = within
        self.read = read
        self.write = write


_READERS: dict[object, _Reader] = {
    str: Members.text,
    str | None: Members.optional_text,
    int: Members.integer,
    int | None: Members.optional_integer,
    float | None: Members.optional_number,
    Sequence[str]: Members.texts,
}


@dataclass(frozen=True, slots=True)
class _WireField:
    attribute: str
    wire: Wire
    read: _Reader


_known: dict[type, tuple[_WireField, ...]] = {}


def _wire_fields(kind: type) -> tuple[_WireField, ...]:
    if kind in _known:
        return _known[kind]
    found = []
    for each in fields(kind):
        plain, *marks = get_args(each.type) if hasattr(each.type, "__metadata__") else (each.type,)
        wire = next((mark for mark in marks if isinstance(mark, Wire)), None)
        if wire is not None:
            found.append(_WireField(each.name, wire, wire.read or _READERS[plain]))
    return _known.setdefault(kind, tuple(found))


def read_fields(kind: type, members: Members) -> JsonObject:
    """Take the members of all fields that have one, by the name of the field. Raises PayloadError."""
    groups = {
        name: members.nested(name) for name in dict.fromkeys(each.wire.within for each in _wire_fields(kind)) if name
    }
    return {
        each.attribute: each.read(groups[each.wire.within] if each.wire.within else members, each.wire.name)
        for each in _wire_fields(kind)
    }


def read_value(kind: Callable[..., T], value: object, pointer: str) -> T:
    """Read an object whose members are the fields of a kind, and whatever else it holds. Raises PayloadError."""
    members = Members(value, pointer)
    return kind(**read_fields(kind, members), extra=members.rest())  # type: ignore[arg-type]  # a class of fields


def write_fields(value: object) -> JsonObject:
    """Return the members of all fields that have one; what is absent, None or empty, is left out."""
    payload: JsonObject = {}
    for each in _wire_fields(type(value)):
        target = payload.setdefault(each.wire.within, {}) if each.wire.within else payload
        written = getattr(value, each.attribute)
        if written is None or written == ():
            continue
        if each.wire.write is not None:
            written = each.wire.write(written)
        target[each.wire.name] = list(written) if isinstance(written, tuple) else written
    return payload


def member_names(kind: type, *, within: str | None = None) -> frozenset[str]:
    """Return the members that an object of this kind may have, or those of the object ``within`` it."""
    every = _wire_fields(kind)
    inner = {each.wire.name for each in every if each.wire.within == within}
    return frozenset(inner | {each.wire.within for each in every if each.wire.within and within is None})
