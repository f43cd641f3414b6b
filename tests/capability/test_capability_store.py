"""The store of capability answers."""

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bothub_cli.capability import store as capability_store
from bothub_cli.capability.store import CapabilityAnswer, CapabilityStore
from bothub_cli.errors import ConfigurationError, LockBusyError

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
NUMBER = "+33639980001"
OTHER = "+33639980002"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def store(directory: Path) -> CapabilityStore:
    return CapabilityStore(directory, scope="https://api.orange.com bot-1")


def answer(number: str = NUMBER, *, is_rcs: bool = True, days_ago: float = 0) -> CapabilityAnswer:
    return CapabilityAnswer(
        number=number,
        is_rcs=is_rcs,
        asked_at=NOW - timedelta(days=days_ago),
        capabilities=("chat", "chatBotCommunication") if is_rcs else (),
    )


def test_a_file_that_is_no_database_is_said_to_be_none(store: CapabilityStore, directory: Path) -> None:
    directory.mkdir()
    (directory / "capabilities.sqlite3").write_text("hello " * 100)
    with pytest.raises(ConfigurationError, match="is not the capability store"):
        store.get_many([NUMBER])


def test_a_store_of_a_newer_version_is_left_alone(store: CapabilityStore, directory: Path) -> None:
    store.put_many([answer()])
    with sqlite3.connect(directory / "capabilities.sqlite3") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(ConfigurationError, match="newer bothub"):
        store.put_many([answer(OTHER)])


def test_a_directory_that_cannot_be_made_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    with pytest.raises(ConfigurationError, match="is no folder"):
        CapabilityStore(tmp_path / "state", scope="").put_many([answer()])


def test_a_store_held_by_others_for_too_long_is_busy(
    store: CapabilityStore, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(capability_store, "_BUSY_TIMEOUT", 0.05)
    store.put_many([answer()])
    holder = sqlite3.connect(directory / "capabilities.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(LockBusyError):
        store.put_many([answer(OTHER)])
    holder.close()


def test_answers_that_break_off_are_not_saved_by_half(store: CapabilityStore) -> None:
    def break_off() -> Iterator[CapabilityAnswer]:
        yield answer()
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.put_many(break_off())
    assert store.get_many([NUMBER]) == {}


@pytest.mark.parametrize("key", [None, b"", b"short"])
def test_a_lost_key_makes_the_answers_unknown_and_the_store_usable(
    store: CapabilityStore, directory: Path, key: bytes | None
) -> None:
    store.put_many([answer()])
    path = directory / "capabilities.key"
    path.unlink() if key is None else path.write_bytes(key)
    assert store.split([NUMBER], now=NOW).unknown == (NUMBER,)
    store.put_many([answer()])
    assert store.get_many([NUMBER]) == {NUMBER: answer()}
    with sqlite3.connect(directory / "capabilities.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM answers").fetchone() == (1,)
    connection.close()


def test_asking_leaves_no_file_behind(store: CapabilityStore, directory: Path) -> None:
    assert store.split([NUMBER], now=NOW).unknown == (NUMBER,)
    assert not directory.exists()


def test_the_number_is_nowhere_in_the_files(store: CapabilityStore, directory: Path) -> None:
    store.put_many([answer()])
    assert not [path for path in directory.iterdir() if NUMBER[1:].encode() in path.read_bytes()]


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such bits")
def test_only_the_owner_may_read_the_store_and_its_key(store: CapabilityStore, directory: Path) -> None:
    store.put_many([answer()])
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()}
    assert modes == {"capabilities.sqlite3": 0o600, "capabilities.key": 0o600}
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_another_bot_knows_nothing_of_the_answer(store: CapabilityStore, directory: Path) -> None:
    store.put_many([answer()])
    assert CapabilityStore(directory, scope="https://api.orange.com bot-2").get_many([NUMBER]) == {}


@pytest.mark.parametrize(
    ("is_rcs", "days_ago", "is_known"),
    [
        (True, 0, True),
        (True, 89.9, True),
        (True, 90, False),
        (False, 59.9, True),
        (False, 60, False),
        (True, -0.5, True),
        (True, -2, False),
    ],
)
def test_an_answer_counts_for_three_months_or_for_two(
    store: CapabilityStore, is_rcs: bool, days_ago: float, is_known: bool
) -> None:
    store.put_many([answer(is_rcs=is_rcs, days_ago=days_ago)])
    assert (store.split([NUMBER], now=NOW).unknown == ()) is is_known


def test_a_list_is_split_in_three_in_its_order(store: CapabilityStore) -> None:
    store.put_many([answer("+1", is_rcs=False), answer("+2"), answer("+3"), answer("+4", is_rcs=False, days_ago=70)])
    split = store.split(["+5", "+3", "+1", "+2", "+4", "+3", "+5"], now=NOW)
    assert split.rcs == (answer("+3"), answer("+2"))
    assert split.not_rcs == (answer("+1", is_rcs=False),)
    assert split.unknown == ("+5", "+4")


def test_the_newer_answer_stays(store: CapabilityStore) -> None:
    store.put_many([answer(is_rcs=False, days_ago=1)])
    store.put_many([answer(is_rcs=True, days_ago=2)])
    assert store.get_many([NUMBER]) == {NUMBER: answer(is_rcs=False, days_ago=1)}
    store.put_many([answer(is_rcs=True)])
    assert store.get_many([NUMBER]) == {NUMBER: answer()}


def test_what_is_too_old_to_use_is_deleted(store: CapabilityStore) -> None:
    store.put_many([answer(days_ago=100), answer(OTHER, days_ago=80)])
    store.put_many([answer("+33639980003")])
    assert store.get_many([NUMBER, OTHER]) == {OTHER: answer(OTHER, days_ago=80)}


def test_many_numbers_are_asked_in_one_go(store: CapabilityStore) -> None:
    numbers = [f"+336399{n:05}" for n in range(2500)]
    store.put_many(answer(number) for number in numbers)
    assert len(store.split([*numbers, "+1"], now=NOW).rcs) == 2500


def test_threads_share_the_store(store: CapabilityStore) -> None:
    threads = [threading.Thread(target=lambda n=n: store.put_many([answer(f"+{n}")])) for n in range(1, 17)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.get_many(f"+{n}" for n in range(1, 17))) == 16


def test_processes_that_start_together_agree_on_the_key(store: CapabilityStore, directory: Path) -> None:
    program = (
        "import sys; from datetime import *; from pathlib import Path; from bothub_cli.capability.store import *;"
        "store = CapabilityStore(Path(sys.argv[1]), scope='https://api.orange.com bot-1');"
        "store.put_many([CapabilityAnswer(number=sys.argv[2], is_rcs=True, asked_at=datetime.now(UTC))])"
    )
    started = [subprocess.Popen([sys.executable, "-c", program, str(directory), f"+{n}"]) for n in range(1, 7)]
    assert [process.wait(timeout=60) for process in started] == [0] * 6
    assert len(store.get_many(f"+{n}" for n in range(1, 7))) == 6
