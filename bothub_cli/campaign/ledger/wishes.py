"""Who asked not to be written to, as the shared ledger knows it: keyed hashes, heard of by every machine."""

import threading
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import psycopg

from bothub_cli.campaign.ledger.exchange import Held
from bothub_cli.campaign.ledger.link import Connection, LedgerConnection
from bothub_cli.campaign.ledger.seal import NumberHash

_OVERLAP = 1000  # changes that are read again: one with a lower number may be committed after one with a higher
_CHANGES = "SELECT number, is_stopped, change FROM suppression WHERE bot = %s AND change > %s"
_ADD = """
INSERT INTO suppression AS s (bot, number, is_stopped, since, source) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (bot, number) DO UPDATE SET is_stopped = excluded.is_stopped, since = excluded.since,
    source = excluded.source, change = nextval('suppression_change')
WHERE s.since <= excluded.since AND s.is_stopped IS DISTINCT FROM excluded.is_stopped
"""
_SILENCE = """
UPDATE row SET state = 7, at = (extract(epoch FROM clock_timestamp()) * 1000)::bigint
FROM unnest(%s::integer[], %s::integer[], %s::integer[]) AS w (block, attempt, seq)
JOIN block ON block.campaign = %s AND block.number = w.block AND block.attempt = w.attempt
WHERE row.campaign = %s AND row.seq = w.seq AND row.block = w.block AND row.state IN (0, 6)
"""


class Wishes:
    """What a worker knows of the list, for one bot and one campaign."""

    def __init__(self, *, bot: str, campaign: int, number_hash: NumberHash) -> None:
        self._bot = bot
        self._campaign = campaign
        self._hash = number_hash
        self._stopped: set[bytes] = set()
        self._last_change = 0
        self._silenced: list[Held] = []
        self._lock = threading.Lock()

    def is_suppressed(self, number: str) -> bool:
        """Tell whether the person behind this number said STOP, as far as this machine has heard."""
        return bool(self._stopped) and self._hash(number) in self._stopped

    def note(self, rows: Iterable[Held]) -> None:
        """Note rows that are not sent for it; the next look tells the ledger."""
        with self._lock:
            self._silenced += rows

    def ask(self, connection: Connection) -> "psycopg.Cursor[tuple[Any, ...]]":
        """Ask for what has changed, and tell what was not sent; inside a pipeline."""
        with self._lock:
            rows = list(self._silenced)
        if rows:
            columns = ([row.block for row in rows], [row.attempt for row in rows], [row.seq for row in rows])
            connection.execute(_SILENCE, (*columns, self._campaign, self._campaign))
        self._reported = len(rows)
        return connection.execute(_CHANGES, (self._bot, self._last_change - _OVERLAP))

    def hear(self, changes: Iterable[tuple[Any, ...]]) -> None:
        """Take the answer in."""
        with self._lock:
            del self._silenced[: self._reported]
        for number, is_stopped, change in changes:
            (self._stopped.add if is_stopped else self._stopped.discard)(bytes(number))
            self._last_change = max(self._last_change, change)


class SharedSuppressions:
    """The shared list of one bot, for whoever hears a STOP, or is told of one. Numbers as digits with their plus."""

    def __init__(self, link: LedgerConnection, *, bot: str, number_hash: NumberHash) -> None:
        self._link = link
        self._bot = bot
        self._hash = number_hash

    def add(self, numbers: Iterable[str], *, since: datetime, source: str) -> None:
        """These people are not written to any more."""
        self._write(numbers, since, source, is_stopped=True)

    def remove(self, numbers: Iterable[str], *, since: datetime, source: str) -> None:
        """These people may be written to again."""
        self._write(numbers, since, source, is_stopped=False)

    def _write(self, numbers: Iterable[str], since: datetime, source: str, *, is_stopped: bool) -> None:
        values = [(self._bot, self._hash(number), is_stopped, since, source) for number in numbers]

        def work(connection: Connection) -> None:
            with connection.transaction():
                connection.cursor().executemany(_ADD, values)

        self._link.run(work)

    def count(self) -> int:
        """How many people are on the list."""
        statement = "SELECT count(*) FROM suppression WHERE bot = %s AND is_stopped"
        row = self._link.run(lambda connection: connection.execute(statement, (self._bot,)).fetchone())
        return int(row[0]) if row else 0

    def contains(self, number: str) -> bool:
        """Tell whether this person is on the list."""
        statement = "SELECT 1 FROM suppression WHERE bot = %s AND number = %s AND is_stopped"
        values = (self._bot, self._hash(number))
        return self._link.run(lambda connection: connection.execute(statement, values).fetchone()) is not None
