"""What the tests of campaigns share."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bothub_cli.campaign.journal.interface import CampaignRecord
from bothub_cli.campaign.journal.sqlite import SqliteJournal
from bothub_cli.campaign.journal.sqlite_open import open_for_sending
from tests.campaign.ledger.fixtures import ledger_url, postgres, shared_ledger

__all__ = ["ledger_url", "postgres", "shared_ledger"]  # pytest looks for fixtures here

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
