"""Reads how long a server asks to wait."""

import re

from bothub_cli.protocol.http import Headers
from bothub_cli.protocol.issued_token import read_date

_SECONDS = re.compile(r"\d{1,15}(\.\d{1,9})?")


def read_retry_after(headers: Headers) -> float | None:
    """Return the seconds of ``Retry-After`` (RFC 9110 10.2.3), given as a number or as an HTTP date.

    A date counts from the server's own ``Date``, so that our clock does not matter; without one it is not used.
    """
    value = _value(headers)
    if _SECONDS.fullmatch(value):
        return float(value)
    until, sent_at = read_date(value), read_date(headers.get("Date"))
    if until is None or sent_at is None:
        return None
    return max(0.0, (until - sent_at).total_seconds())


def asks_to_retry(headers: Headers) -> bool:
    """Tell whether a server says, in a way that can be read, when the same request may come again."""
    return _SECONDS.fullmatch(_value(headers)) is not None or read_date(_value(headers)) is not None


def _value(headers: Headers) -> str:
    return headers.get("Retry-After", "").strip()
