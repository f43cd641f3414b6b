"""The database of a test process, and an empty ledger in it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bothub_cli.campaign.ledger.ledger import SharedLedger
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
    url = postgres.new_database("ledger")
    make_ledger(url).tidy()
    return url


@pytest.fixture
def shared_ledger(ledger_url: str) -> Iterator[SharedLedger]:
    """An empty ledger that several machines share."""
    ledger = make_ledger(ledger_url)
    clear(ledger_url)
    yield ledger
    ledger.tidy()
