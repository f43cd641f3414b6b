"""Opens a campaign's journal: to send, under a lock; to look at it; or beside the sending."""

import os
import secrets
import sqlite3
from contextlib import ExitStack
from pathlib import Path

from bothub_cli.campaign.journal import sqlite_schema as sql
from bothub_cli.campaign.journal.held_file import Mark, hold, is_held, read_mark, refuse_lost
from bothub_cli.campaign.journal.interface import CampaignRecord
from bothub_cli.campaign.journal.sqlite import SqliteJournal
from bothub_cli.errors import ConfigurationError
from bothub_cli.files import say_unreadable
from bothub_cli.misspellings import choose_from
from bothub_cli.storage.sqlite import SqliteFile, transaction

_WAIT_BESIDE = 60.0  # seconds: at full speed the sending holds the journal nine tenths of the time


def open_for_sending(path: Path, record: CampaignRecord, *, force: bool = False) -> SqliteJournal:
    """Open a campaign's journal, or begin one; rows that a dead process left claimed become unknown.

    Raises LockBusyError when another process works on it, InputRefusedError when a fingerprint has changed and
    ``force`` is not given, ConfigurationError when the file cannot be used, or is not the one that sending began with.
    """
    path = path.resolve()
    with ExitStack() as opened:
        held = hold(path, subject=f"the campaign {record.campaign_id}", force=force)
        opened.callback(held.close, Mark(journal="", steps=0))
        database = _connect(path)
        opened.callback(database.close)
        with _file(path).explained():
            _begin(database, record)
        journal = SqliteJournal(database, _file(path), held)
        if not force:
            _compare(journal.mark, read_mark(path), path)
        if record.check_against(journal.record, force=force):
            journal.note_fingerprints(record.fingerprints)
        journal.begin_run()
        opened.pop_all()
        return journal


def _compare(now: Mark, then: Mark | None, path: Path) -> None:
    """Refuse another journal, or an older copy, in the place of the one by which the sending went."""
    if then is None:
        return
    if now.journal != then.journal:
        raise refuse_lost(path, "this is another journal than the one that was here")
    if now.steps < then.steps:
        raise refuse_lost(path, "this is an older copy of the journal")


def is_in_use(path: Path) -> bool:
    """Tell whether a process works on this campaign now."""
    return is_held(path.resolve())


def open_for_reading(path: Path) -> SqliteJournal:
    """Open a journal to look at it, also while another process sends. Raises ConfigurationError."""
    path = path.resolve()
    is_there = path.is_file()
    if read_mark(path) is not None and not (is_there and path.stat().st_size):
        problem = "the journal is empty" if is_there else "the journal is gone"
        raise ConfigurationError(problem=f"{problem}, although messages of this campaign went out", where=str(path))
    if not is_there:
        problem = say_unreadable(IsADirectoryError() if path.is_dir() else FileNotFoundError())
        raise ConfigurationError(problem=problem, where=str(path), fix=_name_others(path))
    if not path.stat().st_size:
        raise ConfigurationError(problem="the journal is empty", where=str(path), fix=_name_others(path))
    is_writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    return SqliteJournal(_connect(path) if is_writable else _connect_unchanging(path), _file(path))


def refuse_unknown(path: Path) -> None:
    """Refuse the name of a campaign that has no journal, and never had one. Raises ConfigurationError."""
    if not path.exists() and read_mark(path) is None:
        raise ConfigurationError(problem="no such campaign", where=str(path), fix=_name_others(path))


def _name_others(path: Path) -> str:
    names = (each.stem for each in path.parent.glob(f"*{path.suffix}") if each != path)
    return choose_from(path.stem, names, "bothub campaign list")


def open_beside(path: Path) -> SqliteJournal:
    """Open a journal a second time in the process that sends, for hand-overs in another thread.

    Its writes wait for those of the sending, which never stop for long but leave little room between two of them.
    """
    path = path.resolve()
    return SqliteJournal(_connect(path, wait=_WAIT_BESIDE), _file(path))


def _file(path: Path) -> SqliteFile:
    return SqliteFile(path=path, subject="the journal of a campaign")


def _connect(path: Path, *, wait: float = 5.0) -> sqlite3.Connection:
    database = _file(path).connect(wait=wait)
    try:
        _check_kind(database, path)
    except BaseException:
        database.close()
        raise
    return database


def _connect_unchanging(path: Path) -> sqlite3.Connection:
    """Connect where nothing can be written."""
    try:
        database = _file(path).connect_unchanging()
        database.execute("SELECT 1 FROM meta")
    except sqlite3.DatabaseError as exc:
        log = path.with_name(path.name + "-wal")
        raise ConfigurationError(
            problem=f"the journal cannot be read in a folder where nothing can be written: {exc}",
            where=str(path),
            fix=f"copy it, and {log.name} if it is there, to a folder of yours: --journal COPY",
        ) from exc
    _check_kind(database, path)
    return database


def _check_kind(database: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that is no journal, or one of a later version."""
    with _file(path).explained():
        (version,) = database.execute("PRAGMA user_version").fetchone()
        (application,) = database.execute("PRAGMA application_id").fetchone()
    _file(path).refuse_later_format(version, known=sql.VERSION)
    if application not in {0, sql.APPLICATION_ID}:
        raise ConfigurationError(problem="this file is no campaign journal", where=str(path))


def _begin(database: sqlite3.Connection, record: CampaignRecord) -> None:
    """Create the tables in a new file, all of them or none."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == sql.VERSION:
        return
    notes = [*record.to_notes().items(), ("salt", secrets.token_hex(16))]
    with transaction(database):
        for statement in sql.CREATE.split(";"):
            database.execute(statement)
        database.executemany("INSERT INTO meta VALUES (?, ?)", notes)
        database.execute(f"PRAGMA application_id = {sql.APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {sql.VERSION}")
