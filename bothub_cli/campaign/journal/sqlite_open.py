"""Opens a campaign's journal: to send, under a lock; to look at it; or beside the sending."""

import os
import secrets
import sqlite3
from contextlib import ExitStack
from pathlib import Path

from bothub_cli.campaign.journal import sqlite_schema as sql
from bothub_cli.campaign.journal.interface import CampaignRecord
from bothub_cli.campaign.journal.sqlite import SqliteJournal
from bothub_cli.campaign.journal.sqlite_errors import translated
from bothub_cli.errors import ConfigurationError, LockBusyError
from bothub_cli.files import PRIVATE_FILE, hold_lock, make_private_directory

_LOCK_WAIT = 0.2  # seconds: whoever only looks whether a campaign runs holds the lock for a moment
_WAIT_BESIDE = 60.0  # seconds: at full speed the sending holds the journal nine tenths of the time


def open_for_sending(path: Path, record: CampaignRecord, *, force: bool = False) -> SqliteJournal:
    """Open a campaign's journal, or begin one; rows that a dead process left claimed become unknown.

    Raises LockBusyError when another process works on it, InputRefusedError when a fingerprint has changed and
    ``force`` is not given, ConfigurationError when the file cannot be used.
    """
    with ExitStack() as lock:
        _hold(lock, path, record.campaign_id)
        _create_file(path)
        database = _connect(path)
        lock.callback(database.close)
        with translated(path):
            _begin(database, record)
        journal = SqliteJournal(database, path, None)
        if record.check_against(journal.record, force=force):
            journal.note_fingerprints(record.fingerprints)
        with translated(path):
            database.execute(sql.ABANDON_CLAIMS)
            if not database.execute("SELECT 1 FROM meta WHERE name = 'planned'").fetchone():
                database.execute("DELETE FROM row")  # a plan that was cut short is made again
        return SqliteJournal(database, path, lock.pop_all())


def _lock_of(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def _hold(lock: ExitStack, path: Path, campaign_id: str) -> None:
    lock_path = _lock_of(path)
    try:
        lock.enter_context(hold_lock(lock_path, wait=_LOCK_WAIT, subject=f"the campaign {campaign_id}"))
    except OSError as exc:
        raise ConfigurationError(problem=exc.strerror or str(exc), where=str(lock_path)) from exc


def is_in_use(path: Path) -> bool:
    """Tell whether a process works on this campaign now."""
    try:
        with hold_lock(_lock_of(path), wait=0, subject=str(path)):
            return False
    except LockBusyError:
        return True
    except OSError:  # a folder without locks, or one that is read-only: nobody can work there
        return False


def open_for_reading(path: Path) -> SqliteJournal:
    """Open a journal to look at it, also while another process sends. Raises ConfigurationError."""
    if not path.is_file():
        raise ConfigurationError(problem="no such campaign", where=str(path), fix="bothub campaign list")
    is_writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return SqliteJournal(_connect(path) if is_writable else _connect_unchanging(path), path, None)


def open_beside(path: Path) -> SqliteJournal:
    """Open a journal a second time in the process that sends, for hand-overs in another thread.

    Its writes wait for those of the sending, which never stop for long but leave little room between two of them.
    """
    return SqliteJournal(_connect(path, wait=_WAIT_BESIDE), path, None)


def _create_file(path: Path) -> None:
    """Create the file for its owner alone before SQLite would create it for everybody."""
    try:
        make_private_directory(path.parent)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE))
    except OSError as exc:
        raise ConfigurationError(problem=exc.strerror or str(exc), where=str(path)) from exc


def _connect(path: Path, *, wait: float = 5.0) -> sqlite3.Connection:
    with translated(path):
        database = sqlite3.connect(path, isolation_level=None, timeout=wait, check_same_thread=False)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
    return _check_kind(database, path)


def _connect_unchanging(path: Path) -> sqlite3.Connection:
    """Connect where nothing can be written: SQLite keeps no files of its own there (https://sqlite.org/wal.html, 7).

    Without a log beside it the file is whole, and nobody is writing; with one, it is read as well if it can be.
    """
    log = path.with_name(path.name + "-wal")
    mode = "mode=ro" if log.is_file() and log.stat().st_size else "immutable=1"
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None)
        database.execute("SELECT 1 FROM meta")
    except sqlite3.DatabaseError as exc:
        raise ConfigurationError(
            problem=f"the journal cannot be read in a folder where nothing can be written: {exc}",
            where=str(path),
            fix=f"copy it, and {log.name} if it is there, to a folder of yours: --journal COPY",
        ) from exc
    return _check_kind(database, path)


def _check_kind(database: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """Refuse a file that is no journal, or one of a later version."""
    with translated(path):
        (version,) = database.execute("PRAGMA user_version").fetchone()
        (application,) = database.execute("PRAGMA application_id").fetchone()
    if version > sql.VERSION:
        raise ConfigurationError(problem="a newer bothub wrote this journal", where=str(path))
    if application not in {0, sql.APPLICATION_ID}:
        raise ConfigurationError(problem="this file is no campaign journal", where=str(path))
    return database


def _begin(database: sqlite3.Connection, record: CampaignRecord) -> None:
    """Create the tables in a new file, all of them or none."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == sql.VERSION:
        return
    notes = [*record.to_notes().items(), ("salt", secrets.token_hex(16))]
    database.execute("BEGIN IMMEDIATE")
    for statement in sql.CREATE.split(";"):
        database.execute(statement)
    database.executemany("INSERT INTO meta VALUES (?, ?)", notes)
    database.execute(f"PRAGMA application_id = {sql.APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {sql.VERSION}")
    database.execute("COMMIT")
