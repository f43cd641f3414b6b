"""A sample is spread over the whole list and does not change when it is drawn again."""

from array import array
from collections.abc import Callable
from typing import Any

from bothub_cli.campaign.journal.interface import Outcome, PlannedRow, RowState, row_key
from bothub_cli.campaign.rows.prepared_row import PreparedRow
from bothub_cli.campaign.run.sample import pick_keys, pick_sample
from tests.campaign.journals import claim_all, exchange

OpenJournal = Callable[..., Any]  # the fixture of conftest.py
ROWS = [PreparedRow(row_key(str(index), salt=b"salt"), str(index).encode()) for index in range(1000)]


def plan(open_journal: OpenJournal) -> Any:
    journal = open_journal()
    journal.plan([PlannedRow(row.key, line) for line, row in enumerate(ROWS, start=2)])
    return journal


def test_a_sample_larger_than_the_list_is_the_list(open_journal: OpenJournal) -> None:
    assert len(list(pick_sample(plan(open_journal).lowest_key(5000))(iter(ROWS)))) == 1000


def test_the_same_sample_is_drawn_again_whatever_the_order(open_journal: OpenJournal) -> None:
    highest = plan(open_journal).lowest_key(50)
    drawn = {row.body for row in pick_sample(highest)(iter(ROWS))}
    assert {row.body for row in pick_sample(highest)(reversed(ROWS))} == drawn
    assert len(drawn) == 50


def test_a_sample_is_not_the_beginning_of_the_list(open_journal: OpenJournal) -> None:
    drawn = [int(row.body) for row in pick_sample(plan(open_journal).lowest_key(50))(iter(ROWS))]
    assert 300 < sum(drawn) / 50 < 700


def test_only_the_rows_asked_for_are_picked() -> None:
    wanted = array("q", sorted(row.key for row in ROWS[::9]))
    assert list(pick_keys(wanted)(iter(ROWS))) == ROWS[::9]
    assert list(pick_keys(array("q"))(iter(ROWS))) == []


def test_a_million_keys_take_eight_megabytes(open_journal: OpenJournal) -> None:
    journal = plan(open_journal)
    tickets = claim_all(journal, [row.key for row in ROWS])
    exchange(journal, [Outcome(ticket, RowState.RETURNED, 0, 1) for ticket in tickets], [])
    keys = journal.keys(frozenset({RowState.RETURNED}))
    assert list(keys) == sorted(row.key for row in ROWS)
    assert keys.itemsize == 8
