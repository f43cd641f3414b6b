"""Reads the body of a webhook call as platforms send it: compressed, in another charset, in a form, several at once."""

import codecs
import re
import zlib
from dataclasses import dataclass, field
from email.message import Message
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl

from bothub_cli.messages.event.body import NotAnEventError, read_payload, split_array

FORM: Final = "application/x-www-form-urlencoded"
_UTF8: Final = (None, "utf-8", "UTF-8", "utf8")
FORM_FIELDS_MAX: Final = 100
ENCODINGS_MAX: Final = 4  # each is undone for the whole body
EVENTS_MAX: Final = 1_000  # of one body
_START: Final = re.compile(r"\s*[\[{]")
# They are text encodings of Python's, but no charset of the web, and some of them take long.
_NO_CHARSETS: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})


class ExpandedTooLargeError(Exception):
    """The body is larger than allowed once it is decompressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEvent:
    """One event of a body: its JSON object, and the text of it, in UTF-8."""

    payload: dict[str, object]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A part of a body that is no event, and why."""

    reason: str
    body: bytes = field(repr=False)


def decompress(body: bytes, content_encoding: str | None, *, limit: int) -> bytes:
    """Undo gzip and deflate, one after the other where both were applied (RFC 9110 8.4).

    Raises NotAnEventError for another encoding or a broken one, ExpandedTooLargeError beyond ``limit`` bytes.
    """
    encodings = [name.strip().lower() for name in (content_encoding or "").split(",") if name.strip()]
    if len(encodings) > ENCODINGS_MAX:
        raise NotAnEventError(f"of more than {ENCODINGS_MAX} Content-Encodings")
    for name in reversed(encodings):
        if name == "identity":
            continue
        if name not in ("gzip", "x-gzip", "deflate"):
            raise NotAnEventError(f"of a Content-Encoding that is not known: {name[:40]!r}")
        body = _inflate(body, name, limit)
    return body


def read_events(body: bytes, content_type: str | None) -> list[ReadEvent | Unread]:
    """Return the events of a body, each with its own text. Raises NotAnEventError when there is none to look for."""
    kind, charset = _read_type(content_type)
    if charset in _UTF8 and body[:1] == b"{":  # nearly every call: nothing to convert, nothing to take apart
        return [ReadEvent(payload=read_payload(body), body=body)]
    text = _decode(body, charset)
    if kind == FORM and not _START.match(text):
        text = _find_in_form(text)
    if not text.lstrip().startswith("["):
        whole = body if text.encode("utf-8", "surrogatepass") == body else text.encode("utf-8", "surrogatepass")
        return [ReadEvent(payload=read_payload(whole), body=whole)]
    parts = [part.encode("utf-8", "surrogatepass") for part in split_array(text, longest=EVENTS_MAX)]
    if not parts:
        raise NotAnEventError("an empty array")
    return [_read_part(part, place, len(parts)) for place, part in enumerate(parts, start=1)]


def _read_part(part: bytes, place: int, count: int) -> ReadEvent | Unread:
    try:
        return ReadEvent(payload=read_payload(part), body=part)
    except NotAnEventError as problem:
        return Unread(reason=f"{problem} (part {place} of {count})", body=part)


def _inflate(body: bytes, name: str, limit: int) -> bytes:
    # "deflate" is zlib's format (RFC 9110 8.4.1.2), and some senders leave its two bytes out.
    windows = (zlib.MAX_WBITS | 16,) if name != "deflate" else (zlib.MAX_WBITS, -zlib.MAX_WBITS)
    for window in windows:
        reader = zlib.decompressobj(window)
        try:
            whole = reader.decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(whole) > limit:
            raise ExpandedTooLargeError
        if reader.eof:
            return whole
    raise NotAnEventError(f"not {name}, though its Content-Encoding says so")


@lru_cache(maxsize=64)
def _read_type(content_type: str | None) -> tuple[str, str | None]:
    message = Message()
    message["content-type"] = " ".join((content_type or "application/json").split())
    charset = message.get_param("charset")
    return message.get_content_type(), charset if isinstance(charset, str) and charset else None


def _decode(body: bytes, charset: str | None) -> str:
    """Return the text: as its mark says, in UTF-8 where it can be (RFC 8259 8.1), else as the header says."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decode_as(body, "utf-16")
    if charset is None or not _is_known(charset) or not codecs.lookup(charset).name.startswith(("utf-16", "utf-32")):
        try:
            return body.decode("utf-8-sig")
        except UnicodeDecodeError:
            if charset is None:
                raise NotAnEventError("not UTF-8") from None
    return _decode_as(body, charset)


def _decode_as(body: bytes, charset: str) -> str:
    if not _is_known(charset):
        raise NotAnEventError(f"of a charset that is not known: {charset[:40]!r}")
    try:
        return body.decode(charset)
    except (UnicodeError, LookupError) as problem:  # LookupError: a codec that makes no text
        raise NotAnEventError(f"not {charset[:40]}, though its Content-Type says so") from problem


def _is_known(charset: str) -> bool:
    try:
        return charset.isascii() and codecs.lookup(charset).name.replace("_", "-") not in _NO_CHARSETS
    except (LookupError, ValueError):  # ValueError: a name with a NUL
        return False


def _find_in_form(text: str) -> str:
    """Return the JSON in a form: the value of whichever field, or a name without one."""
    try:
        fields = parse_qsl(text.strip(), keep_blank_values=True, max_num_fields=FORM_FIELDS_MAX)
    except ValueError as problem:
        raise NotAnEventError(f"a form of more than {FORM_FIELDS_MAX} fields") from problem
    found = next((said for field in fields for said in reversed(field) if _START.match(said)), None)
    if found is None:
        raise NotAnEventError("a form without JSON in it")
    return found
