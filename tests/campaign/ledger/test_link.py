"""What keeps a ledger from being used is told at once where waiting does not help, and with what does."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bothub_cli.campaign.ledger import link, set_up
from bothub_cli.campaign.ledger.absence import Absence
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.campaign.ledger.link import Connection, LedgerAddress
from bothub_cli.errors import ConfigurationError

RIGHTS = "give this user its rights, as the database's owner: bothub campaign ledger init --apply --user NAME"


@pytest.mark.parametrize(
    ("address", "words", "fix"),
    [
        ("sender@{server}/none", 'database "none" does not exist', "create it, as an owner of the server: createdb"),
        ("nobody@{server}/ledger", 'role "nobody" does not exist', "create it, as an owner of the server: createuser"),
        ("sender@{server}/ledger?sslmode=maybe", "invalid sslmode", None),
        ("sender@{server}/ledger?sslmode=require", "SSL was required", None),
        ("sender@127.0.0.1:99999/ledger", "invalid port number", None),
    ],
)
def test_what_waiting_does_not_heal_is_not_waited_for(
    shared_ledger: SharedLedger, address: str, words: str, fix: str | None
) -> None:
    told: list[str] = []
    server = shared_ledger.where.split("@")[1].split("/")[0]
    written = f"postgresql://{address.format(server=server)}"
    wrong = replace(shared_ledger, address=LedgerAddress.read(written), max_wait=600.0, absence=Absence(told.append))
    with pytest.raises(ConfigurationError, match=words) as caught:
        set_up.look(wrong)
    assert caught.value.fix == fix
    assert not told


def test_a_server_that_is_away_is_waited_for_by_its_socket_too(
    shared_ledger: SharedLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """libpq says in the same words that there is no socket, while the server starts again, and that a port is none."""
    monkeypatch.setattr(link, "_TOLD_AFTER", 0.0)
    told: list[str] = []
    address = LedgerAddress.read(f"postgresql:///ledger?host={tmp_path}")
    with pytest.raises(ConfigurationError, match="No such file or directory"):
        set_up.look(replace(shared_ledger, address=address, max_wait=0.2, absence=Absence(told.append)))
    assert told


@pytest.mark.parametrize(
    ("grants", "words"),
    [
        ("GRANT CONNECT ON DATABASE ledger TO reader", "permission denied for schema bothub"),
        (
            (
                "GRANT CONNECT, TEMPORARY ON DATABASE ledger TO reader; GRANT USAGE ON SCHEMA bothub TO reader;"
                " GRANT USAGE ON ALL SEQUENCES IN SCHEMA bothub TO reader;"
                " GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bothub TO reader;"
                " REVOKE DELETE ON bothub.block FROM reader; REVOKE INSERT ON bothub.row FROM reader"
            ),
            "it has not all rights to block, row",
        ),
        (
            (
                "GRANT CONNECT ON DATABASE ledger TO reader; GRANT USAGE ON SCHEMA bothub TO reader;"
                " GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bothub TO reader"
            ),
            "it has not all rights to campaign_id_seq, suppression_change, temporary tables",
        ),
    ],
    ids=["none", "some tables", "no sequence"],
)
def test_a_check_finds_a_user_who_could_not_send(
    shared_ledger: SharedLedger, ledger_url: str, grants: str, words: str
) -> None:
    with psycopg.connect(ledger_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE reader LOGIN")
        connection.execute(grants.encode())
        address = LedgerAddress.read(shared_ledger.where.replace("//sender@", "//reader@"))
        try:
            with pytest.raises(ConfigurationError, match=words) as caught:
                set_up.look(replace(shared_ledger, address=address))
        finally:
            connection.execute("DROP OWNED BY reader")
            connection.execute("DROP ROLE reader")
    assert caught.value.fix == RIGHTS


@pytest.mark.parametrize("said", ["password authentication failed for user", "fe_sendauth: no password supplied"])
def test_a_missing_password_is_put_where_it_belongs(shared_ledger: SharedLedger, said: str) -> None:
    """The server of the tests trusts everybody."""
    explained = shared_ledger.link()._explain(psycopg.OperationalError(said))
    assert explained.fix == "put its password into ~/.pgpass or PGPASSWORD"


def test_a_pooler_that_drops_what_a_connection_sets_is_refused(
    shared_ledger: SharedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As PgBouncer does with ``ignore_startup_parameters = options``; without that it refuses the connection."""
    connect = psycopg.connect

    def connect_by_pooler(**settings: Any) -> Connection:
        return connect(**settings | {"options": ""})

    monkeypatch.setattr(psycopg, "connect", connect_by_pooler)
    with pytest.raises(ConfigurationError, match="does not last") as caught:
        set_up.look(shared_ledger)
    refused = psycopg.OperationalError("FATAL:  unsupported startup parameter: options")
    assert caught.value.fix == shared_ledger.link()._explain(refused).fix
    assert caught.value.fix is not None
    assert "pooler" in caught.value.fix
