"""Says what is wrong with a JSON text in the words of the person who wrote it."""

import json
import re
from dataclasses import dataclass

from bothub_cli.authoring.json.positions import Member, walk_members
from bothub_cli.authoring.refusal import DUPLICATE_FIX, LONE_SURROGATE, LONE_SURROGATE_FIX, has_lone_surrogate, is_exact

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_WORD = re.compile(r"\w+")
_PYTHON_WORDS = {"True": "true", "False": "false", "None": "null"}


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonFault:
    """A problem at a position of the text (in characters, from 0)."""

    position: int
    problem: str
    fix: str | None = None
    pointer: str | None = None


def explain_syntax(text: str, error: json.JSONDecodeError) -> JsonFault:
    """Return what the parser stumbled over; ``error`` is what it raised for this very text."""
    position = min(error.pos, len(text))
    rest = text[position:]
    if error.msg.startswith("Unterminated string"):
        return JsonFault(position=position, problem="this text has no closing quote", fix='close it with "')
    if error.msg.startswith("Invalid control character"):
        return _raw_control(position, rest)
    if error.msg.startswith("Invalid"):
        return JsonFault(
            position=max(text.rfind("\\", 0, position + 1), 0),  # the parser names the letter after it for \u
            problem="a backslash with nothing that JSON knows after it",
            fix=r"write \\ for a backslash itself, \n for a line break, \u followed by four hexadecimal digits",
        )
    if not rest.strip():
        return JsonFault(
            position=position, problem="the JSON ends too early", fix="it may be cut off; close every { and ["
        )
    if (bracket := _after_trailing_comma(text, position)) is not None:
        return JsonFault(
            position=bracket, problem="a comma with nothing after it", fix="remove it: JSON has no trailing ones"
        )
    return _explain_character(position, rest, error)


def _raw_control(position: int, rest: str) -> JsonFault:
    if rest[:1] in "\r\n":
        return JsonFault(
            position=position, problem="a line break inside a text", fix=r"write \n, or close the quote before it"
        )
    return JsonFault(
        position=position,
        problem=f"the control character U+{ord(rest[0]):04X} inside a text",
        fix=r"remove it; a tab is \t",
    )


def _after_trailing_comma(text: str, position: int) -> int | None:
    """Return where the bracket behind a last comma stands; Python names the comma from 3.13 on, before the bracket."""
    bracket = position + 1 if text[position] == "," else position
    bracket += len(text[bracket:]) - len(text[bracket:].lstrip())
    is_closing = text[bracket : bracket + 1] in ("}", "]")
    return bracket if is_closing and text[:bracket].rstrip().endswith(",") else None


def _explain_character(position: int, rest: str, error: json.JSONDecodeError) -> JsonFault:
    word = found[0] if (found := _WORD.match(rest)) else ""
    match rest[0]:
        case "'":
            problem, fix = "a single quote where JSON wants a double one", 'write "…" around texts and keys'
        case "“" | "”" | "„" | "«" | "‘" | "’":
            problem, fix = "a typographic quote where JSON wants a straight one", 'write "…" around texts and keys'
        case "/" | "#":
            problem, fix = "a comment, which JSON does not have", "remove it, or write the message as YAML"
        case "+":
            problem, fix = "a + outside quotes", 'write a phone number as a text: "+33…"'
        case _ if word in _PYTHON_WORDS:
            problem, fix = f"{word} is Python, not JSON", f"write {_PYTHON_WORDS[word]}"
        case _ if error.msg.startswith("Expecting property name"):
            problem, fix = "a key without double quotes", 'write "key": value'
        case _ if error.msg.startswith("Expecting ',' delimiter"):
            problem, fix = "a comma is missing before this", "commas stand between members, and between items"
        case _ if error.msg.startswith("Expecting ':' delimiter"):
            problem, fix = "a colon is missing after the key", 'write "key": value'
        case _:
            problem, fix = f"no JSON value begins with {_name(rest[0])}", "write texts in double quotes"
    return JsonFault(position=position, problem=problem, fix=fix)


def _name(char: str) -> str:
    return char if char.isprintable() and char.isascii() else f"the character U+{ord(char):04X}"


def find_forbidden(text: str) -> JsonFault | None:
    """Return the first thing in a well-formed JSON text that is legal for Python's parser and not for this reader."""
    seen: set[str] = set()
    for member in walk_members(text):
        fault = _judge(member, is_duplicate=member.pointer in seen)
        if fault is not None:
            return fault
        seen.add(member.pointer)
    return None


def _judge(member: Member, *, is_duplicate: bool) -> JsonFault | None:
    if is_duplicate:
        problem, fix = "this key is there twice", DUPLICATE_FIX
    elif has_lone_surrogate(member.pointer) or (
        member.token[0] == '"' and has_lone_surrogate(json.loads(member.token))
    ):
        problem, fix = LONE_SURROGATE, LONE_SURROGATE_FIX
    elif member.token in ("NaN", "Infinity", "-Infinity"):
        problem, fix = f"{member.token} is no JSON number", "write a number, or leave the member out"
    elif _NUMBER.fullmatch(member.token) and not is_exact(member.token):
        problem, fix = "a number too large to be kept exactly", "write it in quotes if it is an id"
    else:
        return None
    return JsonFault(position=member.start, problem=problem, fix=fix, pointer=member.pointer)
