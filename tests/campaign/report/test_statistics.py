"""The course of a campaign is counted in one pass, whatever the clock did meanwhile."""

from bothub_cli.campaign.journal.interface import Outcome, RowState, SettledRow
from bothub_cli.campaign.report.statistics import SLICES, follow

NOON = 1_780_000_000_000  # milliseconds


def row(at: int, state: RowState = RowState.ACCEPTED, *, elapsed: int = 40, cause: str | None = None) -> SettledRow:
    return SettledRow(2, Outcome(1, state, at, elapsed, None, cause))


def test_nothing_sent_has_no_course() -> None:
    course = follow([])
    assert (course.first_at, course.last_at, list(course.slices), dict(course.causes)) == (None, None, [], {})


def test_a_clock_that_jumped_back_loses_no_row() -> None:
    course = follow([row(NOON), row(NOON - 3_600_000), row(NOON + 1000)])
    assert sum(each.accepted for each in course.slices) == 3
    assert course.first_at is not None
    assert course.last_at is not None
    assert course.first_at < course.last_at


def test_a_clock_that_jumped_a_year_keeps_the_time_line_short() -> None:
    course = follow([row(NOON), row(NOON + 365 * 86_400_000)])
    assert len(course.slices) <= SLICES
    assert sum(each.accepted for each in course.slices) == 2


def test_rows_are_counted_by_cause_the_most_frequent_first() -> None:
    refused = RowState.REFUSED
    course = follow([row(NOON, refused, cause="a"), row(NOON, refused, cause="b"), row(NOON, refused, cause="b")])
    assert list(course.causes.items()) == [("b", 2), ("a", 1)]
    assert [(each.accepted, each.other) for each in course.slices] == [(0, 3)]


def test_latencies_are_within_a_twentieth() -> None:
    course = follow([row(NOON, elapsed=elapsed) for elapsed in range(1, 1001)])
    assert 0.475 < course.latencies[0.5] < 0.525
    assert 0.94 < course.latencies[0.99] < 1.04
