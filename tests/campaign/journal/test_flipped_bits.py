"""A journal in which bits were flipped is read as far as it goes, or is said to be damaged; it is never our own bug."""

import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.campaign.journal.interface import Outcome, PlannedRow, RowState
from bothub_cli.campaign.journal.sqlite_open import open_for_reading
from bothub_cli.errors import ConfigurationError, InputRefusedError, LockBusyError
from tests.campaign.journals import claim_all, exchange

OpenJournal = Callable[..., Any]  # the fixture of conftest.py


def look_at_all(path: Path) -> None:
    journal = open_for_reading(path)
    try:
        assert journal.record.campaign_id
        journal.counts()
        list(journal.settled(frozenset(RowState)))
        list(journal.handovers())
        list(journal.duplicates())
    finally:
        journal.close()


@pytest.mark.parametrize("seed", range(4))
def test_flipped_bits_are_no_bug_of_ours(open_journal: OpenJournal, journal_path: Path, seed: int) -> None:
    journal = open_journal()
    journal.plan([PlannedRow(key, key + 2) for key in range(60)])
    tickets = claim_all(journal, range(30))
    exchange(journal, [Outcome(ticket, RowState.ACCEPTED, 1, 1, 202, None, "m") for ticket in tickets], [])
    journal.close()
    whole, dice = journal_path.read_bytes(), random.Random(seed)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(dice.choice([1, 3, 20])):
            damaged[dice.randrange(len(damaged))] ^= 1 << dice.randrange(8)
        journal_path.write_bytes(damaged)
        with suppress(ConfigurationError, LockBusyError):
            look_at_all(journal_path)
        with suppress(ConfigurationError, LockBusyError, InputRefusedError):
            again = open_journal()
            exchange(again, [], list(range(60)))
            again.close()
