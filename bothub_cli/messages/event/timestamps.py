"""Reads the times that platforms write, in every form seen, without ever failing."""

import re
from datetime import UTC, datetime

_EPOCH = re.compile(r"-?\d{9,17}(\.\d+)?")
_LATEST_SECONDS = 100_000_000_000  # a larger number counts milliseconds: in seconds it would be past the year 5138


def read_timestamp(value: object) -> datetime | None:
    """Return the instant in UTC, or None for what is no time.

    Seen on webhooks: RFC 3339 with milliseconds, without, with an offset, "2017-09-26 01:33:20", no zone at all
    (read as UTC), and seconds or milliseconds since 1970.
    """
    match value:
        case bool():
            return None
        case int() | float():
            return _read_epoch(value)
        case str():
            text = value.strip()
            return _read_epoch(float(text)) if _EPOCH.fullmatch(text) else _read_iso(text)
        case _:
            return None


def _read_epoch(number: float) -> datetime | None:
    try:
        seconds = number / 1000 if abs(number) > _LATEST_SECONDS else number
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _read_iso(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text.upper())
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
