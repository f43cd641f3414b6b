"""Where the engine's rows come from: a list, which ends, or blocks that are handed out while others work too."""

from collections.abc import Iterable
from itertools import islice
from typing import Protocol

from bothub_cli.campaign.rows.prepared_row import PreparedRow

_PLENTY = 2**62  # rows: how many a list holds is not known


class RowFeed(Protocol):
    """Gives rows; while it is open, more may come."""

    @property
    def is_open(self) -> bool:
        """Tell whether rows may still come."""
        ...

    @property
    def ready(self) -> int:
        """How many can be taken now, at most."""
        ...

    def take(self, count: int) -> list[PreparedRow]:
        """Return up to so many rows, at once."""
        ...

    def wait(self, seconds: float) -> None:
        """Wait until rows have come, or for so long."""
        ...


class ListFeed:
    """The rows of a list: all there, one after another, until its end."""

    def __init__(self, rows: Iterable[PreparedRow]) -> None:
        self._rows = iter(rows)
        self.is_open = True

    @property
    def ready(self) -> int:
        return _PLENTY if self.is_open else 0

    def take(self, count: int) -> list[PreparedRow]:
        rows = list(islice(self._rows, count))
        self.is_open = len(rows) == count
        return rows

    def wait(self, seconds: float) -> None:
        """A list has what it has."""
