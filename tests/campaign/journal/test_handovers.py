"""A row that goes another way is noted before it goes, once, and is never sent again."""

from collections.abc import Callable
from typing import Any

import pytest

from bothub_cli.campaign.journal.interface import Handover, Outcome, PlannedRow, RowState
from tests.campaign.journals import claim_all, exchange

OpenJournal = Callable[..., Any]  # the fixture of conftest.py


@pytest.fixture
def refused(open_journal: OpenJournal) -> Any:
    """A journal with two rows that failed for a time, and their tickets."""
    journal = open_journal()
    journal.plan([PlannedRow(11, 2), PlannedRow(12, 3)])
    tickets = claim_all(journal, [11, 12])
    exchange(journal, [Outcome(ticket, RowState.FAILED, 0, 1) for ticket in tickets], [])
    return journal, tickets


def test_a_row_is_handed_over_once(refused: Any, open_journal: OpenJournal) -> None:
    journal, (first, second) = refused
    assert journal.hand_over([Handover(first, 2, "failed")]) == [Handover(first, 2, "failed")]
    journal.close()
    again = open_journal()
    both = [Handover(first, 2, "failed"), Handover(second, 3, "failed")]
    assert again.hand_over(both) == both[1:]


def test_a_row_that_was_handed_over_is_not_sent_again(refused: Any) -> None:
    journal, (first, _) = refused
    journal.hand_over([Handover(first, 2, "failed")])
    assert journal.reopen(frozenset({RowState.FAILED})) == 1
    assert list(journal.keys(frozenset({RowState.RETURNED}))) == [12]


def test_a_row_in_doubt_stays_so_until_it_is_said_how_it_ended(refused: Any) -> None:
    journal, (first, second) = refused
    journal.hand_over([Handover(first, 2, "failed"), Handover(second, 3, "failed")])
    journal.finish_handover(first, taken=True)
    journal.finish_handover(second, taken=False)
    assert list(journal.handovers()) == [Handover(first, 2, "failed", True)]
    assert journal.hand_over([Handover(second, 3, "failed")]) == [Handover(second, 3, "failed")]


def test_candidates_come_in_pieces_without_those_that_were_handed_over(open_journal: OpenJournal) -> None:
    journal = open_journal()
    journal.plan([PlannedRow(key, key) for key in range(1, 7)])
    tickets = claim_all(journal, [1, 2, 3, 4, 5, 6])
    states = [RowState.ACCEPTED] * 5 + [RowState.REFUSED]
    exchange(journal, [Outcome(each, state, each * 10, 1) for each, state in zip(tickets, states, strict=True)], [])
    journal.hand_over([Handover(tickets[1], 2, "not delivered")])

    def ask(*, behind: int) -> list[int]:
        accepted = frozenset({RowState.ACCEPTED})
        return [row.key for row in journal.candidates(accepted, behind=behind, since=10, until=50, most=2)]

    assert ask(behind=0) == [3, 4]
    assert ask(behind=tickets[3]) == [5]


def test_a_handover_is_found_by_the_content_of_its_row(refused: Any) -> None:
    journal, (first, _) = refused
    journal.hand_over([Handover(first, 2, "failed")])
    assert journal.find_handovers([11, 12, 99]) == {11: Handover(first, 2, "failed")}
