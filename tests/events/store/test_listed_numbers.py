"""Whoever is put on the list is known at the next look, whichever process did it; whoever is taken off no longer is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bothub_cli.events.store import listed_numbers, schema
from bothub_cli.events.store.database import Database, open_database
from bothub_cli.events.store.listed_numbers import ListedNumbers
from bothub_cli.events.store.suppression import SuppressionList
from tests.events.samples import NOW

_NUMBERS = st.from_regex(r"\A\+(3361234567|4479111234|861391234567|3245[0-9])[0-9]\Z")
ANN, BOB, EVE = "+33612345678", "+8613912345678", "+33612345670"


@pytest.fixture
def elsewhere(store_path: Path, database: Database) -> Iterator[SuppressionList]:
    """The list of the same store as another process has it."""
    with closing(open_database(store_path)) as other:
        yield SuppressionList(other, profile="shop")


@pytest.fixture
def listed(database: Database) -> ListedNumbers:
    return ListedNumbers(lambda: database, profile="shop")


def test_who_is_put_on_the_list_elsewhere_is_known_at_once(listed: ListedNumbers, elsewhere: SuppressionList) -> None:
    elsewhere.add([ANN], now=NOW)
    assert listed.find([ANN, BOB]) == {ANN}
    elsewhere.add([BOB, "sip:ann@example.com"], now=NOW)
    assert listed.find([ANN, BOB, EVE, "sip:ann@example.com"]) == {ANN, BOB, "sip:ann@example.com"}


def test_who_is_put_on_the_list_here_is_known_at_once(listed: ListedNumbers, database: Database) -> None:
    assert listed.find([ANN]) == set()
    SuppressionList(database, profile="shop").add([ANN], now=NOW)
    assert listed.find([ANN]) == {ANN}


def test_who_is_taken_off_and_put_on_again_is_as_the_list_says(
    listed: ListedNumbers, elsewhere: SuppressionList
) -> None:
    elsewhere.add([ANN], now=NOW)
    assert listed.find([ANN]) == {ANN}
    elsewhere.remove([ANN])
    assert listed.find([ANN]) == set()
    elsewhere.add([ANN], now=NOW)
    assert listed.find([ANN]) == {ANN}


def test_the_latest_of_all_taken_off_hides_nobody_who_comes_after(
    listed: ListedNumbers, elsewhere: SuppressionList
) -> None:
    elsewhere.add([ANN], now=NOW)
    listed.look()
    elsewhere.remove([ANN])
    elsewhere.add([BOB], now=NOW)
    assert listed.find([ANN, BOB]) == {BOB}


def test_another_profiles_list_says_nothing(database: Database, elsewhere: SuppressionList) -> None:
    elsewhere.add([ANN], now=NOW)
    assert ListedNumbers(lambda: database, profile="bank").find([ANN]) == set()


def test_a_store_that_begins_later_counts_from_then_on(store_path: Path) -> None:
    opened: list[Database] = []
    listed = ListedNumbers(lambda: opened[0] if opened else None, profile="shop")
    assert listed.find([ANN]) == set()
    with closing(open_database(store_path)) as store:
        opened.append(store)
        SuppressionList(store, profile="shop").add([ANN], now=NOW)
        assert listed.find([ANN]) == {ANN}


def test_more_than_the_store_remembers_is_read_again_as_a_whole(
    listed: ListedNumbers, elsewhere: SuppressionList, database: Database
) -> None:
    listed.look()
    numbers = [f"+336{place:08d}" for place in range(schema.ADDITIONS_KEPT + 5)]
    assert elsewhere.add(numbers, now=NOW) == len(numbers)
    assert listed.find(numbers) == set(numbers)
    assert database.query("SELECT count(*) FROM suppressions_added")[0][0] == schema.ADDITIONS_KEPT


def test_nothing_is_read_while_nothing_changes(
    listed: ListedNumbers, elsewhere: SuppressionList, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere.add([ANN], now=NOW)
    listed.look()
    monkeypatch.setattr(listed_numbers, "_ALL", "SELECT nothing")
    monkeypatch.setattr(listed_numbers, "_ADDED", "SELECT nothing")
    assert listed.find([BOB]) == set()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers=st.sets(_NUMBERS | st.from_regex(r"\A[q-s]{1,4}[0-9]{0,3}\Z")), more=st.lists(_NUMBERS))
def test_memory_and_store_never_disagree(
    listed: ListedNumbers, elsewhere: SuppressionList, numbers: set[str], more: list[str]
) -> None:
    elsewhere.add(numbers, now=NOW)
    asked = [*numbers, *more]
    assert listed.find(asked) == elsewhere.find_listed(asked)


def test_a_store_of_the_version_before_keeps_its_list_and_tells_numbers_by_their_digits(store_path: Path) -> None:
    with closing(open_database(store_path)) as made, made.transaction() as connection:
        connection.execute("DROP TABLE suppressions_added")
        connection.execute("DROP TRIGGER suppression_added")
        connection.execute("DROP TRIGGER suppression_removed")
        connection.execute("PRAGMA user_version = 3")
        connection.executemany(
            "INSERT INTO suppressions VALUES ('shop', ?, 0, 'user', NULL)",
            [
                ("sip:+33-612-345678@ims.example;user=phone",),
                ("33612345678",),
                ("sip:+33612345670@x",),
                ("sip:a@b+1@c",),
                ("5215512345678",),
            ],
        )
    with closing(open_database(store_path)) as store:
        kept = [entry.number for entry in SuppressionList(store, profile="shop")]
        assert kept == [EVE, ANN, "+525512345678", "sip:a@b+1@c"]
        assert ListedNumbers(lambda: store, profile="shop").find([ANN, EVE, BOB]) == {ANN, EVE}
    with closing(sqlite3.connect(store_path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.SCHEMA_VERSION,)
