"""Reads how long to wait, and since when, as people type it."""

from datetime import UTC, datetime, timedelta

from bothub_cli.errors import UsageError

_FORMS = "a duration like 90s, 5m, 2h or 7d"


def read_patience(written: str, *, option: str) -> float:
    """Return the seconds of ``30``, ``30s``, ``5m`` or ``1h30m``; 0 means to look once. Raises UsageError."""
    from bothub_cli import polling

    return 0.0 if written.strip() in {"0", "0s"} else polling.read_patience(written, option=option)


def read_since(written: str, *, now: datetime, option: str = "--since") -> datetime:
    """Return the instant that lies ``2h`` back, or that ``2026-11-24`` (local midnight) or a full time names."""
    from bothub_cli.authoring.time_flags import TIME_FORM, read_day, read_duration, read_time

    text = written.strip()
    if (span := read_duration(text, option=option)) is not None:
        return _go_back(now, span, option=option)
    if (day := read_day(text)) is not None:
        return day
    try:
        return read_time(text, option=option)
    except UsageError as error:
        raise UsageError(problem=error.problem, fix=f"write {_FORMS}, a day like 2026-11-24, or {TIME_FORM}") from error


def read_age(written: str, *, now: datetime, option: str) -> datetime:
    """Return the instant that lies ``90d`` back; nothing but a duration is taken. Raises UsageError."""
    return _go_back(now, timedelta(seconds=_read_span(written.strip(), option=option)), option=option)


def _read_span(text: str, *, option: str) -> float:
    from bothub_cli.authoring.time_flags import quote, read_duration

    span = read_duration(text, option=option)
    if span is None:
        raise UsageError(problem=f"{option}: {quote(text)} is no duration", fix=f"write {_FORMS}")
    return span.total_seconds()


def _go_back(now: datetime, span: timedelta, *, option: str) -> datetime:
    try:
        return max(now - span, datetime(1970, 1, 1, tzinfo=UTC))
    except OverflowError as error:
        raise UsageError(problem=f"{option}: that is before the year 1", fix=f"write {_FORMS}") from error
