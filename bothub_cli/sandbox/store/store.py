"""Keeps a sandbox's state in one SQLite file: one row a thing, its content as JSON."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bothub_cli.errors import ConfigurationError, LockBusyError
from bothub_cli.files import PRIVATE_FILE, make_private_directory

VERSION = 1
Record = dict[str, Any]  # JSON, as records.py writes it
Row = tuple[str, str, Record | None]  # kind, name, content: None removes it

_FIX = "make room there, or name a file that you may write: --store FILE"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (kind, name)
)
"""
_SAVE = """
INSERT INTO record (kind, name, body) VALUES (?, ?, ?)
ON CONFLICT (kind, name) DO UPDATE SET body = excluded.body
"""


class SandboxStore:
    """One open file, held by one sandbox at a time; its owner alone can read it: the bots' keys are in it."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> "SandboxStore":
        """Open the file, or make it.

        Raises ConfigurationError when it is no such store, LockBusyError when another sandbox has it open.
        """
        with _told_clearly(path):
            make_private_directory(path.parent)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_FILE))
            # The server's own thread uses it, the one that starts the server opens it; never both at a time.
            connection = sqlite3.connect(path, timeout=0.5, isolation_level=None, check_same_thread=False)
        try:
            with _told_clearly(path):
                _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
        return cls(path, connection)

    @property
    def files_directory(self) -> Path:
        """Where uploaded files lie: beside the store."""
        return self.path.with_name(f"{self.path.name}.files")

    def load(self, kind: str) -> Iterator[Record]:
        """Return everything of that kind, in the order in which it first came."""
        with _told_clearly(self.path):
            rows = self._connection.execute("SELECT body FROM record WHERE kind = ? ORDER BY position", (kind,))
            for (body,) in rows:
                yield json.loads(body)

    def save(self, rows: Iterable[Row], *, keep_only: Iterable[str] | None = None) -> None:
        """Write, or remove, all of these in one transaction; first remove everything that is of none of those kinds."""
        with _told_clearly(self.path), _transaction(self._connection):
            if keep_only is not None:
                self._keep_only(list(keep_only))
            for kind, name, record in rows:
                if record is None:
                    self._connection.execute("DELETE FROM record WHERE kind = ? AND name = ?", (kind, name))
                else:
                    self._connection.execute(_SAVE, (kind, name, json.dumps(record)))

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    def _keep_only(self, kinds: list[str]) -> None:
        marks = ", ".join("?" * len(kinds))
        self._connection.execute(f"DELETE FROM record WHERE kind NOT IN ({marks})", kinds)  # noqa: S608 -- marks only


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version not in (0, VERSION):
        raise ConfigurationError(
            problem=f"the store is of version {version}, and this bothub knows {VERSION}", where=str(path)
        )
    with _transaction(connection):
        connection.execute(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {VERSION}")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite ends it by itself on some errors, and not on others
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _told_clearly(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as exc:
        if "locked" in str(exc):
            raise LockBusyError(subject=f"the sandbox store {path}") from exc
        raise ConfigurationError(problem=f"the sandbox store cannot be used: {exc}", where=str(path), fix=_FIX) from exc
    except sqlite3.DatabaseError as exc:
        raise ConfigurationError(
            problem="this file is no sandbox store, or it is damaged", where=str(path), fix="name another --store FILE"
        ) from exc
    except (OSError, ValueError) as exc:
        reason = exc.strerror if isinstance(exc, OSError) and exc.strerror else exc
        raise ConfigurationError(
            problem=f"the sandbox store cannot be used: {reason}", where=str(path), fix=_FIX
        ) from exc
