"""Finds where each member of a JSON text stands; a slow second look, taken only when a place must be named."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from bothub_cli.messages.payload import child_pointer

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]|[^\s{}\[\]:,"]++', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A value: its RFC 6901 pointer, where it starts (its key, inside an object), and its first token."""

    pointer: str
    start: int
    token: str


@dataclass(slots=True)
class _Container:
    pointer: str
    is_object: bool
    index: int = 0
    key: str | None = None
    key_start: int = 0


def walk_members(text: str) -> Iterator[Member]:
    """Yield every value of a well-formed JSON text in the order of the text; duplicate keys come twice."""
    open_containers: list[_Container] = []
    for found in _TOKEN.finditer(text):
        token, start = found[0], found.start()
        inside = open_containers[-1] if open_containers else None
        match token[0]:
            case ":":
                continue
            case "," if inside:
                inside.index += 1
                inside.key = None
                continue
            case "}" | "]":
                open_containers.pop()
                continue
            case _ if inside and inside.is_object and inside.key is None:
                inside.key, inside.key_start = json.loads(token), start
                continue
        member = _describe(inside, token, start)
        yield member
        if token[0] in "{[":
            open_containers.append(_Container(member.pointer, is_object=token[0] == "{"))


def _describe(inside: _Container | None, token: str, start: int) -> Member:
    if inside is None:
        return Member(pointer="", start=start, token=token)
    if inside.is_object:
        return Member(pointer=child_pointer(inside.pointer, inside.key or ""), start=inside.key_start, token=token)
    return Member(pointer=child_pointer(inside.pointer, inside.index), start=start, token=token)


def make_line_finder(content: bytes, *, first_line: int) -> Callable[[str], int | None]:
    """Return a function from a pointer to its line, for well-formed UTF-8 JSON that begins in ``first_line``.

    The text is searched at the first question, and once.
    """

    @cache
    def find_lines() -> dict[str, int]:
        text = content.decode()
        lines: dict[str, int] = {}
        line, seen = first_line, 0
        for member in walk_members(text):
            line += text.count("\n", seen, member.start)
            seen = member.start
            lines[member.pointer] = line
        return lines

    return lambda pointer: find_lines().get(pointer)
