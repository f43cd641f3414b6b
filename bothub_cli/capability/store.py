"""Remembers which numbers can receive RCS, without remembering the numbers.

A cache in one SQLite file. A number is stored as a keyed hash, together with the bot that asked (whether a user can be
reached depends on it); the key lies beside the file, readable by its owner alone. Who has the file without the key
cannot try numbers on it. Every operation opens, locks and closes the file by itself, so threads and processes share it.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from bothub_cli.files import write_private
from bothub_cli.files.owners import STATE_ELSEWHERE, check_folder
from bothub_cli.storage.sqlite import SqliteFile, transaction

# Orange's advice: ask again after 3 months for a number that has RCS, after 2 for one that has not (BotHub FAQ).
RCS_IS_FRESH_FOR = timedelta(days=90)
NOT_RCS_IS_FRESH_FOR = timedelta(days=60)
# An answer from the future is a clock that was wrong; a little of that is normal between machines.
CLOCK_SKEW = timedelta(days=1)

_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    number_hash BLOB PRIMARY KEY,
    is_rcs INTEGER NOT NULL,
    capabilities TEXT NOT NULL,
    asked_at INTEGER NOT NULL
) WITHOUT ROWID
"""
_SAVE = """
INSERT INTO answers VALUES (?, ?, ?, ?)
ON CONFLICT (number_hash) DO UPDATE SET
    is_rcs = excluded.is_rcs, capabilities = excluded.capabilities, asked_at = excluded.asked_at
WHERE excluded.asked_at >= answers.asked_at
"""
_KEY_SIZE = 32  # bytes
_HASH_SIZE = 16  # bytes: among a billion numbers, a collision has a chance of 1 in 10^21
_AT_ONCE = 500  # numbers in one query; SQLite before 3.32 took 999 parameters
_BUSY_TIMEOUT = 30  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityAnswer:
    """What the API said about a number (E.164), and when (aware); ``capabilities`` are its own words."""

    number: str
    is_rcs: bool
    asked_at: datetime
    capabilities: tuple[str, ...] = ()

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether the answer still counts, or should be asked for again."""
        limit = RCS_IS_FRESH_FOR if self.is_rcs else NOT_RCS_IS_FRESH_FOR
        return -CLOCK_SKEW <= now - self.asked_at < limit


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilitySplit:
    """A list of numbers in three, each in its first order and without repeats; ``unknown`` includes what is too old."""

    rcs: tuple[CapabilityAnswer, ...]
    not_rcs: tuple[CapabilityAnswer, ...]
    unknown: tuple[str, ...]


class CapabilityStore:
    """The answers for one bot; ``scope`` names it, for example by API base and bot ID.

    One that somebody else could have filled is refused: ConfigurationError. Every method raises it for a store that
    cannot be used, and LockBusyError when others hold it too long.
    """

    def __init__(self, directory: Path, *, scope: str) -> None:
        check_folder(directory, choice=STATE_ELSEWHERE)
        self._scope = scope.encode()
        self._file = SqliteFile(
            path=directory / "capabilities.sqlite3",
            subject="the capability store",
            fix="check the directory's permissions; the file is only a cache and may be deleted",
        )
        self._key_path = directory / "capabilities.key"

    def get_many(self, numbers: Iterable[str]) -> dict[str, CapabilityAnswer]:
        """Return what is known of these numbers, however old."""
        wanted = dict.fromkeys(numbers)
        if not self._file.path.exists():
            return {}
        with self._open() as (connection, key):
            return {
                answer.number: answer for batch in _batches(wanted) for answer in self._select(connection, key, batch)
            }

    def put_many(self, answers: Iterable[CapabilityAnswer]) -> None:
        """Save answers, all or none; a newer one that is there already stays, and what is too old to use goes."""
        ready = list(answers)  # the lock is not held while a caller is still asking the API
        if not ready:
            return
        newest = max(answer.asked_at for answer in ready)
        too_old = newest - max(RCS_IS_FRESH_FOR, NOT_RCS_IS_FRESH_FOR)
        with self._open() as (connection, key):
            connection.executemany(_SAVE, (self._make_row(key, answer) for answer in ready))
            connection.execute("DELETE FROM answers WHERE asked_at < ?", (int(too_old.timestamp()),))

    def split(self, numbers: Iterable[str], *, now: datetime) -> CapabilitySplit:
        """Sort numbers into those with RCS, those without, and those to ask about."""
        wanted = dict.fromkeys(numbers)
        known = {number: answer for number, answer in self.get_many(wanted).items() if answer.is_fresh(now)}
        fresh = [known[number] for number in wanted if number in known]
        return CapabilitySplit(
            rcs=tuple(answer for answer in fresh if answer.is_rcs),
            not_rcs=tuple(answer for answer in fresh if not answer.is_rcs),
            unknown=tuple(number for number in wanted if number not in known),
        )

    def _select(self, connection: sqlite3.Connection, key: bytes, numbers: Sequence[str]) -> Iterator[CapabilityAnswer]:
        by_hash = {self._hash(key, number): number for number in numbers}
        marks = ",".join("?" * len(by_hash))
        query = f"SELECT number_hash, is_rcs, capabilities, asked_at FROM answers WHERE number_hash IN ({marks})"  # noqa: S608  # only question marks
        for number_hash, is_rcs, capabilities, asked_at in connection.execute(query, list(by_hash)):
            yield CapabilityAnswer(
                number=by_hash[number_hash],
                is_rcs=bool(is_rcs),
                capabilities=tuple(json.loads(capabilities)),
                asked_at=datetime.fromtimestamp(asked_at, UTC),
            )

    def _make_row(self, key: bytes, answer: CapabilityAnswer) -> tuple[bytes, bool, str, int]:
        words = json.dumps(answer.capabilities)
        return self._hash(key, answer.number), answer.is_rcs, words, int(answer.asked_at.timestamp())

    def _hash(self, key: bytes, number: str) -> bytes:
        return hashlib.blake2b(self._scope + b"\0" + number.encode(), key=key, digest_size=_HASH_SIZE).digest()

    @contextmanager
    def _open(self) -> Iterator[tuple[sqlite3.Connection, bytes]]:
        """Hold the file for one operation, which is saved whole, or not at all when it raises."""
        connection = self._file.connect(wait=_BUSY_TIMEOUT)
        with self._file.explained(), closing(connection), transaction(connection):
            self._prepare(connection)
            with self._file.placed():
                key = self._load_key(connection)
            yield connection, key

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        self._file.refuse_later_format(version, known=_SCHEMA_VERSION)
        connection.execute(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")

    def _load_key(self, connection: sqlite3.Connection) -> bytes:
        """Return the key; a missing or broken one is replaced, which makes all that is stored worthless."""
        try:
            key = self._key_path.read_bytes()
        except FileNotFoundError:
            key = b""
        if len(key) == _KEY_SIZE:
            return key
        connection.execute("DELETE FROM answers")
        key = secrets.token_bytes(_KEY_SIZE)
        write_private(self._key_path, key)
        return key


def _batches(numbers: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(numbers)
    while batch := list(islice(remaining, _AT_ONCE)):
        yield batch
