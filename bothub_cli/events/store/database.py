"""The event store's connection: durable, shared by several processes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bothub_cli.errors import ConfigurationError
from bothub_cli.events.store.schema import SCHEMA_VERSION, migrate, read_version
from bothub_cli.files.owners import STATE_ELSEWHERE, check_folder, is_kept_by_root, name_me
from bothub_cli.storage.sqlite import BUSY_TIMEOUT, SqliteFile, transaction

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Database:
    """One connection to the store; used by one thread at a time."""

    def __init__(self, file: SqliteFile, connection: sqlite3.Connection) -> None:
        self._file = file
        self._connection = connection

    @property
    def path(self) -> Path:
        """Where the store is."""
        return self._file.path

    def query(self, sql: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """Return all rows of a SELECT. Raises ConfigurationError, LockBusyError."""
        with self._file.explained():
            return self._connection.execute(sql, values).fetchall()

    def iterate(self, sql: str, values: tuple[object, ...] = ()) -> Iterator[sqlite3.Row]:
        """Yield the rows of a SELECT one by one, so that a million of them take no memory."""
        with self._file.explained():
            yield from self._connection.execute(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing: when the block ends, everything in it is on the disk.

        Raises ConfigurationError, LockBusyError.
        """
        with self._file.explained(), transaction(self._connection):
            yield self._connection

    def close(self) -> None:
        """Close the connection; the last one to close folds the log into the file."""
        self._connection.close()


def open_database(path: Path, *, wait: float = BUSY_TIMEOUT) -> Database:
    """Open the store, made for its owner alone when it is new. Raises ConfigurationError, LockBusyError."""
    file = SqliteFile(path=path, subject="the event store", fix="make room, or move the file away")
    check_folder(path.parent, choice=STATE_ELSEWHERE)
    if problem := find_sudo_leftover(path):
        raise problem
    connection = file.connect(wait=wait)
    try:
        with file.explained():
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            file.refuse_later_format(read_version(connection), known=SCHEMA_VERSION)
            migrate(connection)
    except BaseException:
        connection.close()
        raise
    return Database(file, connection)


def find_sudo_leftover(path: Path) -> ConfigurationError | None:
    """Return the error for a store that a bothub under sudo has made, which its user can no longer use."""
    for each in (path.parent, path, *(path.with_name(path.name + end) for end in ("-wal", "-shm"))):
        if is_kept_by_root(each):
            return ConfigurationError(
                where=str(each),
                problem="belongs to root, who has run bothub here (sudo?), so you cannot use the event store",
                fix=f"sudo chown -R {name_me()} {path.parent}, or go on without it: --no-record",
            )
    return None


def to_microseconds(instant: datetime) -> int:
    """Return an aware instant as the store keeps it."""
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    """Return the instant of a stored number."""
    return _EPOCH + timedelta(microseconds=value)


def storable(text: str | None) -> str | None:
    """Replace what UTF-8 cannot carry: JSON may hold half of a surrogate pair, which SQLite refuses."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")
