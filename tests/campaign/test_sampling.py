"""A sample is spread over the whole list and does not change when it is drawn again."""

from bothub_cli.campaign.journal import row_key
from bothub_cli.campaign.prepared_row import PreparedRow
from bothub_cli.campaign.sampling import pick_keys, pick_sample

ROWS = [PreparedRow(row_key(str(index), salt=b"salt"), str(index).encode()) for index in range(1000)]


def test_a_sample_larger_than_the_list_is_the_list() -> None:
    assert len(list(pick_sample(5000)(iter(ROWS)))) == 1000


def test_the_same_sample_is_drawn_again_whatever_the_order() -> None:
    drawn = {row.body for row in pick_sample(50)(iter(ROWS))}
    assert {row.body for row in pick_sample(50)(reversed(ROWS))} == drawn
    assert len(drawn) == 50


def test_a_sample_is_not_the_beginning_of_the_list() -> None:
    drawn = [int(row.body) for row in pick_sample(50)(iter(ROWS))]
    assert 300 < sum(drawn) / 50 < 700


def test_only_the_rows_asked_for_are_picked() -> None:
    assert list(pick_keys(frozenset({ROWS[7].key}))(iter(ROWS))) == [ROWS[7]]
