"""Reads dates with times as RFC 3339 writes them."""

import re
from datetime import UTC, datetime

from bothub_cli.messages.check import rules
from bothub_cli.messages.check.node import Node
from bothub_cli.messages.check.show import show

RFC3339 = "RFC 3339"
_DATE_TIME = r"(?a)(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:)(\d\d)(\.\d{1,30})?([Zz]|[+-]\d\d:\d\d)"


def check_time(node: Node, name: str, *, required: bool = False) -> datetime | None:
    """Read a date-time with its zone; None, and a finding, when it is not one."""
    value = node.members.get(name)
    if (epoch := _read_epoch(value)) is not None:
        node.report(
            rules.TIME_FORMAT,
            name,
            f"{name} is a number of seconds since 1970, and must be a date and time",
            limit="like 2026-12-24T18:00:00+01:00",
            actual=show(value),
            source=RFC3339,
            fix=f'write "{epoch}"',
        )
        return None
    written = node.text(name, required=required)
    if not written:
        return None
    if (instant := read_time(written)) is None:
        node.report(
            rules.TIME_FORMAT,
            name,
            f"{name} is not a date and time with its zone",
            limit="like 2026-12-24T18:00:00+01:00",
            actual=show(written),
            source=RFC3339,
            fix="add the zone: Z for UTC, or +01:00" if re.fullmatch(_DATE_TIME, f"{written[:60]}Z") else None,
        )
    return instant


def _read_epoch(value: object) -> str | None:
    """Return the RFC 3339 form of seconds, or of milliseconds, since 1970; None for what is no such count."""
    if isinstance(value, str) and re.fullmatch(r"\d{10}|\d{13}", value, re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    seconds = value / 1000 if value >= 10**12 else value
    if not 10**9 <= seconds < 10**10:
        return None
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def read_time(written: str) -> datetime | None:
    """Return the instant of an RFC 3339 date-time, its leap second as the second before; None when it is not one."""
    if len(written) > 70 or (found := re.fullmatch(_DATE_TIME, written)) is None:
        return None
    date, hours, seconds, fraction, zone = found.groups(default="")
    try:
        return datetime.fromisoformat(
            f"{date}T{hours}{'59' if seconds == '60' else seconds}{fraction[:7]}{zone.upper()}"
        )
    except ValueError:  # the thirtieth of February
        return None
