"""Writes what the webhook received: each event once, together with everything that must follow from it."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bothub_cli.events.opt_out import OptOutWords, Spoken, build_words, is_doubtful, read_wish
from bothub_cli.events.store.database import Database, storable, to_microseconds
from bothub_cli.events.store.event_records import DeadLetter, ReceivedEvent, StoredEvent
from bothub_cli.events.store.opt_out_queue import has_opt_out_queue, queue_opt_out
from bothub_cli.events.store.schema import DOUBTFUL
from bothub_cli.events.store.suppression import apply_wish
from bothub_cli.messages.event.event import ALIAS, Event
from bothub_cli.phone_numbers import identify

DEAD_LETTERS_KEPT: Final = 1_000  # the newest ones, so that a hostile sender cannot fill the disk
DEAD_LETTERS_BYTES: Final = 64 * 1024 * 1024  # of all their bodies: the newest ones that fit
PROBE_SIZE: Final = 64 * 1024  # bytes: more than a file system has left when it is all but full
PURGE_CHUNK: Final = 5_000  # rows a transaction, so that the receiver is never kept waiting

_INSERT_EVENT: Final = (
    "INSERT OR IGNORE INTO events (profile, identity, received_at, kind, msg_id, number, chat_id, status, sent_at,"
    " payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_INSERT_DELIVERY: Final = "INSERT INTO deliveries (event_id, target, conversation, next_at) VALUES (?, ?, ?, ?)"
_WAITING: Final = "SELECT 1 FROM deliveries WHERE event_id = events.id AND state = 'pending'"
_PURGEABLE: Final = {
    "events": f"received_at < ? AND NOT EXISTS ({_WAITING})",
    "sent_messages": "sent_at < ?",
    "dead_letters": "received_at < ?",
}


def _to_nowhere(_event: Event) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePolicy:
    """What follows from an event: the keys of the targets it goes to, and the words that mean STOP."""

    targets_of: Callable[[Event], tuple[str, ...]] = _to_nowhere
    words: OptOutWords = field(default_factory=build_words)


class EventStore:
    """The writing side of the store, for one profile."""

    def __init__(self, database: Database, *, profile: str, policy: StorePolicy | None = None) -> None:
        self._database = database
        self._profile = profile
        self._policy = policy or StorePolicy()
        self._shares_wishes = has_opt_out_queue(database)

    def append(self, batch: Sequence[ReceivedEvent]) -> list[StoredEvent | None]:
        """Store a batch in one transaction and return each event as stored, or None for one that was there before.

        Opt-outs and deliveries are written with the event: after a crash all of it is there, or none.
        Raises ConfigurationError, LockBusyError; then nothing of the batch is stored.
        """
        with self._database.transaction() as connection:
            return [self._append_one(connection, received) for received in batch]

    def prove_writable(self) -> None:
        """Write something and take it away again: a full disk is not noticed by less.

        Raises ConfigurationError, LockBusyError.
        """
        with self._database.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO probe VALUES (1, zeroblob(?))", (PROBE_SIZE,))
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM probe")

    def store_dead_letter(self, letter: DeadLetter) -> None:
        """Keep a body that is no event, whole, among the last thousand and the last 64 MiB."""
        values = (
            letter.profile,
            to_microseconds(letter.received_at),
            letter.reason,
            storable(letter.content_type),
            storable(letter.content_encoding),
            letter.size,
            letter.body,
        )
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO dead_letters (profile, received_at, reason, content_type, content_encoding, size, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                values,
            )
            too_old = max((cursor.lastrowid or 0) - DEAD_LETTERS_KEPT, _find_the_one_too_many(connection))
            connection.execute("DELETE FROM dead_letters WHERE id <= ?", (too_old,))

    def _append_one(self, connection: sqlite3.Connection, received: ReceivedEvent) -> StoredEvent | None:
        event = received.event
        cursor = connection.execute(_INSERT_EVENT, self._to_row(received))
        if cursor.rowcount == 0 or cursor.lastrowid is None:
            return None
        self._queue_deliveries(connection, cursor.lastrowid, received)
        spoken = read_wish(event, self._policy.words)
        has_changed = spoken is not None and self._apply(connection, spoken, received)
        stored = StoredEvent(
            id=cursor.lastrowid,
            profile=self._profile,
            received_at=received.received_at,
            event=event,
            body=received.body,
            spoken=spoken if has_changed else None,
            is_doubtful=spoken is None and is_doubtful(event, self._policy.words),
        )
        _note_wish(connection, stored)
        return stored

    def _apply(self, connection: sqlite3.Connection, spoken: Spoken, received: ReceivedEvent) -> bool:
        """Put the user on the suppression list, or take them off; tell whether that changed it."""
        said_at = min(received.event.timestamp or received.received_at, received.received_at)
        contacts = self._find_contacts(connection, received.event)
        changed = [  # all of them, not only the first
            apply_wish(connection, spoken, profile=self._profile, number=contact, said_at=said_at)
            for contact in contacts
        ]
        for contact in contacts if self._shares_wishes else ():
            queue_opt_out(connection, profile=self._profile, number=contact, is_stop=spoken.is_stop, said_at=said_at)
        return any(changed)

    def _find_contacts(self, connection: sqlite3.Connection, event: Event) -> list[str]:
        """Return every name under which the user can be written to: an alias event told which belong together."""
        if event.number or not event.chat_id:
            return [name for name in (event.number, event.chat_id) if name]
        rows = connection.execute(
            "SELECT DISTINCT number FROM events WHERE kind = ? AND profile = ? AND chat_id = ? AND number IS NOT NULL",
            (ALIAS, self._profile, storable(event.chat_id)),
        )
        return [event.chat_id, *(row["number"] for row in rows)]

    def _queue_deliveries(self, connection: sqlite3.Connection, event_id: int, received: ReceivedEvent) -> None:
        conversation = storable(received.event.conversation) or f"event {event_id}"  # about nobody: waits for nobody
        for target in self._policy.targets_of(received.event):
            next_at = to_microseconds(received.received_at)
            connection.execute(_INSERT_DELIVERY, (event_id, target, conversation, next_at))

    def _to_row(self, received: ReceivedEvent) -> tuple[object, ...]:
        event = received.event
        return (
            self._profile,
            _digest(event.identity),
            to_microseconds(received.received_at),
            storable(event.kind),
            storable(event.msg_id),
            storable(identify(event.number)) if event.number else None,
            storable(event.chat_id),
            storable(event.status),
            to_microseconds(event.timestamp) if event.timestamp else None,
            received.body,
        )


def _note_wish(connection: sqlite3.Connection, stored: StoredEvent) -> None:
    """Keep with the event what it changed on the suppression list, for whoever reads it later."""
    if stored.spoken is not None:
        values = (stored.spoken.wish.value, storable(stored.spoken.word), stored.id)
    elif stored.is_doubtful:
        values = (DOUBTFUL, None, stored.id)
    else:
        return
    connection.execute("UPDATE events SET wish = ?, said = ? WHERE id = ?", values)


def _find_the_one_too_many(connection: sqlite3.Connection) -> int:
    """Return the newest dead letter that has no room beside those after it; 0 when all have."""
    total = 0
    for row in connection.execute("SELECT id, length(body) AS size FROM dead_letters ORDER BY id DESC"):
        total += row["size"]
        if total > DEAD_LETTERS_BYTES:
            return int(row["id"])
    return 0


def remove_dead_letter(database: Database, letter_id: int) -> None:
    """Delete a dead letter that became events."""
    with database.transaction() as connection:
        connection.execute("DELETE FROM dead_letters WHERE id = ?", (letter_id,))


def purge(database: Database, *, before: datetime) -> int:
    """Delete events, sent messages and dead letters older than an instant, and return how many.

    The suppression list stays, and so does an event that still waits to be delivered. What is deleted is also
    overwritten in the file.
    """
    cutoff = to_microseconds(before)
    database.query("PRAGMA secure_delete = ON")
    removed = sum(_delete_in_chunks(database, table, condition, cutoff) for table, condition in _PURGEABLE.items())
    database.query("PRAGMA wal_checkpoint(TRUNCATE)")  # else the deleted texts live on in the log
    return removed


def count_purgeable(database: Database, *, before: datetime) -> int:
    """Return how many rows ``purge`` would delete."""
    cutoff = to_microseconds(before)
    # tables and conditions are our own words above, never input
    queries = (f"SELECT count(*) FROM {table} WHERE {condition}" for table, condition in _PURGEABLE.items())  # noqa: S608
    return sum(int(database.query(sql, (cutoff,))[0][0]) for sql in queries)


def _delete_in_chunks(database: Database, table: str, condition: str, cutoff: int) -> int:
    # table and condition are our own words above, never input
    sql = f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {condition} LIMIT {PURGE_CHUNK})"  # noqa: S608
    removed = 0
    while True:
        with database.transaction() as connection:
            count = connection.execute(sql, (cutoff,)).rowcount
        removed += count
        if count < PURGE_CHUNK:
            return removed


def _digest(identity: tuple[str, ...] | None) -> str | None:
    """Shorten an identity of any length to 32 characters; the parts keep their borders."""
    if identity is None:
        return None
    return hashlib.blake2b(json.dumps(identity).encode("ascii"), digest_size=16).hexdigest()
