"""The one way in which a reader refuses input: with the place and the change that helps."""

import math

from bothub_cli.display_text import printable
from bothub_cli.errors import InputRefusedError

DUPLICATE_FIX = "keep one of them: which one would count is anybody's guess"
LONE_SURROGATE = "half a surrogate pair, which is no character"
LONE_SURROGATE_FIX = r"write the character itself, or both \u halves"
NOT_UTF8_FIX = "save the file as UTF-8: iconv -f ISO-8859-1 -t UTF-8 FILE > NEW"
TOO_DEEP_FIX = "no RCS message needs a fifth of that"


def refusal(
    problem: str,
    *,
    line: int | None = None,
    column: int | None = None,
    pointer: str | None = None,
    fix: str | None = None,
) -> InputRefusedError:
    """Return the error for one place of the text, whose source its reader names; counted from 1, in characters."""
    parts = [f"line {line}" if line else "", f"column {column}" if column else "", printable(pointer or "")]
    return InputRefusedError(problem=problem, where=", ".join(filter(None, parts)), fix=fix)


MAX_MESSAGE_BYTES = 16 * 1024 * 1024  # bytes of one JSON message; JSON Lines and arrays hold any number of them
MAX_YAML_BYTES = 4 * 1024 * 1024  # bytes of a whole YAML file, which is read at once
MAX_DEPTH = 64  # nested objects and lists; RCC.07's deepest message has 12
MAX_INTEGER = 2**53 - 1  # what every JSON reader keeps exactly, RFC 7493 2.2


def has_lone_surrogate(text: str) -> bool:
    """Tell whether a text holds half a surrogate pair, which UTF-8 cannot write."""
    return any("\ud800" <= char <= "\udfff" for char in text)


def is_exact(number: str) -> bool:
    """Tell whether every JSON reader keeps this number: integers up to 2^53 - 1, finite floats."""
    if number.lstrip("-").isdecimal():
        return len(number) < 18 and abs(int(number)) <= MAX_INTEGER
    return math.isfinite(float(number))
