"""The queue of events on their way to other programs; it lives in the store, so a crash loses none of it."""

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bothub_cli.listener.database import Database, from_microseconds, storable, to_microseconds
from bothub_cli.listener.queries import EVENT_COLUMNS, read_stored
from bothub_cli.listener.records import Delivery, DeliveryState

_COLUMNS: Final = (
    "deliveries.id AS delivery_id, deliveries.target, deliveries.conversation, deliveries.attempts, deliveries.state,"
    " deliveries.next_at, deliveries.last_problem"
)
_SELECT: Final = f"SELECT {_COLUMNS}, {EVENT_COLUMNS} FROM deliveries JOIN events ON events.id = event_id"  # noqa: S608 (constants)

# The oldest waiting event of each conversation: the next one is not sent before it arrived, or was given up.
_IS_HEAD: Final = (
    "NOT EXISTS (SELECT 1 FROM deliveries AS earlier WHERE earlier.state = 'pending' AND"
    " earlier.target = deliveries.target AND earlier.conversation = deliveries.conversation AND"
    " earlier.id < deliveries.id)"
)
_DUE: Final = "deliveries.state = 'pending' AND target = ? AND next_at <= ?"
_HEADS: Final = f"{_SELECT} WHERE {_DUE} AND {_IS_HEAD} ORDER BY deliveries.id"
_FAILED: Final = f"{_SELECT} WHERE deliveries.state = 'failed' ORDER BY deliveries.id DESC LIMIT ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an attempt ended: ``problem`` is None when the target took the event."""

    delivery_id: int
    state: DeliveryState
    next_at: datetime
    problem: str | None = None


class DeliveryQueue:
    """What waits for each target, in the order of each conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_due(self, target: str, *, now: datetime, limit: int, busy: Collection[int] = ()) -> list[Delivery]:
        """Return due deliveries, at most one a conversation, without those in ``busy``: they are under way."""
        found: list[Delivery] = []
        for row in self._database.iterate(_HEADS, (target, to_microseconds(now))):
            if len(found) >= limit:
                break
            if row["delivery_id"] not in busy:
                found.append(_read(row))
        return found

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Write down how attempts ended. Raises ConfigurationError, LockBusyError."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE deliveries SET state = ?, attempts = attempts + 1, next_at = ?, last_problem = ? WHERE id = ?",
                (
                    (item.state, to_microseconds(item.next_at), storable(item.problem), item.delivery_id)
                    for item in outcomes
                ),
            )

    def count_waiting(self) -> dict[str, int]:
        """Return how many events wait for each target, those of an earlier configuration included."""
        sql = "SELECT target, count(*) FROM deliveries WHERE state = 'pending' GROUP BY target ORDER BY target"
        return {row[0]: row[1] for row in self._database.query(sql)}

    def retry_failed(self, *, now: datetime) -> int:
        """Put all that was given up back into the queue, and return how many."""
        with self._database.transaction() as connection:
            sql = "UPDATE deliveries SET state = 'pending', attempts = 0, next_at = ? WHERE state = 'failed'"
            return connection.execute(sql, (to_microseconds(now),)).rowcount

    def list_failed(self, *, limit: int = 1_000) -> list[Delivery]:
        """Return the newest deliveries that were given up."""
        return [_read(row) for row in self._database.query(_FAILED, (limit,))]


def _read(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["delivery_id"],
        target=row["target"],
        conversation=row["conversation"],
        attempts=row["attempts"],
        state=row["state"],
        next_at=from_microseconds(row["next_at"]),
        last_problem=row["last_problem"],
        stored=read_stored(row),
    )
