"""Reads the error bodies that BotHub, Orange's gateway and what stands between them are known to send."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bothub_cli.protocol.excerpt import to_excerpt
from bothub_cli.protocol.http import HttpResponse
from bothub_cli.protocol.wire import read_json_object

Dialect = Literal["orange", "fnw11", "oauth", "google", "text", "html", "empty"]

_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")  # it ends up in a command that people paste
_HTML = re.compile(r"<!doctype html|<html|<head|<body|<title", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
_LOOKED_AT = 20_000  # bytes of a body that is not JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorAnswer:
    """What an error answer says: all of it bounded, on one line, without secrets or control characters."""

    code: str | None = None
    text: str = ""
    description: str = ""
    dialect: Dialect

    @property
    def sentence(self) -> str:
        """The text, and what the description adds to it."""
        if not self.description or self.description.casefold() == self.text.casefold():
            return self.text
        return f"{self.text}: {self.description}" if self.text else self.description


def read_fault(response: HttpResponse) -> ErrorAnswer:
    """Read an error answer, whatever its bytes; never raises.

    In order: Orange's envelope, FNW.11's reason, OAuth's error, Google's error, text, HTML, nothing.
    """
    document = read_json_object(response.body)
    if document is not None:
        return _read_orange(document) or _read_fnw11(document) or _read_error(document) or _read_loose(document)
    text = response.body[:_LOOKED_AT].decode("utf-8", "replace").strip("\ufeff\0 \t\r\n")
    if not text:
        return ErrorAnswer(dialect="empty")
    if _HTML.search(text):
        title = _TITLE.search(text)
        return ErrorAnswer(text=to_excerpt(title[1]) if title else "", dialect="html")
    return ErrorAnswer(text=to_excerpt(text), dialect="text")


def _read_orange(document: Mapping[str, object]) -> ErrorAnswer | None:
    """``{"code":42,"message":"…","description":"…"}`` (Orange Developer, "APIs error handling")."""
    code = _to_code(document.get("code"))
    if code is None or not ({"message", "description"} & document.keys() or len(document) == 1):
        return None
    text, description = _to_text(document.get("message")), _to_text(document.get("description"))
    return ErrorAnswer(code=code, text=text, description=description, dialect="orange")


def _read_fnw11(document: Mapping[str, object]) -> ErrorAnswer | None:
    """``{"reason":{"code":42005,"text":"…"}}`` (FNW.11 as its clients read it)."""
    match document.get("reason"):
        case dict() as reason:
            return ErrorAnswer(code=_to_code(reason.get("code")), text=_to_text(reason.get("text")), dialect="fnw11")
        case str() as reason:
            return ErrorAnswer(text=_to_text(reason), dialect="fnw11")
        case _:
            return None


def _read_error(document: Mapping[str, object]) -> ErrorAnswer | None:
    """OAuth's ``{"error":"…","error_description":"…"}`` (RFC 6749 5.2), or Google's ``{"error":{"code",…}}``."""
    match document.get("error"):
        case dict() as error:
            status = _to_code(error.get("status"))
            code = status if status is not None and not status.isdigit() else _to_code(error.get("code"))
            return ErrorAnswer(code=code, text=_to_text(error.get("message")), dialect="google")
        case str() as error:
            text = _to_text(document.get("error_description"))
            code = _to_code(error)
            return ErrorAnswer(code=code, text=text if code else _to_text(error), dialect="oauth")
        case _:
            return None


def _read_loose(document: Mapping[str, object]) -> ErrorAnswer:
    """JSON of no known shape: its own words where it has some, else its member names."""
    words = (_to_text(document.get(name)) for name in ("message", "text", "detail", "title", "description"))
    text = next((word for word in words if word), "")
    return ErrorAnswer(text=text or to_excerpt("JSON with " + (", ".join(document) or "no members")), dialect="text")


def _to_code(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    # A huge number would not even turn into a string.
    text = value.strip() if isinstance(value, str) else str(value) if abs(value) < 10**15 else ""
    return text if _CODE.fullmatch(text) else None


def _to_text(value: object) -> str:
    return to_excerpt(value) if isinstance(value, str) else ""
