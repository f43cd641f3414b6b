"""Reads dates with times as RFC 3339 writes them."""

import re
from datetime import UTC, datetime

from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import UsageError
from bothub_cli.messages.check import rules
from bothub_cli.messages.check.node import Node
from bothub_cli.messages.check.show import show

RFC3339 = "RFC 3339"
_DATE_TIME = r"(?a)(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:)(\d\d)(\.\d{1,30})?([Zz]|[+-]\d\d:\d\d)"


def check_time(node: Node, name: str, *, required: bool = False, now: datetime | None = None) -> datetime | None:
    """Read a date-time with its zone; None, and a finding, when it is not one.

    ``now`` (aware) where a duration is a likely slip: the fix is then the instant at which it ends.
    """
    value = node.members.get(name)
    if now is not None and isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**9:
        value = str(value)  # seconds from now
        node = Node(node.findings, {name: value}, node.pointer, node.source)
    if (epoch := _read_epoch(value)) is not None:
        unit, epoch_instant = epoch
        node.report(
            rules.TIME_FORMAT,
            name,
            f"{name} is a number of {unit} since 1970, and must be a date and time",
            limit="like 2026-12-24T18:00:00+01:00",
            actual=show(value),
            source=RFC3339,
            fix=f'write "{epoch_instant}"',
        )
        return None
    written = node.text(name, required=required)
    if not written:
        return None
    if (instant := parse_rfc3339(written)) is None:
        node.report(
            rules.TIME_FORMAT,
            name,
            f"{name} is not a date and time with its zone",
            limit="like 2026-12-24T18:00:00+01:00",
            actual=show(written),
            source=RFC3339,
            fix=_mend(written, now),
        )
    return instant


def _mend(written: str, now: datetime | None) -> str | None:
    """Say how to write a time that has another form, or the end of a duration."""
    from bothub_cli.durations import read_expiry  # only a wrong time pays for it, as for what is refused there

    if len(written) > 70:
        return None
    if re.fullmatch(_DATE_TIME, f"{written}Z"):
        return "add the zone: Z for UTC, or +01:00"
    try:
        instant = datetime.fromisoformat(written.strip())
    except ValueError:
        pass
    else:
        zone = "" if instant.tzinfo else "Z"
        return f'write "{instant.isoformat()}{zone}"' + (" for UTC, or with another zone: +01:00" if zone else "")
    try:
        return f'write the instant: "{read_expiry(written, now=now)}"' if now is not None else None
    except UsageError:
        return 'write it like "2026-12-24T18:00:00+01:00"' + ("; --expiry takes 24h too" if now is not None else "")


def _read_epoch(value: object) -> tuple[str, str] | None:
    """Return the unit of a count since 1970, and its instant in RFC 3339; None for what is no such count."""
    if isinstance(value, str) and re.fullmatch(r"\d{10}|\d{13}", value, re.ASCII):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    unit, seconds = ("milliseconds", value / 1000) if value >= 10**12 else ("seconds", value)
    if not 10**9 <= seconds < 10**10:
        return None
    return unit, to_rfc3339(datetime.fromtimestamp(seconds, UTC).replace(microsecond=0))


def parse_rfc3339(written: str) -> datetime | None:
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
