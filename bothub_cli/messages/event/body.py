"""Reads a webhook body as JSON, and says in a few words what is wrong with one that is none."""

import re
from json import JSONDecoder
from typing import Final

from bothub_cli.strict_json import parse_json

DEPTH_MAX: Final = 100  # levels; FNW.11 needs eight, and Python's reader gives up near a thousand
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)  # possessive: a hostile body must not make it slow
_SPACE: Final = re.compile(r"[ \t\n\r]*")
_DECODER: Final = JSONDecoder()  # finds where a value ends, in a text that was read strictly before
_BRACKET: Final = re.compile(r"[\[\]{}]")


class NotAnEventError(Exception):
    """A body that cannot be an event; the message says why."""


def read_payload(body: bytes) -> dict[str, object]:
    """Return the JSON object in a body. Raises NotAnEventError."""
    payload = _parse(_decode(body))
    if not isinstance(payload, dict):
        raise NotAnEventError(f"JSON, but no object: a {type(payload).__name__}")
    return payload


def split_array(text: str, *, longest: int) -> list[str]:
    """Return the elements of a JSON array, each as it was written. Raises NotAnEventError, also for a longer one."""
    _parse(text)
    place = text.index("[") + 1
    parts: list[str] = []
    while text[place := _SPACE.match(text, place).end()] != "]":  # type: ignore[union-attr]  # it matches nothing, too
        if text[place] == ",":
            place = _SPACE.match(text, place + 1).end()  # type: ignore[union-attr]  # likewise
        _, end = _DECODER.raw_decode(text, place)
        parts.append(text[place:end])
        if len(parts) > longest:
            raise NotAnEventError(f"an array of more than {longest} events")
        place = end
    return parts


def _parse(text: str) -> object:
    if _measure_depth(text) > DEPTH_MAX:
        raise NotAnEventError(f"nested more than {DEPTH_MAX} levels deep")
    try:
        parsed: object = parse_json(text)
    except ValueError as problem:
        raise NotAnEventError(f"not JSON: {str(problem)[:100]}") from problem
    return parsed


def _decode(body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")  # RFC 8259 8.1: UTF-8; a byte order mark may be ignored
    except UnicodeDecodeError as problem:
        raise NotAnEventError("not UTF-8") from problem
    if not text.strip():
        raise NotAnEventError("empty")
    return text


def _measure_depth(text: str) -> int:
    """Return how deep a text nests at most; 0 when it holds too few brackets to matter."""
    if text.count("[") + text.count("{") <= DEPTH_MAX:
        return 0
    depth = deepest = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest
