"""Picks the rows of a run that is not for everybody."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence

from bothub_cli.campaign.rows.prepared_row import PreparedRow

Select = Callable[[Iterator[PreparedRow]], Iterable[PreparedRow]]


def pick_sample(highest: int) -> Select:
    """Return a choice of the rows whose key is not above that one: a part of the list, spread over it by chance.

    Keys are salted hashes, so the lowest ones are a fair draw, and the same draw when the command is repeated.
    """
    return lambda rows: (row for row in rows if row.key <= highest)


def pick_keys(keys: Sequence[int]) -> Select:
    """Return a choice of the rows with these keys, which are in ascending order."""

    def is_wanted(key: int) -> bool:
        place = bisect_left(keys, key)
        return place < len(keys) and keys[place] == key

    return lambda rows: (row for row in rows if is_wanted(row.key))
