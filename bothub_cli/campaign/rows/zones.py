"""In which time zones the receiver of a row may be: as its own column says, or as its number's country has them."""

from collections.abc import Callable
from functools import cache

from bothub_cli.campaign.pace.window import read_zone
from bothub_cli.campaign.rows.template import RowRefusedError
from bothub_cli.errors import UsageError
from bothub_cli.lists.recipients import Recipient
from bothub_cli.phone_numbers import find_time_zones

TZ = "tz"  # --map tz=COLUMN names the column with each row's own time zone

FindZones = Callable[[Recipient], tuple[str, ...]]


def read_column(row: Recipient) -> tuple[str, ...]:
    """Return the zone in a row's own column; none where the cell is empty. Raises RowRefusedError."""
    cell = row.row.get(TZ)
    name = cell.strip() if isinstance(cell, str) else ""
    if name and not _is_zone(name):
        raise RowRefusedError(TZ, "there is no such time zone", fix="write it like Europe/Paris, or leave it empty")
    return (name,) if name else ()


@cache
def _is_zone(name: str) -> bool:
    try:
        read_zone(name)
    except UsageError:
        return False
    return True


def find_by_number(row: Recipient) -> tuple[str, ...]:
    """Return all time zones that a number may be in; none where nobody knows."""
    return find_time_zones(row.number)
