"""The store's file."""

import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from bothub_cli.errors import ConfigurationError, LockBusyError
from bothub_cli.events.store import schema
from bothub_cli.events.store.database import Database, open_database, storable


def test_a_file_that_is_no_database_is_a_configuration_error(tmp_path: Path) -> None:
    path = tmp_path / "events.db"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(ConfigurationError, match="is not the event store"):
        open_database(path)


def test_a_store_of_a_later_version_is_left_alone(store_path: Path, database: Database) -> None:
    database.query("PRAGMA user_version = 999")
    with pytest.raises(ConfigurationError, match="format 999"):
        open_database(store_path)


def test_a_migration_that_fails_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE extra (a); CREATE NONSENSE;"))
    monkeypatch.setattr(schema, "SCHEMA_VERSION", schema.SCHEMA_VERSION + 1)
    with pytest.raises(ConfigurationError, match="cannot be used"):
        open_database(tmp_path / "events.db")
    with closing(sqlite3.connect(tmp_path / "events.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_a_place_that_cannot_be_written_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="is no folder"):
        open_database(tmp_path / "file" / "events.db")


def test_a_store_that_another_process_keeps_locked_is_busy(store_path: Path, database: Database) -> None:
    second = open_database(store_path, wait=0.01)
    with database.transaction(), pytest.raises(LockBusyError), second.transaction():
        pass
    second.close()


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    sql = "INSERT INTO suppressions (profile, number, since, source) VALUES ('p', '33', 0, 'user')"
    with pytest.raises(ConfigurationError), database.transaction() as connection:  # noqa: PT012
        assert connection.execute(sql).rowcount == 1
        connection.execute("SELECT * FROM nothing_like_this")
    assert database.query("SELECT * FROM suppressions") == []


@pytest.mark.parametrize("name", ["events.db", "events.db-wal", "events.db-shm"])
def test_its_files_are_for_their_owner_alone(store_path: Path, database: Database, name: str) -> None:
    with database.transaction() as connection:
        connection.execute("INSERT INTO suppressions (profile, number, since, source) VALUES ('p', '33', 0, 'user')")
    assert stat.S_IMODE((store_path.parent / name).stat().st_mode) == 0o600


def test_every_commit_is_synced(database: Database) -> None:
    assert database.query("PRAGMA journal_mode")[0][0] == "wal"
    assert database.query("PRAGMA synchronous")[0][0] == 2  # FULL


def test_ten_that_make_the_store_at_once_make_one(store_path: Path) -> None:
    with ThreadPoolExecutor(10) as pool:
        opened = list(pool.map(open_database, [store_path] * 10))
    for one in opened:
        one.close()
    with closing(sqlite3.connect(store_path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.SCHEMA_VERSION,)


def test_half_of_a_surrogate_pair_is_replaced() -> None:
    assert storable("a\ud800b") == "a?b"
    assert storable(None) is None


COUNT_ELSEWHERE = """
import sys
from pathlib import Path
from bothub_cli.events.store.database import open_database
database = open_database(Path(sys.argv[1]))
print(database.query("SELECT count(*) FROM suppressions")[0][0])
database.close()
"""


def test_another_process_that_closes_takes_no_log_away_from_one_that_writes(store_path: Path) -> None:
    def count_elsewhere() -> int:
        ran = subprocess.run([sys.executable, "-c", COUNT_ELSEWHERE, store_path], capture_output=True, check=True)
        return int(ran.stdout)

    with closing(open_database(store_path)) as writing, closing(open_database(store_path)):
        assert count_elsewhere() == 0
        with writing.transaction() as connection:
            connection.execute("INSERT INTO suppressions VALUES ('shop', '33612345678', 0, 'user', 'STOP')")
        assert count_elsewhere() == 1
