"""The queue of events on their way to other programs; it lives in the store, so a crash loses none of it."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bothub_cli.events.store.database import Database, from_microseconds, storable, to_microseconds
from bothub_cli.events.store.event_records import DeliveryState, EventDelivery
from bothub_cli.events.store.read import EVENT_COLUMNS, read_stored

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


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFilter:
    """Which deliveries that are not done are meant; None means any."""

    delivery_id: int | None = None
    target: str | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOutcome:
    """How an attempt ended: ``problem`` is None when the target took the event."""

    delivery_id: int
    state: DeliveryState
    next_at: datetime
    problem: str | None = None


class DeliveryQueue:
    """What waits for each target, in the order of each conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take_due(self, target: str, *, now: datetime, limit: int, busy: Collection[int] = ()) -> list[EventDelivery]:
        """Return due deliveries, at most one a conversation, without those in ``busy``: they are under way."""
        found: list[EventDelivery] = []
        for row in self._database.iterate(_HEADS, (target, to_microseconds(now))):
            if len(found) >= limit:
                break
            if row["delivery_id"] not in busy:
                found.append(_read(row))
        return found

    def settle(self, outcomes: Sequence[DeliveryOutcome]) -> None:
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

    def measure_waiting(self) -> Iterator[tuple[str, int, datetime]]:
        """Yield, for each target, how many events wait for it, and when the oldest of them came."""
        sql = (
            "SELECT target, count(*) AS waiting, min(received_at) AS oldest FROM deliveries"
            " JOIN events ON events.id = event_id WHERE state = 'pending' GROUP BY target ORDER BY target"
        )
        for row in self._database.iterate(sql):
            yield row["target"], row["waiting"], from_microseconds(row["oldest"])

    def list_open(self, wanted: OpenFilter, *, limit: int | None = None) -> Iterator[EventDelivery]:
        """Yield what waits and what was given up, the oldest first."""
        clauses, values = _to_sql(wanted)
        sql = f"{_SELECT} WHERE {clauses} ORDER BY deliveries.id LIMIT ?"
        return map(_read, self._database.iterate(sql, (*values, -1 if limit is None else limit)))

    def count_open(self, wanted: OpenFilter) -> dict[DeliveryState, int]:
        """Return how many wait, and how many were given up."""
        clauses, values = _to_sql(wanted)
        joined = "deliveries JOIN events ON events.id = event_id"
        sql = f"SELECT state, count(*) FROM {joined} WHERE {clauses} GROUP BY state"  # noqa: S608 (constants)
        return {row[0]: row[1] for row in self._database.query(sql, values)}

    def retry(self, delivery_ids: Iterable[int], *, now: datetime) -> int:
        """Make deliveries due now, those that were given up included, and return how many there were."""
        sql = "UPDATE deliveries SET state = 'pending', attempts = 0, next_at = ? WHERE id = ? AND state != 'done'"
        return self._change(sql, ((to_microseconds(now), each) for each in delivery_ids))

    def drop(self, delivery_ids: Iterable[int]) -> int:
        """Give deliveries up for good and return how many there were; their events stay in the store."""
        return self._change(
            "DELETE FROM deliveries WHERE id = ? AND state != 'done'", ((each,) for each in delivery_ids)
        )

    def _change(self, sql: str, rows: Iterable[tuple[int, ...]]) -> int:
        with self._database.transaction() as connection:
            before = connection.total_changes
            connection.executemany(sql, rows)
            return connection.total_changes - before


def _to_sql(wanted: OpenFilter) -> tuple[str, tuple[object, ...]]:
    chosen = {"deliveries.id": wanted.delivery_id, "target": wanted.target, "profile": wanted.profile}
    given = {column: value for column, value in chosen.items() if value is not None}
    return " AND ".join(["state != 'done'", *(f"{column} = ?" for column in given)]), tuple(given.values())


def _read(row: sqlite3.Row) -> EventDelivery:
    return EventDelivery(
        id=row["delivery_id"],
        target=row["target"],
        conversation=row["conversation"],
        attempts=row["attempts"],
        state=row["state"],
        next_at=from_microseconds(row["next_at"]),
        last_problem=row["last_problem"],
        stored=read_stored(row),
    )
