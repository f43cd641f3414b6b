"""Gives the rows whose receivers may be written to now, and reads the list again when others may."""

from collections.abc import Callable, Iterator
from datetime import datetime

from bothub_cli.campaign.pace.own_hours import OwnHours
from bothub_cli.campaign.rows.prepared_row import PreparedRow
from bothub_cli.clock import Clock

_PLENTY = 2**62  # rows: how many a list holds is not known
_LOOKED_AT = 500  # rows that are looked at in one go, so that answers and a request to stop are seen meanwhile


class HoursFeed:
    """The ``RowFeed`` of a list whose rows have hours of their own: nothing is kept of those whose time has not come.

    They are passed over, and found again when the list is read once more; the journal knows which have been sent.
    """

    def __init__(self, read_rows: Callable[[], Iterator[PreparedRow]], hours: OwnHours, *, clock: Clock) -> None:
        self._read_rows = read_rows
        self._hours = hours
        self._clock = clock
        self._rows: Iterator[PreparedRow] | None = read_rows()
        self._earliest: datetime | None = None  # opening among those that were passed over
        self.is_open = True

    @property
    def waits_for(self) -> str | None:
        """Say what the rows that are left wait for; None while there may be some to send."""
        if self._rows is not None or self._earliest is None:
            return None
        if self._clock.now() >= self._earliest:
            self._rows, self._earliest = self._read_rows(), None
            return None
        return f"outside the receivers' sending hours until {self._hours.window.describe(self._earliest)}"

    @property
    def ready(self) -> int:
        return _PLENTY if self.is_open and self.waits_for is None else 0

    def take(self, count: int) -> list[PreparedRow]:
        found: list[PreparedRow] = []
        if self.waits_for is not None or self._rows is None:
            return found
        for _ in range(_LOOKED_AT):
            if len(found) >= count:
                return found
            row = next(self._rows, None)
            if row is None:
                self._rows = None
                self.is_open = self._earliest is not None
                return found
            opening = self._hours.opening(row.zones)
            if opening is None:
                found.append(row)
            else:
                self._earliest = min(opening, self._earliest or opening)
        return found

    def wait(self, seconds: float) -> None:
        self._clock.sleep(seconds)
