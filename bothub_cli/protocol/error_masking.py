"""Masks what a server's error repeats of our request: the numbers of people, and what was written to them."""

import re
from collections.abc import Iterator

from bothub_cli.errors import BothubError
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.redaction import is_open_member, mask_number
from bothub_cli.strict_json import parse_json

_SHORTEST = 4  # characters; shorter texts are words like "Yes", which a server's own sentence has as well
_SHORTEST_PREFIX = 12  # characters of a long text that a server has cut
_NUMBER_IN_ADDRESS = r"(?:\+|%2B)(\d{7,15})"
_DIGITS_TOLD = 9  # the last digits of a number, which its national form has too


def mask_quotes(text: str, request: HttpRequest) -> str:
    """Return a server's words without the numbers and texts of the request that they answer."""
    for value in sorted(_find_content(request), key=len, reverse=True):
        text = _mask_number(text, value) if _is_number(value) else _mask_text(text, " ".join(value.split()))
    return text


def mask_error_quotes(error: BothubError, request: HttpRequest) -> None:
    """Mask in an error what the server's words repeat of the request that they answer."""
    for name in ("reason", "cause"):
        if isinstance(said := getattr(error, name, None), str) and said:
            setattr(error, name, mask_quotes(said, request))


def _find_content(request: HttpRequest) -> Iterator[str]:
    for digits in re.findall(_NUMBER_IN_ADDRESS, request.url, re.IGNORECASE):
        yield f"+{digits}"
    if request.body:
        try:
            yield from _find_texts(parse_json(request.body.decode()))
        except ValueError:
            return


def _find_texts(value: object, member: str = "") -> Iterator[str]:
    match value:
        case dict():
            for name, item in value.items():
                yield from _find_texts(item, name)
        case list():
            for item in value:
                yield from _find_texts(item, member)
        case str() if len(value) >= _SHORTEST and not is_open_member(member):
            yield value


def _is_number(value: str) -> bool:
    return re.fullmatch(r"\+?\d{7,15}", value, re.ASCII) is not None


def _mask_number(text: str, number: str) -> str:
    digits = number.lstrip("+")

    def mask(found: re.Match[str]) -> str:
        said = re.sub(r"\D", "", found[0])
        return mask_number(number) if said.endswith(digits[-_DIGITS_TOLD:]) else found[0]

    return re.sub(r"(?a)\+?\d(?:[ .()-]{0,2}\d){6,16}", mask, text)


def _mask_text(text: str, value: str) -> str:
    mask = f"({len(value)}-characters)"
    found = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", mask, text)
    if found != text or len(value) <= _SHORTEST_PREFIX:
        return found
    start = text.find(value[:_SHORTEST_PREFIX])
    if start < 0:
        return text
    length = next((at for at in range(len(value)) if text[start + at : start + at + 1] != value[at]), len(value))
    return f"{text[:start]}{mask}{text[start + length :]}"
