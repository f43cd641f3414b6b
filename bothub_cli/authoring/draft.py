"""A message as it was read, and where each part of it stands in the file."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bothub_cli.errors import InputRefusedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a message begins: the source's name, its line from 1, its index among the messages from 0."""

    source: str
    line: int
    index: int

    def __str__(self) -> str:
        return f"{self.source}, line {self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDraft:
    """One message, unchecked: any JSON value, with the place it came from.

    ``refusal`` says why there is none in this place; the payload is None then, and the reading went on after it.
    ``find_line`` (use ``locate``) holds the message's bytes, so a draft costs about twice its payload.
    """

    payload: object
    location: Location
    find_line: Callable[[str], int | None] = field(repr=False, compare=False)
    refusal: InputRefusedError | None = None


def locate(draft: MessageDraft, pointer: str) -> int | None:
    """Return the line (from 1) of the member that an RFC 6901 pointer names, or of its nearest existing parent."""
    while pointer:
        line = draft.find_line(pointer)
        if line is not None:
            return line
        pointer = pointer.rpartition("/")[0]
    return draft.location.line


def child_pointer(pointer: str, step: str | int) -> str:
    """Return the RFC 6901 pointer of a member or an item."""
    return f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}"
