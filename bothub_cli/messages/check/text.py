"""Looks once at every value of a message: the size of the whole, its depth, and what no text should hold."""

import re
from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import Any

from bothub_cli.messages.check import rules
from bothub_cli.messages.check.report import BOTHUB, JSON, RCC07, UNICODE, Findings
from bothub_cli.messages.check.show import pointer_to, shorten, show
from bothub_cli.messages.limits import DEPTH_MAX, INTEGER_BITS_MAX, PAYLOAD_MAX, TEXT_READ_MAX

# As text: the re module compiles and keeps them when a text first holds such a thing, which hardly any does.
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"  # all but tab, line feed, carriage return
_SURROGATE = r"[\ud800-\udfff]"
_BIDI_OPENING = r"[\u202a\u202b\u2066-\u2068]"
_BIDI_CLOSING = r"[\u202c\u2069]"
_BIDI_OVERRIDE = r"[\u202d\u202e]"
_PLACEHOLDER = r"\{\{[^{}]{0,200}\}\}"

# A value on the way to be looked at: its level, and the steps that lead to it, from the last to the first.
_Path = tuple[Any, Any] | None  # Any: (path of the parent, key); a recursive alias says no more
_Entry = tuple[object, int, _Path]
_PLAIN_VALUES_MAX = 1000
_PLAIN_INTEGER = 10**9
_CONTAINERS = (dict, list, tuple, Mapping)  # the plain ones first: asking for a Mapping is slower


def check_values(findings: Findings, payload: object) -> None:
    """Report what is wrong with values wherever they stand: too much, too deep, characters that no text should hold."""
    if not is_plain(payload):
        walk(findings, payload)


def is_plain(payload: object) -> bool:
    """Tell quickly that the walk would find nothing: what prints in ASCII, small numbers, nothing large, few levels."""
    texts: list[str] = []
    level: list[Any] = [payload]
    count = 0
    for _ in range(DEPTH_MAX):
        count += len(level)
        if count > _PLAIN_VALUES_MAX:
            return False
        below: list[Any] = []
        for value in level:
            kind = type(value)
            if kind is str:
                texts.append(value)
            elif kind is dict and len(value) <= _PLAIN_VALUES_MAX:
                texts += value
                below += value.values()
            elif kind is list and len(value) <= _PLAIN_VALUES_MAX:
                below += value
            elif not (value is None or kind is bool or (kind is int and -_PLAIN_INTEGER < value < _PLAIN_INTEGER)):
                return False
        if not below:
            return _are_plain(texts, count)
        level = below
    return False


def _are_plain(texts: list[Any], count: int) -> bool:
    length = 0
    for text in texts:
        if type(text) is not str:  # a member's name of another type
            return False
        length += len(text)
    # A text takes at most two bytes a character, and no plain value more than sixteen around them.
    if 2 * length + 32 * count > PAYLOAD_MAX:
        return False
    joined = "".join(texts)
    return joined.isascii() and joined.isprintable() and "{{" not in joined


def walk(findings: Findings, payload: object) -> None:
    """Look at all values one by one, without recursion, and stop as soon as the whole is too large."""
    size = 0
    waiting: list[_Entry] = [(payload, 1, None)]
    while waiting:
        value, level, path = waiting.pop()
        if isinstance(value, str):
            size += _text_size(value)
            text = value if len(value) <= PAYLOAD_MAX else value[:TEXT_READ_MAX]
            if not text.isprintable() or "{{" in text or "\ufffd" in text:
                _check_characters(findings, text, path)
        elif isinstance(value, _CONTAINERS):
            size += 2
            if size + len(value) <= PAYLOAD_MAX:  # the elements alone may be too many to look at
                size += _open(findings, value, (level, path), waiting)
            else:
                size += len(value)
        else:
            size += _check_scalar(findings, value, path)
        if size > PAYLOAD_MAX:
            _report_size(findings)
            return


def _open(findings: Findings, value: Any, place: tuple[int, _Path], waiting: list[_Entry]) -> int:
    level, path = place
    if level > DEPTH_MAX:
        findings.report(
            rules.PAYLOAD_DEPTH,
            _pointer(path),
            "objects and lists are nested too deep",
            limit=f"{DEPTH_MAX} levels",
            source=BOTHUB,
        )
        return 0
    if isinstance(value, Mapping):
        entries: list[_Entry] = [(member, level + 1, (path, name)) for name, member in value.items()]
        size = sum([_name_size(findings, name, path) for name in value])  # with its colon
    else:
        entries = [(element, level + 1, (path, index)) for index, element in enumerate(value)]
        size = 0
    entries.reverse()  # the last one waiting is looked at first
    waiting.extend(entries)
    return size + max(len(entries) - 1, 0)  # the commas


def _name_size(findings: Findings, name: object, path: _Path) -> int:
    if isinstance(name, str) and name.isprintable():
        return _text_size(name) + 1
    findings.report(
        rules.MEMBER_NAME,
        _pointer((path, name)),
        "a member's name must be a string of visible characters",
        actual=show(name),
        source=JSON,
    )
    return 2


def _text_size(text: str) -> int:
    """Return the bytes of a JSON string; of a very long one, at least so many."""
    if len(text) > PAYLOAD_MAX:
        return len(text)
    written = encode_basestring(text)
    return len(written) if written.isascii() else len(written.encode("utf-8", "surrogatepass"))


def _check_scalar(findings: Findings, value: object, path: _Path) -> int:
    match value:
        case None | True:
            return 4
        case False:
            return 5
        case int():
            if value.bit_length() > INTEGER_BITS_MAX:
                _report_number(findings, value, path)
                return value.bit_length() // 4
            return len(str(value))
        case float():
            if value - value != 0:  # infinite, or not a number
                _report_number(findings, value, path)
            return len(repr(value))
        case _:
            findings.report(
                rules.PAYLOAD_VALUE,
                _pointer(path),
                f"JSON has no {type(value).__name__}",
                source=JSON,
                fix="put it in quotes",
            )
            return 2


def _report_number(findings: Findings, value: object, path: _Path) -> None:
    findings.report(
        rules.PAYLOAD_NUMBER,
        _pointer(path),
        "not a number that JSON readers take",
        limit=f"finite, at most {INTEGER_BITS_MAX} bits",
        actual=show(value),
        source=JSON,
    )


def _report_size(findings: Findings) -> None:
    findings.report(
        rules.PAYLOAD_SIZE,
        "",
        "the whole message is too large",
        limit=f"{PAYLOAD_MAX} bytes of JSON (250 KB)",
        actual=f"more than {PAYLOAD_MAX} bytes",
        source=RCC07,
        fix="shorten texts, or put content behind a URL",
    )


def _check_characters(findings: Findings, text: str, path: _Path) -> None:
    pointer = _pointer(path)
    if found := re.search(_PLACEHOLDER, text):
        findings.report(
            rules.TEXT_PLACEHOLDER,
            pointer,
            "a placeholder was not filled",
            actual=shorten(found[0]),
            source=BOTHUB,
            fix="fill it, or send the message through a campaign with that column",
        )
    if found := re.search(_SURROGATE, text):
        findings.report(
            rules.TEXT_SURROGATE,
            pointer,
            "half of a UTF-16 pair stands alone, which UTF-8 cannot write",
            actual=f"U+{ord(found[0]):04X} at character {found.start()}",
            source=UNICODE,
            fix="write the whole emoji",
        )
    if found := re.search(_CONTROL, text):
        findings.report(
            rules.TEXT_CONTROL,
            pointer,
            "a control character, which no phone shows",
            actual=f"U+{ord(found[0]):04X} at character {found.start()}",
            source=UNICODE,
            fix="remove it",
        )
    _check_direction(findings, text, pointer)
    if "\ufffd" in text:
        findings.report(
            rules.TEXT_GARBLED,
            pointer,
            "U+FFFD stands for a character that was lost when the text was decoded",
            source=UNICODE,
            fix="read the source in its own encoding",
        )


def _check_direction(findings: Findings, text: str, pointer: str) -> None:
    override = re.search(_BIDI_OVERRIDE, text)
    unclosed = len(re.findall(_BIDI_OPENING, text)) > len(re.findall(_BIDI_CLOSING, text))
    if override or unclosed:
        findings.report(
            rules.TEXT_BIDI,
            pointer,
            "text direction is overridden: it can be shown in another order than it is stored"
            if override
            else "a change of text direction is opened and not closed",
            actual=f"U+{ord(override[0]):04X} at character {override.start()}" if override else None,
            source=UNICODE,
            fix="remove it: phones find the direction of Arabic and Hebrew by themselves",
        )


def _pointer(path: _Path) -> str:
    keys: list[Any] = []
    while path is not None:
        path, key = path
        keys.append(key)
    pointer = ""
    for key in reversed(keys):
        pointer = pointer_to(pointer, key)
    return pointer
