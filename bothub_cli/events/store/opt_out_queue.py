"""The wishes that a list which several machines share has not been told yet, kept beside the events they came in."""

import sqlite3
from dataclasses import dataclass, field
from datetime import datetime

from bothub_cli.events.store.database import Database, from_microseconds, storable, to_microseconds
from bothub_cli.phone_numbers import identify


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOptOut:
    """That somebody wants no more messages, or wants them again; ``said_at`` as the user's phone or platform says."""

    number: str = field(repr=False)
    is_stop: bool
    said_at: datetime


_CREATE = """
CREATE TABLE IF NOT EXISTS wishes_to_share (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    profile TEXT NOT NULL,
    number TEXT NOT NULL,
    is_stop INTEGER NOT NULL,
    said_at INTEGER NOT NULL  -- microseconds since 1970, UTC
)
"""


def make_opt_out_queue(database: Database) -> None:
    """Let this store keep wishes for a shared list from now on, whichever process receives them."""
    with database.transaction() as connection:
        connection.execute(_CREATE)


def has_opt_out_queue(database: Database) -> bool:
    """Tell whether this store keeps wishes for a shared list."""
    return bool(database.query("SELECT 1 FROM sqlite_master WHERE name = 'wishes_to_share'"))


def queue_opt_out(
    connection: sqlite3.Connection, *, profile: str, number: str, is_stop: bool, said_at: datetime
) -> None:
    """Keep a wish for the shared list, inside the transaction that stores its event."""
    connection.execute(
        "INSERT INTO wishes_to_share (profile, number, is_stop, said_at) VALUES (?, ?, ?, ?)",
        (profile, storable(identify(number)), is_stop, to_microseconds(said_at)),
    )


class OptOutQueue:
    """One profile's wishes that the shared list does not know yet, in the order in which they came."""

    def __init__(self, database: Database, *, profile: str) -> None:
        self._database = database
        self._profile = profile

    def first(self, most: int) -> list[tuple[int, SharedOptOut]]:
        """Return the oldest of them, each with its number in the queue. Raises ConfigurationError, LockBusyError."""
        sql = "SELECT id, number, is_stop, said_at FROM wishes_to_share WHERE profile = ? ORDER BY id LIMIT ?"
        return [
            (
                row["id"],
                SharedOptOut(
                    number=row["number"], is_stop=bool(row["is_stop"]), said_at=from_microseconds(row["said_at"])
                ),
            )
            for row in self._database.query(sql, (self._profile, most))
        ]

    def forget(self, until: int) -> None:
        """Take off what the shared list knows by now, up to this number."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM wishes_to_share WHERE profile = ? AND id <= ?", (self._profile, until))

    def count(self) -> int:
        """How many wait."""
        sql = "SELECT count(*) FROM wishes_to_share WHERE profile = ?"
        return int(self._database.query(sql, (self._profile,))[0][0])
