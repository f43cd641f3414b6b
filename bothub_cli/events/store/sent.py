"""Remembers what was sent, so that a status can be told from a message and a conversation has two sides."""

import sqlite3
from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from typing import Final

from bothub_cli.events.store.database import Database, from_microseconds, storable, to_microseconds
from bothub_cli.phone_numbers import identify
from bothub_cli.record import record
from bothub_cli.redaction import MASK

SENT_COLUMNS: Final = "profile, msg_id, number, sent_at, status, summary, is_masked"


@record
class SentMessage:
    """A message of ours; ``summary`` is its text, or a mask of it when ``is_masked``."""

    profile: str
    msg_id: str | None
    number: str
    sent_at: datetime
    status: str | None
    summary: str | None = field(default=None, repr=False)
    is_masked: bool = True


class SentLog:
    """The writing side; ``keep_texts`` says whether texts are stored as they are."""

    def __init__(self, database: Database, *, keep_texts: bool = False) -> None:
        self._database = database
        self._keep_texts = keep_texts

    def record(self, messages: Sequence[SentMessage]) -> None:
        """Store messages that the API accepted. Raises ConfigurationError, LockBusyError."""
        with self._database.transaction() as connection:
            connection.executemany(
                f"INSERT INTO sent_messages ({SENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 (a constant)
                map(self._to_row, messages),
            )

    def _to_row(self, message: SentMessage) -> tuple[object, ...]:
        summary = message.summary if self._keep_texts or message.summary is None else mask_text(message.summary)
        return (
            message.profile,
            storable(message.msg_id),
            storable(identify(message.number)),
            to_microseconds(message.sent_at),
            storable(message.status),
            storable(summary),
            not self._keep_texts,
        )


def mask_text(text: str) -> str:
    """Return what may be kept of a text: its length."""
    return f"{MASK} ({len(text)} characters)"


def read_sent(row: sqlite3.Row) -> SentMessage:
    """Read a row of SENT_COLUMNS."""
    return SentMessage(
        profile=row["profile"],
        msg_id=row["msg_id"],
        number=row["number"],
        sent_at=from_microseconds(row["sent_at"]),
        status=row["status"],
        summary=row["summary"],
        is_masked=bool(row["is_masked"]),
    )
