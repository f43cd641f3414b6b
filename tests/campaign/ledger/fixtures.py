"""The database of a test process, and an empty ledger in it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.campaign.ledger.set_up import set_up
from tests.campaign.ledger.machines import clear, make_ledger
from tests.campaign.ledger.postgres import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test process, in a folder that another user may go through."""
    with TemporaryDirectory(prefix="bothub-postgres-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        yield server
        server.crash()  # nobody needs what is in it


@pytest.fixture(scope="session")
def ledger_url(postgres: PostgresServer) -> str:
    """The address of a ledger by which its owner comes."""
    url = postgres.new_database("ledger")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE sender LOGIN; REVOKE ALL ON DATABASE ledger FROM PUBLIC")
    owner = make_ledger(url)
    set_up(owner, "sender")
    owner.tidy()
    return url


@pytest.fixture
def shared_ledger(ledger_url: str) -> Iterator[SharedLedger]:
    """An empty ledger that several machines share, each as a user with the printed rights and no others."""
    ledger = make_ledger(ledger_url.replace("//bothub@", "//sender@"))
    clear(ledger_url)
    yield ledger
    ledger.tidy()
