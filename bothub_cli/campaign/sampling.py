"""Picks the rows of a run that is not for everybody."""

import heapq
from collections.abc import Callable, Iterable, Iterator

from bothub_cli.campaign.prepared_row import PreparedRow

Select = Callable[[Iterator[PreparedRow]], Iterable[PreparedRow]]


def pick_sample(count: int) -> Select:
    """Return a choice of that many rows, spread over the list by chance.

    The keys are salted hashes, so the smallest ones are a fair draw, and the same draw when the command is repeated.
    """
    return lambda rows: heapq.nsmallest(count, rows, key=lambda row: row.key)


def pick_keys(keys: frozenset[int]) -> Select:
    """Return a choice of the rows with these keys."""
    return lambda rows: (row for row in rows if row.key in keys)
