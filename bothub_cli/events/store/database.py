"""Opens the event store's file: durable, private, shared by several processes."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bothub_cli.errors import ConfigurationError, LockBusyError
from bothub_cli.events.store.schema import LaterFormatError, migrate
from bothub_cli.files import PRIVATE_FILE, make_private_directory

BUSY_TIMEOUT: Final = 10.0  # seconds to wait for another process that writes
_SWITCH_PAUSE: Final = 0.01  # seconds
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Database:
    """One connection to the store; used by one thread at a time."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    def query(self, sql: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """Return all rows of a SELECT. Raises ConfigurationError, LockBusyError."""
        with explained(self.path):
            return self._connection.execute(sql, values).fetchall()

    def iterate(self, sql: str, values: tuple[object, ...] = ()) -> Iterator[sqlite3.Row]:
        """Yield the rows of a SELECT one by one, so that a million of them take no memory."""
        with explained(self.path):
            yield from self._connection.execute(sql, values)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing: when the block ends, everything in it is on the disk.

        Raises ConfigurationError, LockBusyError.
        """
        with explained(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the connection; the last one to close folds the log into the file."""
        self._connection.close()


def open_database(path: Path) -> Database:
    """Open the store, made for its owner alone when it is new. Raises ConfigurationError, LockBusyError."""
    try:
        make_private_directory(path.parent)
        _create_private(path)
    except OSError as problem:
        raise ConfigurationError(problem=f"the event store cannot be opened: {problem}", where=str(path)) from problem
    with explained(path):
        return Database(path, _connect(path))


def _create_private(path: Path) -> None:
    """Make the file before SQLite does, which knows no mode; one that is there is never touched.

    On POSIX, closing any descriptor of a file gives up every lock that the process has on it (sqlite.org/howtocorrupt,
    2.2): another process would then believe itself alone, and delete the log that this one still writes to.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))


def _connect(path: Path) -> sqlite3.Connection:
    # Threads hand the connection over, they never share it; isolation_level=None leaves transactions to us.
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        _switch_to_wal(connection)
        connection.execute("PRAGMA synchronous = FULL")  # in WAL mode: one fsync a commit, before it is reported
        connection.execute("PRAGMA foreign_keys = ON")
        migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch the journal's mode, again and again while another process does the same to a new file.

    SQLite does not wait by itself here: whoever upgrades a read lock while another does would wait for ever.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_SWITCH_PAUSE)
        else:
            return


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise  # a bug of ours, not the file's
    except LaterFormatError as problem:
        raise ConfigurationError(
            problem=f"the event store is too new: {problem}", where=str(path), fix="upgrade bothub"
        ) from problem
    except sqlite3.DatabaseError as problem:
        if problem.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):  # the primary code
            raise LockBusyError(subject="the event store") from problem
        raise ConfigurationError(
            problem=f"the event store is unusable: {problem}", where=str(path), fix="make room, or move the file away"
        ) from problem


def to_microseconds(instant: datetime) -> int:
    """Return an aware instant as the store keeps it."""
    return (instant - _EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    """Return the instant of a stored number."""
    return _EPOCH + timedelta(microseconds=value)


def storable(text: str | None) -> str | None:
    """Replace what UTF-8 cannot carry: JSON may hold half of a surrogate pair, which SQLite refuses."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")
