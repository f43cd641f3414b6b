"""Keeps a sandbox's state in one SQLite file: one row a thing, its content as JSON."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from bothub_cli.messages.payload import JsonObject
from bothub_cli.storage.sqlite import SqliteFile, transaction

VERSION = 1
Row = tuple[str, str, JsonObject | None]  # kind, name, content: None removes it

_FIX = "make room there, or name another file: --store FILE"
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

    def __init__(self, file: SqliteFile, connection: sqlite3.Connection) -> None:
        self._file = file
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> "SandboxStore":
        """Open the file, or make it.

        Raises ConfigurationError when it is no such store, LockBusyError when another sandbox has it open.
        """
        file = SqliteFile(path=path, subject="the sandbox store", fix=_FIX)
        # The server's own thread uses it, the one that starts the server opens it; never both at a time.
        connection = file.connect(wait=0.5, synchronous="NORMAL", exclusive=True)
        try:
            with file.explained():
                _prepare(connection, file)
        except BaseException:
            connection.close()
            raise
        return cls(file, connection)

    @property
    def path(self) -> Path:
        """The file."""
        return self._file.path

    @property
    def files_directory(self) -> Path:
        """Where uploaded files lie: beside the store."""
        return self.path.with_name(f"{self.path.name}.files")

    def load(self, kind: str) -> Iterator[JsonObject]:
        """Return everything of that kind, in the order in which it first came."""
        with self._file.explained():
            rows = self._connection.execute("SELECT body FROM record WHERE kind = ? ORDER BY position", (kind,))
            for (body,) in rows:
                yield json.loads(body)

    def save(self, rows: Iterable[Row], *, keep_only: Iterable[str] | None = None) -> None:
        """Write, or remove, all of these in one transaction; first remove everything that is of none of those kinds."""
        with self._file.explained(), transaction(self._connection):
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


def _prepare(connection: sqlite3.Connection, file: SqliteFile) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    file.refuse_later_format(version, known=VERSION)
    with transaction(connection):
        connection.execute(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {VERSION}")
