"""What was decided about a row is not asked again, and nobody goes another way whose message may still arrive."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from bothub_cli.campaign.fallback.search import DeliveryReach, FallbackPlatform, FallbackSearch, Fate
from bothub_cli.campaign.journal.interface import Outcome, PlannedRow, RowState
from tests.campaign.journals import claim_all, exchange
from tests.fake_clock import FakeClock

OpenJournal = Callable[..., Any]  # the fixture of conftest.py
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class World:
    """Phones and the API: where each message is, and how often that was asked."""

    def __init__(self, *, is_stored: bool, fate: Fate = "revoked") -> None:
        self.reaches: dict[str, DeliveryReach] = {}
        self.asked: Counter[str] = Counter()
        self.revoked: Counter[str] = Counter()
        self.fate = fate
        self.delivery = FallbackPlatform(after=60, find_reach=self.find, revoke=self.revoke, is_stored=is_stored)

    def find(self, message_id: str) -> DeliveryReach:
        self.asked[message_id] += 1
        return self.reaches.get(message_id, "on its way")

    def revoke(self, message_id: str) -> Fate:
        self.revoked[message_id] += 1
        return self.fate


@pytest.fixture
def journal(open_journal: OpenJournal) -> Any:
    """Two rows that were accepted at noon and half a minute later."""
    journal = open_journal()
    journal.plan([PlannedRow(11, 2), PlannedRow(12, 3)])
    first, second = claim_all(journal, [11, 12])
    at = int(NOON.timestamp() * 1000)
    exchange(
        journal,
        [
            Outcome(first, RowState.ACCEPTED, at, 1, 202, None, "first"),
            Outcome(second, RowState.ACCEPTED, at + 30_000, 1, 202, None, "second"),
        ],
        [],
    )
    return journal


def search(journal: Any, world: World, clock: FakeClock) -> FallbackSearch:
    return FallbackSearch(journal, delivery=world.delivery, clock=clock, is_stopped=lambda: False)


def look(found: FallbackSearch) -> list[tuple[int, str]]:
    return [(each.key, each.handover.reason) for each in found.look() if each is not None]


def test_a_message_that_cannot_be_revoked_stays_and_is_revoked_no_second_time(journal: Any) -> None:
    clock, world = FakeClock(NOON), World(is_stored=False, fate="in doubt")
    searching = search(journal, world, clock)
    clock.advance(seconds=3600)
    for _ in range(3):
        assert look(searching) == []
        searching.rewind()
    assert world.revoked == {"first": 1, "second": 1}
    assert searching.not_revoked == 2


def test_the_api_is_asked_about_a_message_once_and_not_before_its_time(journal: Any) -> None:
    clock, world = FakeClock(NOON), World(is_stored=False)
    world.reaches = {"first": "delivered", "second": "delivered"}
    searching = search(journal, world, clock)
    assert look(searching) == []
    assert not world.asked
    assert searching.is_waiting
    for _ in range(4):
        clock.advance(seconds=45)
        assert look(searching) == []
    assert world.asked == {"first": 1, "second": 1}
    assert not searching.is_waiting


def test_only_what_is_due_is_revoked(journal: Any) -> None:
    clock, world = FakeClock(NOON), World(is_stored=False)
    clock.advance(seconds=70)
    assert look(search(journal, world, clock)) == [(11, "not delivered")]
    assert world.revoked == {"first": 1}


def test_what_the_webhook_heard_counts_at_once(journal: Any) -> None:
    clock, world = FakeClock(NOON), World(is_stored=True)
    searching = search(journal, world, clock)
    world.reaches = {"first": "failed"}
    assert look(searching) == [(11, "failed")]
    assert searching.is_waiting
    world.reaches = {"first": "failed", "second": "delivered"}
    look(searching)
    assert not searching.is_waiting
