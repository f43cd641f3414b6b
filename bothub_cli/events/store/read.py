"""Reads the store: events by filter, one message's life, a conversation in order, dead letters."""

import heapq
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bothub_cli.events.opt_out import Spoken, Wish
from bothub_cli.events.store.database import Database, from_microseconds, to_microseconds
from bothub_cli.events.store.event_records import DeadLetter, StoredEvent
from bothub_cli.events.store.schema import DOUBTFUL
from bothub_cli.events.store.sent import SENT_COLUMNS, SentMessage, read_sent
from bothub_cli.messages.event.body import read_payload
from bothub_cli.messages.event.event import MESSAGE_STATUS
from bothub_cli.messages.event.read import read_event
from bothub_cli.messages.event.statuses import find_furthest

_WISHES: Final = frozenset(wish.value for wish in Wish)
_ALIASES: Final = "SELECT alias.chat_id FROM events AS alias WHERE alias.kind = 'alias' AND alias.number IN (?, ?)"
EVENT_COLUMNS: Final = "events.id, events.profile, events.received_at, events.payload, events.wish, events.said"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events are wanted; None leaves a side open.

    ``number`` also finds a number without its "+", a chat id, and what its user said under an alias.
    """

    profile: str | None = None
    kind: str | None = None
    number: str | None = None
    msg_id: str | None = None
    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLife:
    """Everything known about one message id: our sending of it, and the events about it in order of arrival."""

    sent: SentMessage | None
    events: tuple[StoredEvent, ...]

    @property
    def status(self) -> str | None:
        """The furthest status reported, else the one the send call returned."""
        reported = [item.event.status for item in self.events if item.event.kind == MESSAGE_STATUS]
        return find_furthest(status for status in [self.sent.status if self.sent else None, *reported] if status)


def list_events(database: Database, wanted: EventFilter, *, latest: int | None = None) -> Iterator[StoredEvent]:
    """Yield matching events in order of arrival; with ``latest``, only that many of the newest."""
    conditions, values = _to_conditions(wanted)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    sql = f"SELECT {EVENT_COLUMNS} FROM events{where}"  # noqa: S608 (the conditions are our own words, values are bound)
    if latest is None:
        return map(read_stored, database.iterate(f"{sql} ORDER BY id", tuple(values)))
    newest = database.query(f"{sql} ORDER BY id DESC LIMIT ?", (*values, latest))
    return map(read_stored, reversed(newest))


def find_event(database: Database, event_id: int) -> StoredEvent | None:
    """Return one event by its id."""
    sql = f"SELECT {EVENT_COLUMNS} FROM events WHERE id = ?"  # noqa: S608 (a constant)
    rows = database.query(sql, (event_id,))
    return read_stored(rows[0]) if rows else None


def find_last_id(database: Database) -> int:
    """Return the id of the newest event, 0 for none: later ones are those after it."""
    return int(database.query("SELECT coalesce(max(id), 0) FROM events")[0][0])


def latest_event_ids(database: Database, count: int) -> list[str]:
    """Return the numbers of the events that came last, the latest first."""
    return [str(row[0]) for row in database.query("SELECT id FROM events ORDER BY id DESC LIMIT ?", (count,))]


def latest_message_ids(database: Database, count: int) -> list[str]:
    """Return the msgIds of what was sent last, then of what was heard last, the latest first."""
    sent = "SELECT msg_id FROM sent_messages WHERE msg_id IS NOT NULL ORDER BY id DESC LIMIT ?"
    heard = "SELECT msg_id FROM events WHERE msg_id IS NOT NULL ORDER BY id DESC LIMIT ?"
    return [str(row[0]) for sql in (sent, heard) for row in database.query(sql, (count,))]


def latest_users(database: Database, count: int) -> list[str]:
    """Return the users whom was written to last, then those heard of last."""
    sent = "SELECT number FROM sent_messages ORDER BY id DESC LIMIT ?"
    heard = "SELECT coalesce(number, chat_id) FROM events ORDER BY id DESC LIMIT ?"
    found = [row[0] for sql in (sent, heard) for row in database.query(sql, (count,))]
    return list(dict.fromkeys(str(user) for user in found if user is not None))


def trace_message(database: Database, msg_id: str, *, profile: str | None = None) -> MessageLife:
    """Return the whole life of a message."""
    sql = (
        f"SELECT {SENT_COLUMNS} FROM sent_messages WHERE msg_id = ? AND profile = coalesce(?, profile) ORDER BY id DESC"  # noqa: S608
    )
    sent = database.query(f"{sql} LIMIT 1", (msg_id, profile))
    events = list_events(database, EventFilter(msg_id=msg_id, profile=profile))
    return MessageLife(sent=read_sent(sent[0]) if sent else None, events=tuple(events))


def read_conversation(
    database: Database, number: str, *, profile: str | None = None
) -> Iterator[SentMessage | StoredEvent]:
    """Yield both sides of a conversation in order of time."""
    sql = f"SELECT {SENT_COLUMNS} FROM sent_messages WHERE number IN (?, ?) AND profile = coalesce(?, profile)"  # noqa: S608
    ours = map(read_sent, database.iterate(f"{sql} ORDER BY sent_at, id", (*_spell(number), profile)))
    theirs = list_events(database, EventFilter(number=number, profile=profile))
    return heapq.merge(ours, theirs, key=_time_of)


def list_dead_letters(database: Database, *, profile: str | None = None) -> Iterator[DeadLetter]:
    """Yield the bodies that were no events, the oldest first."""
    sql = "SELECT * FROM dead_letters WHERE profile = coalesce(?, profile) ORDER BY id"
    return map(_read_dead_letter, database.iterate(sql, (profile,)))


def find_dead_letter(database: Database, letter_id: int) -> DeadLetter | None:
    """Return one body that was no event, by its id."""
    rows = database.query("SELECT * FROM dead_letters WHERE id = ?", (letter_id,))
    return _read_dead_letter(rows[0]) if rows else None


def _read_dead_letter(row: sqlite3.Row) -> DeadLetter:
    return DeadLetter(
        id=row["id"],
        profile=row["profile"],
        received_at=from_microseconds(row["received_at"]),
        reason=row["reason"],
        content_type=row["content_type"],
        content_encoding=row["content_encoding"],
        size=row["size"],
        body=row["body"],
    )


def read_stored(row: sqlite3.Row) -> StoredEvent:
    """Read a row of EVENT_COLUMNS."""
    body: bytes = row["payload"]
    wish: str | None = row["wish"]
    return StoredEvent(
        id=row["id"],
        profile=row["profile"],
        received_at=from_microseconds(row["received_at"]),
        event=read_event(read_payload(body)),
        body=body,
        spoken=Spoken(wish=Wish(wish), word=row["said"] or "") if wish and wish in _WISHES else None,
        is_doubtful=wish == DOUBTFUL,
    )


def _to_conditions(wanted: EventFilter) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    for column in ("profile", "kind", "msg_id", "status"):
        if (value := getattr(wanted, column)) is not None:
            conditions.append(f"{column} = ?")
            values.append(value)
    if wanted.number is not None:
        conditions.append(f"(number IN (?, ?) OR chat_id = ? OR chat_id IN ({_ALIASES}))")
        values += [*_spell(wanted.number), wanted.number, *_spell(wanted.number)]
    for condition, instant in (("received_at >= ?", wanted.since), ("received_at < ?", wanted.until)):
        if instant is not None:
            conditions.append(condition)
            values.append(to_microseconds(instant))
    if wanted.after_id is not None:
        conditions.append("id > ?")
        values.append(wanted.after_id)
    return conditions, values


def _spell(number: str) -> tuple[str, str]:
    """Return the two ways in which platforms write a number: with its "+", and without."""
    digits = number.removeprefix("+")
    return (number, f"+{digits}" if number == digits else digits)


def _time_of(line: SentMessage | StoredEvent) -> datetime:
    return line.sent_at if isinstance(line, SentMessage) else line.received_at
