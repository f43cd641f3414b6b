"""A database that would forget what it was told is refused, whoever asks."""

import psycopg
import pytest

from bothub_cli.campaign.ledger import set_up
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.campaign.ledger.link import Connection, find_forgetful
from bothub_cli.errors import ConfigurationError
from tests.campaign.ledger.postgres import PostgresServer


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_may_forget_after_a_crash_is_refused(
    postgres: PostgresServer, shared_ledger: SharedLedger, setting: str
) -> None:
    postgres.stop()
    postgres.start(**{setting: "off"})
    try:
        with pytest.raises(ConfigurationError, match=f"{setting} is off") as caught:
            set_up.look(shared_ledger)
    finally:
        postgres.stop()
        postgres.start()
    assert caught.value.fix == f"{setting} = on in postgresql.conf"
    set_up.look(shared_ledger)


def test_commits_are_durable_whatever_the_role_and_the_environment_say(
    postgres: PostgresServer, shared_ledger: SharedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c synchronous_commit=off")
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("ALTER ROLE sender SET synchronous_commit = off")
        try:
            assert shared_ledger.link().run(_ask_commits) == "on"
        finally:
            connection.execute("ALTER ROLE sender RESET synchronous_commit")


def _ask_commits(connection: Connection) -> str:
    [(said,)] = connection.execute("SHOW synchronous_commit").fetchall()
    return str(said)


@pytest.mark.parametrize("said", ["off", "local", "remote_write"])
def test_commits_that_stay_weak_are_refused_as_behind_a_pooler_that_drops_what_a_client_sets(said: str) -> None:
    found = find_forgetful({"fsync=on", "full_page_writes=on", f"synchronous_commit={said}"}, is_durable=True)
    assert found is not None
    assert "synchronous_commit" in found.problem


def test_what_need_not_be_remembered_may_be_committed_weakly() -> None:
    assert find_forgetful({"fsync=on", "full_page_writes=on", "synchronous_commit=off"}, is_durable=False) is None
