"""Turns what SQLite finds into our own errors."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bothub_cli.errors import ConfigurationError


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Say what SQLite found in our words; our own mistakes (IntegrityError, ProgrammingError) stay visible."""
    try:
        yield
    except (sqlite3.IntegrityError, sqlite3.ProgrammingError):
        raise
    except sqlite3.DatabaseError as exc:
        raise ConfigurationError(problem=f"the journal cannot be used: {exc}", where=str(path)) from exc
