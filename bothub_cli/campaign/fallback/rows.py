"""Reads the list again for the rows that go another way, with all their columns.

A row is known again by its content, as when a campaign goes on: its place may have changed since.
"""

from collections.abc import Iterator, Mapping
from itertools import islice, tee
from typing import NamedTuple

from bothub_cli.campaign.journal.interface import Handover, Journal
from bothub_cli.campaign.rows.prepare import CampaignInput, ComposedRow, compose_rows, find_key, read_rows
from bothub_cli.lists.recipients import TO, RowProblem

REASON = "reason"
_PIECE = 500  # rows that are looked up in the journal at once


class FallbackRow(NamedTuple):
    """A row of the list that goes another way: its number, and its other columns."""

    handover: Handover
    number: str
    columns: Mapping[str, str]

    def facts(self) -> dict[str, str]:
        """Return what the other way gets to know."""
        own = {TO: self.number, REASON: self.handover.reason}
        return own | {name: value for name, value in self.columns.items() if name not in own}


class _Listed(NamedTuple):
    key: int
    number: str
    row: Mapping[str, object]


def find_rows(wanted: Mapping[int, Handover], given: CampaignInput, *, salt: bytes) -> Iterator[FallbackRow]:
    """Yield each wanted row, by key, where the list names it first, and read no further than the last of them."""
    left = dict(wanted)
    listed = _read_keys(given, salt=salt)
    while left and (row := next(listed, None)) is not None:
        if (handover := left.pop(row.key, None)) is not None:
            yield _with_columns(row, handover)


def find_handed_over(journal: Journal, given: CampaignInput) -> Iterator[FallbackRow]:
    """Yield every row of the list that was ever handed over, once, in the order of the list."""
    seen: set[int] = set()
    listed = _read_keys(given, salt=journal.salt)
    while piece := list(islice(listed, _PIECE)):
        found = journal.find_handovers([row.key for row in piece])
        for row in piece:
            handover = found.get(row.key)
            if handover is not None and handover.row not in seen:
                seen.add(handover.row)
                yield _with_columns(row, handover)


def _with_columns(row: _Listed, handover: Handover) -> FallbackRow:
    return FallbackRow(handover, row.number, {name: str(value) for name, value in row.row.items()})


def _read_keys(given: CampaignInput, *, salt: bytes) -> Iterator[_Listed]:
    """Yield the rows with their keys; their messages are only filled when the key is made of them."""
    recipients = read_rows(given)
    if given.unique_by == "number":
        for row in recipients:
            if not isinstance(row, RowProblem):
                yield _Listed(find_key(ComposedRow(row.line, row.number, b""), given, salt=salt), row.number, row.row)
        return
    listed, addressed = tee(recipients)
    for row, composed in zip(listed, compose_rows(given, addressed), strict=True):
        if isinstance(composed, ComposedRow) and not isinstance(row, RowProblem):
            yield _Listed(find_key(composed, given, salt=salt), row.number, row.row)
