"""What the tests of campaigns share."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bothub_cli.campaign.journal.interface import CampaignRecord
from bothub_cli.campaign.journal.sqlite import SqliteJournal
from bothub_cli.campaign.journal.sqlite_open import open_for_sending
from bothub_cli.campaign.ledger.ledger import SharedLedger
from tests.campaign.ledger.machines import clear, make_ledger
from tests.campaign.ledger.postgres import PostgresServer

OpenJournal = Callable[..., SqliteJournal]


@pytest.fixture
def record() -> CampaignRecord:
    return CampaignRecord(
        campaign_id="summer",
        created_at=datetime(2026, 6, 1, 9, 0, tzinfo=UTC),
        profile="shop",
        template_path="offer.yaml",
        recipients_path="recipients.csv",
        fingerprints={"template": "t1", "profile": "p1"},
    )


@pytest.fixture
def journal_path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "summer.sqlite"


@pytest.fixture
def open_journal(journal_path: Path, record: CampaignRecord) -> Iterator[OpenJournal]:
    """Open the same journal again and again; whatever is still open at the end is closed."""
    opened: list[SqliteJournal] = []

    def open_it(**changes: object) -> SqliteJournal:
        force = bool(changes.pop("force", False))
        values = {name: getattr(record, name) for name in CampaignRecord.__slots__}
        journal = open_for_sending(journal_path, CampaignRecord(**{**values, **changes}), force=force)
        opened.append(journal)
        return journal

    yield open_it
    for journal in opened:
        journal.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server of this test process, in a folder that another user may go through."""
    with TemporaryDirectory(prefix="bothub-postgres-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        yield server
        server.stop()


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
