"""Opens SQLite files for their owner alone, durable and shared, and says in our words what SQLite found."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

from bothub_cli.errors import ConfigurationError, LockBusyError
from bothub_cli.files import PRIVATE_FILE, check_readable, make_private_directory, say_unreadable, say_unwritable
from bothub_cli.files.owners import check_owner, check_regular, narrow
from bothub_cli.record import record

BUSY_TIMEOUT: Final = 10.0  # seconds to wait for another process that writes
_SWITCH_PAUSE: Final = 0.01  # seconds
_BUSY: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FOREIGN: Final = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


@record
class SqliteFile:
    """A file, and how to speak of it: ``subject`` as in "the event store", ``fix`` what helps when it is unusable."""

    path: Path
    subject: str
    fix: str | None = None

    def connect(
        self, *, wait: float = BUSY_TIMEOUT, synchronous: Literal["FULL", "NORMAL"] = "FULL", exclusive: bool = False
    ) -> sqlite3.Connection:
        """Open the file, made for its owner alone when it is new, in WAL mode; transactions are the caller's.

        One that somebody else could have filled is refused. One thread at a time uses a connection, and may hand it to
        another. Raises ConfigurationError, LockBusyError.
        """
        with self.placed(), self.explained():
            make_private_directory(self.path.parent)
            check_regular(self.path)
            check_owner(self.path)
            narrow(self.path)
            self._create()
            self._check_readable()
            connection = sqlite3.connect(self.path, timeout=wait, isolation_level=None, check_same_thread=False)
        try:
            with self.explained():
                if exclusive:
                    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                _switch_to_wal(connection, wait)
                connection.execute(f"PRAGMA synchronous = {synchronous}")  # FULL: one fsync a commit, before it is told
        except BaseException:
            connection.close()
            raise
        return connection

    def connect_unchanging(self) -> sqlite3.Connection:
        """Open a file to read it where nothing can be written: SQLite keeps no files of its own there.

        Without a log beside it the file is whole, and nobody is writing (sqlite.org/wal.html, 7); with one, it is read
        as well if it can be. Raises ConfigurationError, LockBusyError.
        """
        log = self.path.with_name(self.path.name + "-wal")
        with self.explained():
            check_owner(self.path)
            mode = "mode=ro" if log.is_file() and log.stat().st_size else "immutable=1"
            uri = f"{self.path.absolute().as_uri()}?{mode}"
            return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what SQLite finds into ConfigurationError or LockBusyError; our own mistakes stay visible."""
        try:
            yield
        except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
            raise
        except UnicodeDecodeError as found:  # a damaged file's own words in SQLite's error
            raise self._refuse(f"this file is not {self.subject}, or it is damaged", fix=self.fix) from found
        except sqlite3.DatabaseError as found:
            code = getattr(found, "sqlite_errorcode", 0) & 0xFF  # the primary code
            if code in _BUSY:
                raise LockBusyError(subject=self.subject) from found
            if code in _FOREIGN:
                raise self._refuse(f"this file is not {self.subject}, or it is damaged", fix=self.fix) from found
            raise self._refuse(f"{self.subject} cannot be used: {found}", fix=self.fix) from found

    @contextmanager
    def placed(self) -> Iterator[None]:
        """Turn what the system says about the file's place into ConfigurationError."""
        try:
            yield
        except OSError as found:
            raise self._refuse(f"{self.subject}: {say_unwritable(found)}", fix=self.fix) from found

    def refuse_later_format(self, version: int, *, known: int) -> None:
        """Raise ConfigurationError for a file that a later program wrote."""
        if version > known:
            problem = f"a newer bothub wrote {self.subject}: it has format {version}, this one knows {known}"
            raise self._refuse(problem, fix="upgrade bothub")

    def _refuse(self, problem: str, *, fix: str | None) -> ConfigurationError:
        return ConfigurationError(problem=problem, where=str(self.path), fix=fix)

    def _check_readable(self) -> None:
        """Say why the file cannot be opened, of which SQLite knows only that it cannot."""
        try:
            check_readable(self.path)
        except OSError as found:
            raise self._refuse(f"{self.subject}: {say_unreadable(found)}", fix=self.fix) from found

    def _create(self) -> None:
        """Make the file before SQLite does, which knows no mode; one that is there is never touched.

        On POSIX, closing any descriptor of a file gives up every lock that the process has on it
        (sqlite.org/howtocorrupt, 2.2): another process would then believe itself alone, and delete the log that this
        one still writes to.
        """
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE_FILE))


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Write all or nothing: when the block ends, everything in it is on the disk."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite ends it by itself on some errors, and not on others
            connection.execute("ROLLBACK")
        raise


def _switch_to_wal(connection: sqlite3.Connection, wait: float) -> None:
    """Switch the journal's mode, again and again while another process does the same to a new file.

    SQLite does not wait by itself here: whoever upgrades a read lock while another does would wait for ever.
    """
    deadline = time.monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as problem:
            if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_SWITCH_PAUSE)
        else:
            return
