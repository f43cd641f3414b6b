"""Every SQLite file of the program is private, durable, shared, and its troubles are said in the same words."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bothub_cli.errors import ConfigurationError, LockBusyError
from bothub_cli.storage.sqlite import SqliteFile, transaction

LOOK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=0)
try:
    connection.execute("BEGIN IMMEDIATE")
except sqlite3.OperationalError:
    print("locked")
else:
    print("free")
"""


@pytest.fixture
def file(tmp_path: Path) -> SqliteFile:
    return SqliteFile(path=tmp_path / "made" / "things.db", subject="the store of things", fix="make room")


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such bits")
def test_the_file_and_its_directory_are_its_owners_alone(file: SqliteFile) -> None:
    file.connect().close()
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


def test_a_commit_is_on_the_disk_and_readers_do_not_wait(file: SqliteFile) -> None:
    with closing(file.connect()) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)


@pytest.mark.skipif(os.name != "posix", reason="the lock that closing a descriptor gives up is POSIX's")
def test_opening_it_again_does_not_give_up_the_lock_that_the_process_has(file: SqliteFile) -> None:
    with closing(file.connect()) as first, transaction(first):
        file.connect().close()
        shown = subprocess.run([sys.executable, "-c", LOOK, file.path], capture_output=True, text=True, check=True)
    assert shown.stdout == "locked\n"


def test_a_file_of_another_kind_is_named_and_kept(file: SqliteFile) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(b"a letter to my aunt" * 100)
    with pytest.raises(ConfigurationError, match="is not the store of things, or it is damaged") as refused:
        file.connect()
    assert file.path.read_bytes().startswith(b"a letter")
    assert refused.value.remedy == "make room"


def test_a_place_that_is_no_directory_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="the store of things: there is no folder for this file"):
        SqliteFile(path=tmp_path / "file" / "things.db", subject="the store of things").connect()


def test_another_writer_is_waited_for_and_then_said_to_be_busy(file: SqliteFile) -> None:
    with closing(file.connect()) as first, closing(file.connect(wait=0.01)) as second, transaction(first):
        refused = pytest.raises(LockBusyError, match="the store of things")
        with refused, file.explained(), transaction(second):
            pass


def test_a_mistake_of_ours_is_not_blamed_on_the_file(file: SqliteFile) -> None:
    with closing(file.connect()) as connection, pytest.raises(sqlite3.ProgrammingError), file.explained():
        connection.execute("SELECT ?", ())


def test_a_later_format_is_left_alone(file: SqliteFile) -> None:
    with pytest.raises(ConfigurationError, match="format 8, this one knows 7"):
        file.refuse_later_format(8, known=7)
    file.refuse_later_format(7, known=7)


def test_a_file_in_a_folder_where_nothing_can_be_written_can_be_read(file: SqliteFile) -> None:
    with closing(file.connect()) as connection:
        connection.execute("CREATE TABLE thing (name TEXT)")
    with closing(file.connect_unchanging()) as connection:
        assert connection.execute("SELECT count(*) FROM thing").fetchone() == (0,)
        with pytest.raises(ConfigurationError, match="readonly"), file.explained():
            connection.execute("INSERT INTO thing VALUES ('x')")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_in_place_of_the_file_is_named_and_not_waited_for(file: SqliteFile) -> None:
    file.path.parent.mkdir(parents=True)
    os.mkfifo(file.path, 0o600)
    with pytest.raises(ConfigurationError, match="is a named pipe, where a file belongs"):
        file.connect()
