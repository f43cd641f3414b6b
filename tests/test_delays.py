"""Whatever is tried again waits longer each time, by one rule."""

from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.delays import GrowingDelay

DELAY = GrowingDelay(first=0.5, longest=8.0, least=0.5)


def test_each_pause_is_twice_the_one_before_up_to_the_longest() -> None:
    assert [DELAY.after(attempt) for attempt in (1, 2, 3, 4, 5, 6, 10_000)] == [0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]


def test_chance_leaves_a_share_so_that_a_crowd_does_not_come_back_together() -> None:
    assert DELAY.after(3, chance=0.0) == 1.0
    assert DELAY.after(3, chance=0.5) == 1.5


@given(st.integers(-3, 100_000), st.floats(0, 1))
def test_no_attempt_and_no_chance_leave_the_bounds(attempt: int, chance: float) -> None:
    assert 0.25 <= DELAY.after(attempt, chance=chance) <= 8.0
