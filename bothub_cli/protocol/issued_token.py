"""A token as the service hands it out: its value, how long it lives, what the server's clock said."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bothub_cli.redaction import Secret

LIFETIME_MAX = timedelta(days=366)  # a longer one is a misread unit, and is taken for unknown
# From here on a plain number is milliseconds: a quarter of an hour, rather than twelve days in seconds.
_MILLISECONDS_MIN = 1_000_000
_EPOCH_SECONDS_MIN = 1_000_000_000  # 2001: from here on it is an instant in seconds …
_EPOCH_MILLISECONDS_MIN = 1_000_000_000_000  # … and from here on in milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A token as the service handed it out.

    ``lifetime`` is None when the service did not say, or said it in a way nobody can read;
    ``server_date`` is its ``Date`` header, from which the clock's skew is learned.
    """

    value: Secret = field(repr=False)
    lifetime: timedelta | None = None
    server_date: datetime | None = None


def read_date(value: str | None) -> datetime | None:
    """Read an HTTP date (RFC 9110 5.6.7); None when there is none or it cannot be read."""
    if value is None:
        return None
    from email.utils import parsedate_to_datetime  # 17 ms, which a cached token need not pay

    try:
        instant = parsedate_to_datetime(value)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_lifetime(value: object, *, issued_at: datetime) -> timedelta | None:
    """Read ``expires_in`` or ``expiresIn``: seconds as a number or a string; None when it cannot be read.

    Orange prints a string where others print a number, and nowhere tells the unit of BotHub's ``expiresIn``:
    so milliseconds and instants (epoch or ISO 8601) are understood too, by their magnitude.
    """
    number = _to_number(value)
    lifetime = _until_instant(value, issued_at) if number is None else _from_number(number, issued_at)
    return lifetime if lifetime is not None and timedelta(0) < lifetime <= LIFETIME_MAX else None


def read_issued_token(
    document: Mapping[str, object], *, value_key: str, lifetime_key: str, date: str | None, received_at: datetime
) -> IssuedToken | None:
    """Read a token out of an answer's JSON object; None when it holds no token."""
    value = document.get(value_key)
    # A header value can hold neither spaces nor control characters: such a "token" would break every later call.
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value or " " in value:
        return None
    server_date = read_date(date)
    lifetime = read_lifetime(document.get(lifetime_key), issued_at=server_date or received_at)
    return IssuedToken(value=Secret(value), lifetime=lifetime, server_date=server_date)


def _to_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _from_number(number: float, issued_at: datetime) -> timedelta | None:
    if number >= _EPOCH_MILLISECONDS_MIN:
        return _bounded(number / 1000 - issued_at.timestamp())
    if number >= _EPOCH_SECONDS_MIN:
        return _bounded(number - issued_at.timestamp())
    return _bounded(number / 1000 if number >= _MILLISECONDS_MIN else number)


def _bounded(seconds: float) -> timedelta | None:
    return timedelta(seconds=seconds) if 0 < seconds <= LIFETIME_MAX.total_seconds() else None


def _until_instant(value: object, issued_at: datetime) -> timedelta | None:
    if not isinstance(value, str):
        return None
    try:
        instant = datetime.fromisoformat(value.strip())
        return (instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant) - issued_at
    except (ValueError, OverflowError):
        return None
