"""The list of numbers that asked not to be written to, one list per profile."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from bothub_cli.clock import to_rfc3339
from bothub_cli.events.store.database import Database, from_microseconds, storable, to_microseconds
from bothub_cli.events.store.schema import DOUBTFUL
from bothub_cli.phone_numbers import identify
from bothub_cli.record import record

if TYPE_CHECKING:  # with it come all kinds of events, which a sender need not load
    from bothub_cli.events.opt_out import Spoken

TITLES = ("number", "since", "source", "word")  # of the list as a table, which every reader of lists reads again


SuppressionSource = Literal["user", "manual", "import"]


@record
class Suppression:
    """A number that must not be written to; ``word`` is what the user said."""

    profile: str
    number: str
    since: datetime
    source: SuppressionSource
    word: str | None = None


@record
class SuppressionCounts:
    """How many numbers are on a list by who put them there, and how many people's texts were perhaps meant so."""

    user: int
    manual: int
    imported: int
    doubtful: int

    @property
    def total(self) -> int:
        """How many numbers are on the list."""
        return self.user + self.manual + self.imported


class SuppressionList:
    """One profile's list; numbers are kept in E.164 without their "+", whatever spelling they came in."""

    def __init__(self, database: Database, *, profile: str) -> None:
        self._database = database
        self._profile = profile

    def find(self, number: str) -> Suppression | None:
        """Return the entry of a number, None when it may be written to."""
        sql = "SELECT * FROM suppressions WHERE profile = ? AND number = ?"
        rows = self._database.query(sql, (self._profile, to_key(number)))
        return _read(rows[0]) if rows else None

    def find_listed(self, numbers: Iterable[str]) -> set[str]:
        """Return those of the numbers that are on the list now; of many, ``ListedNumbers`` knows it sooner."""
        return {number for number in numbers if self.find(number) is not None}

    def __iter__(self) -> Iterator[Suppression]:
        sql = "SELECT * FROM suppressions WHERE profile = ? ORDER BY since, number"
        return map(_read, self._database.iterate(sql, (self._profile,)))

    def count(self) -> SuppressionCounts:
        """Count the list, and the people whose text may have been meant as STOP and who are not on it."""
        sql = "SELECT source, count(*) FROM suppressions WHERE profile = ? GROUP BY source"
        sources: dict[str, int] = {row[0]: row[1] for row in self._database.query(sql, (self._profile,))}
        texts = (
            "SELECT count(DISTINCT number) FROM events WHERE profile = ? AND wish = ? AND substr(number, 2) NOT IN"
            " (SELECT number FROM suppressions WHERE profile = ?)"
        )
        [row] = self._database.query(texts, (self._profile, DOUBTFUL, self._profile))
        return SuppressionCounts(
            user=sources.get("user", 0),
            manual=sources.get("manual", 0),
            imported=sources.get("import", 0),
            doubtful=row[0],
        )

    def add(self, numbers: Iterable[str], *, now: datetime, source: SuppressionSource = "manual") -> int:
        """Add numbers and return how many were new; an entry that is there keeps its date and its reason."""
        with self._database.transaction() as connection:
            return connection.executemany(
                "INSERT OR IGNORE INTO suppressions (profile, number, since, source) VALUES (?, ?, ?, ?)",
                ((self._profile, to_key(number), to_microseconds(now), source) for number in numbers),
            ).rowcount

    def remove(self, numbers: Iterable[str]) -> int:
        """Take numbers off and return how many were on the list."""
        with self._database.transaction() as connection:
            return connection.executemany(
                "DELETE FROM suppressions WHERE profile = ? AND number = ?",
                ((self._profile, to_key(number)) for number in numbers),
            ).rowcount


def apply_wish(
    connection: sqlite3.Connection, spoken: "Spoken", *, profile: str, number: str, said_at: datetime
) -> bool:
    """Put a number on the list, or take it off, inside the transaction that stores the event; tell if that changed it.

    A START that was said before the latest STOP, and arrives after it, changes nothing.
    """
    key, since = to_key(number), to_microseconds(said_at)
    if spoken.is_stop:
        changed = connection.execute(
            "INSERT INTO suppressions (profile, number, since, source, word) VALUES (?, ?, ?, 'user', ?)"
            " ON CONFLICT (profile, number) DO UPDATE SET since = max(since, excluded.since), word = excluded.word,"
            " source = 'user'",
            (profile, key, since, storable(spoken.word)),
        )
    else:
        sql = "DELETE FROM suppressions WHERE profile = ? AND number = ? AND since <= ?"
        changed = connection.execute(sql, (profile, key, since))
    return changed.rowcount > 0


def to_key(number: str) -> str:
    """Return what the list keeps of a number: E.164 without its plus."""
    return (storable(identify(number)) or "").removeprefix("+")


def _read(row: sqlite3.Row) -> Suppression:
    digits = row["number"]
    return Suppression(
        profile=row["profile"],
        number=f"+{digits}" if digits.isascii() and digits.isdigit() else digits,
        since=from_microseconds(row["since"]),
        source=row["source"],
        word=row["word"],
    )


def to_rows(entries: Iterable[Suppression]) -> Iterator[tuple[str, ...]]:
    """Yield the header and one row an entry, each of one line, for csv.writer."""
    yield TITLES
    for entry in entries:
        yield (entry.number, to_rfc3339(entry.since), entry.source, " ".join((entry.word or "").split()))
