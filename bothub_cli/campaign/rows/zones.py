"""In which time zones the receiver of a row may be: as its own column says, or as its number's country has them."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache

from bothub_cli.amounts import count_words
from bothub_cli.campaign.pace.own_hours import OwnHours
from bothub_cli.campaign.pace.window import SendingWindow, read_zone
from bothub_cli.campaign.rows.template import RowRefusedError
from bothub_cli.campaign.rows.warnings import CampaignWarning
from bothub_cli.clock import Clock
from bothub_cli.errors import UsageError
from bothub_cli.lists.recipients import Recipient
from bothub_cli.phone_numbers import find_time_zones

TZ = "tz"  # --map tz=COLUMN names the column with each row's own time zone

_WHERE = "sending hours"
_OWN = f"name each row's own: --map {TZ}=COLUMN"

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


def warn_of_zones(
    rows: Mapping[tuple[str, ...], int], window: SendingWindow | None, clock: Clock
) -> Iterator[CampaignWarning]:
    """Say of rows, by their zones, which have none of their own, or several, and what counts for them."""
    if window is None:
        return
    own = OwnHours(window, clock=clock)
    joint, middle, unknown = 0, Counter[str](), rows.get((), 0)
    for zones, count in rows.items():
        if len(zones) < 2:
            continue
        if (chosen := own.middle_of(zones)) is None:
            joint += count
        else:
            middle[chosen] += count
    if unknown:
        problem = f"{count_words(unknown, 'row')} with no known time zone: the hours are those of {window.zone.key}"
        yield CampaignWarning(kind="zones", where=_WHERE, problem=problem, fix=_OWN)
    if joint:
        found = count_words(joint, "row")
        problem = f"{found} that may be in several time zones: the hours are those that suit all of them"
        yield CampaignWarning(kind="zones", where=_WHERE, problem=problem, fix=_OWN)
    for zone, count in middle.items():
        found = count_words(count, "row")
        problem = f"{found} in a country where no hour suits all time zones: the middle one counts, {zone}"
        yield CampaignWarning(kind="zones", where=_WHERE, problem=problem, fix=_OWN)
