"""How far many messages got, for the report of a campaign."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from bothub_cli.events.store.database import Database
from bothub_cli.messages.event.event import MESSAGE, MESSAGE_STATUS, RESPONSE
from bothub_cli.messages.event.statuses import find_furthest, has_reached, is_failure

_GROUP = 10_000  # message ids in one statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Messages by how far they got: displayed ones were delivered too; ``replied`` counts people, not answers."""

    delivered: int
    displayed: int
    failed: int
    replied: int


def find_reported_status(database: Database, msg_id: str) -> str | None:
    """Return the furthest status reported for one message; None when nothing was."""
    rows = database.query("SELECT status FROM events WHERE msg_id = ? AND kind = ?", (msg_id, MESSAGE_STATUS))
    return find_furthest(row["status"] for row in rows if row["status"])


def count_reach(database: Database, msg_ids: Iterable[str]) -> Reach:
    """Count how far these messages got, as far as the webhook heard of it."""
    with database.transaction() as connection:
        connection.execute("CREATE TEMP TABLE asked (msg_id TEXT PRIMARY KEY) WITHOUT ROWID")
        ids = ((msg_id,) for msg_id in msg_ids)
        while group := list(islice(ids, _GROUP)):
            connection.executemany("INSERT OR IGNORE INTO asked VALUES (?)", group)
        statuses = Counter(status for status in _furthest(connection) if status)
        replied = _count_replies(connection)
        connection.execute("DROP TABLE asked")
    return Reach(
        delivered=sum(count for status, count in statuses.items() if has_reached(status, "delivered")),
        displayed=sum(count for status, count in statuses.items() if has_reached(status, "displayed")),
        failed=sum(count for status, count in statuses.items() if is_failure(status)),
        replied=replied,
    )


def _furthest(connection: sqlite3.Connection) -> Iterator[str | None]:
    sql = (
        "SELECT group_concat(DISTINCT status) AS statuses FROM asked JOIN events USING (msg_id)"
        " WHERE kind = ? GROUP BY msg_id"
    )
    for row in connection.execute(sql, (MESSAGE_STATUS,)):
        yield find_furthest((row["statuses"] or "").split(","))


def _count_replies(connection: sqlite3.Connection) -> int:
    """Count the people who wrote or tapped after the first report about a message of ours to them."""
    sql = """
        SELECT count(DISTINCT answer.number) FROM (
            SELECT number, min(received_at) AS since FROM asked JOIN events USING (msg_id)
            WHERE kind = ? AND number IS NOT NULL GROUP BY number
        ) AS told
        JOIN events AS answer ON answer.number = told.number AND answer.received_at >= told.since
        WHERE answer.kind IN (?, ?)
    """
    return int(connection.execute(sql, (MESSAGE_STATUS, MESSAGE, RESPONSE)).fetchone()[0])
