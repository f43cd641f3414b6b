"""The pace is decided from the time and what the API said, so every decision can be replayed."""

import os
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.campaign.pace.bucket import OwnBucket, SharedBucket
from bothub_cli.campaign.pace.pace import (
    SLOWEST,
    UNLIMITED,
    Pace,
    PaceState,
    back_off,
    choose_claims,
    choose_concurrency,
    current_rate,
    estimate,
    slow_down,
    take,
)
from bothub_cli.campaign.pace.strict_second import StrictSecond
from bothub_cli.clock import SystemClock
from bothub_cli.errors import ConfigurationError

PACE = Pace(rate=25.0, burst=5)


class StoppedClock:
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        self.time = 1000.0

    def now(self) -> object:
        raise AssertionError("the pace asks no date")

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def test_a_refusal_blocks_as_long_as_the_api_asks() -> None:
    state = slow_down(PaceState(), PACE, now=1000, retry_after=7, observed=25)

    grant = take(state, PACE, now=1003, wanted=5)

    assert (grant.count, grant.wait) == (0, 4)


def test_a_refusal_halves_the_rate_once_for_a_whole_burst() -> None:
    state = PaceState()
    for moment in (1000.0, 1000.1, 1000.2):
        state = slow_down(state, PACE, now=moment, retry_after=None, observed=25)

    assert state.rate == 12.5


def test_refusals_never_stop_the_rate_for_good() -> None:
    state = PaceState()
    for moment in range(1000, 2000, 2):
        state = slow_down(state, PACE, now=moment, retry_after=None, observed=0)

    assert current_rate(state, PACE, now=2000) >= SLOWEST


def test_the_rate_climbs_back() -> None:
    state = slow_down(PaceState(), PACE, now=1000, retry_after=None, observed=25)

    assert [current_rate(state, PACE, now=moment) for moment in (1000, 1012, 1060)] == [12.5, 17.5, 25.0]


@given(st.lists(st.tuples(st.floats(0, 0.2), st.integers(1, 40)), min_size=1, max_size=80))
def test_no_second_ever_gets_more_than_rate_and_burst(steps: list[tuple[float, int]]) -> None:
    state, now, taken = PaceState(), 1000.0, []
    for pause, wanted in steps:
        now += pause
        grant = take(state, PACE, now=now, wanted=wanted)
        state = grant.state
        taken += [now] * grant.count
    for first in taken:
        assert sum(first <= moment <= first + 1 for moment in taken) <= 25 + 5 + 1


def test_a_waiting_time_that_is_kept_gives_a_request() -> None:
    emptied = take(PaceState(), PACE, now=1000, wanted=99)

    assert emptied.count == 5
    assert take(emptied.state, PACE, now=1000 + emptied.wait, wanted=99).count == 1


def test_a_state_of_another_boot_is_forgotten() -> None:
    state = PaceState(due_at=9e6, blocked_until=9e6)

    assert take(state, PACE, now=10, wanted=1).count == 1


def test_two_processes_share_one_bucket(tmp_path: Path) -> None:
    clock = StoppedClock()
    first, second = (SharedBucket(tmp_path / "shop", PACE, clock=clock) for _ in range(2))  # type: ignore[arg-type]  # a clock without dates

    assert first.take(3).count + second.take(3).count == 5
    first.slow_down(retry_after=2, observed=25)
    assert second.take(1).count == 0


@pytest.mark.parametrize("content", [b"", b"garbage", b"x" * 36])
def test_a_damaged_bucket_is_a_full_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "shop").write_bytes(content)

    assert SharedBucket(tmp_path / "shop", PACE, clock=StoppedClock()).take(9).count == 5  # type: ignore[arg-type]  # as above


def test_a_bucket_that_cannot_be_kept_is_a_configuration_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigurationError):
        SharedBucket(tmp_path / "file" / "shop", PACE, clock=StoppedClock()).take(1)  # type: ignore[arg-type]  # as above


def test_an_own_bucket_keeps_the_same_rules() -> None:
    clock = StoppedClock()
    bucket = OwnBucket(PACE, clock=clock)  # type: ignore[arg-type]  # as above

    assert bucket.take(9).count == 5
    clock.time += 0.04
    assert bucket.take(9).count == 1
    bucket.slow_down(retry_after=1, observed=25)
    assert bucket.take(9).count == 0


def test_a_waiting_time_is_kept_for_a_day_at_most() -> None:
    state = slow_down(PaceState(), PACE, now=1000, retry_after=1e9, observed=25)
    assert take(state, PACE, now=1000 + 86_399, wanted=1).blocked == 1
    assert take(state, PACE, now=1000 + 86_401, wanted=1).count == 1


def test_the_state_of_another_boot_is_none_whatever_its_times(tmp_path: Path) -> None:
    path = tmp_path / "shop"
    bucket = SharedBucket(path, PACE, clock=StoppedClock())  # type: ignore[arg-type]  # as above
    bucket.slow_down(retry_after=600, observed=25)
    assert bucket.take(1).blocked == 600
    content = bytearray(path.read_bytes())
    content[4] ^= 1  # of the boot's name
    path.write_bytes(content)
    assert bucket.take(1).count == 1


def test_an_estimate_counts_in_what_the_api_said() -> None:
    pace = Pace(rate=25.0)
    assert estimate(100, PaceState(), pace, now=1000) == 4
    halved = slow_down(PaceState(), pace, now=1000, retry_after=10, observed=25)
    assert estimate(1, halved, pace, now=1000) > 10
    times, state, now, left = [], halved, 1000.0, 100
    while left:
        grant = take(state, pace, now=now, wanted=1)
        state, left = grant.state, left - grant.count
        times.append(now)
        now += grant.wait
    assert estimate(100, halved, pace, now=1000) == pytest.approx(times[-1] - 1000, rel=0.05)


def test_waiting_after_failures_grows_and_stays_bounded() -> None:
    assert [back_off(troubles, jitter=1) for troubles in (0, 1, 3, 50)] == [0.25, 0.5, 2.0, 30.0]
    assert back_off(3, jitter=0) == 1.0


@pytest.mark.parametrize(
    ("rate", "latency", "expected"),
    [
        (25, 0.1, 6),
        (25, 2.0, 77),
        (25, 0.001, 2),
        (1e9, 0.001, 64),
        (1e9, 0.05, 128),
        (2000, 0.0001, 64),
        (200, 30, 128),
    ],
)
def test_concurrency_follows_from_rate_and_latency(rate: float, latency: float, expected: int) -> None:
    assert choose_concurrency(rate=rate, latency=latency, most=128) == expected


@pytest.mark.parametrize(
    ("rate", "concurrency", "expected"), [(25, 2, 2), (25, 40, 50), (1e9, 32, 128), (1e9, 128, 160)]
)
def test_few_more_are_claimed_than_fly_but_for_a_client_that_is_the_limit(
    rate: float, concurrency: int, expected: int
) -> None:
    assert choose_claims(rate=rate, concurrency=concurrency, most=128) == expected


def test_a_slot_may_be_used_a_little_late_and_the_mean_is_held() -> None:
    state, now, count = PaceState(), 1000.0, 0
    pace = Pace(rate=25.0)
    while now < 1010:
        grant = take(state, pace, now=now, wanted=10)
        state, count = grant.state, count + grant.count
        now += grant.wait + 0.055  # the loop is always late, and by more than a slot
    assert 249 <= count <= 251


def test_a_slot_that_nobody_used_is_lost() -> None:
    state = take(PaceState(), Pace(rate=25.0), now=1000, wanted=1).state
    assert take(state, Pace(rate=25.0), now=1000.5, wanted=99).count == 3  # those of the last 0.1 s


def test_after_a_pause_a_new_schedule_begins() -> None:
    state = take(PaceState(), Pace(rate=25.0), now=1000, wanted=1).state
    assert take(state, Pace(rate=25.0), now=1002, wanted=99).count == 1


@given(st.integers(1, 60), st.lists(st.floats(0, 0.3), min_size=1, max_size=150))
def test_no_second_gets_more_than_a_strict_server_takes(rate: int, pauses: list[float]) -> None:
    second, now, gone = StrictSecond(rate=rate), 1000.0, []
    for pause in pauses:
        now += pause + second.wait(now + pause)
        second.note(now)
        gone.append(now)
    for first in gone:
        assert sum(first <= moment < first + 1 for moment in gone) <= rate


def test_who_has_no_limit_waits_for_no_second() -> None:
    second = StrictSecond(rate=1e9)
    for _ in range(1000):
        second.note(1000.0)
    assert second.wait(1000.0) == 0


def test_claims_cover_the_time_that_the_disk_takes() -> None:
    assert choose_claims(rate=200, concurrency=3, most=128, waiting=0.01) == 12
    assert choose_claims(rate=20_000, concurrency=128, most=128, waiting=5.0) == 160


def test_as_many_more_are_claimed_as_go_out_while_a_far_ledger_answers() -> None:
    far = partial(choose_claims, rate=UNLIMITED, concurrency=64, most=64)
    assert far(waiting=0.025, reached=1280) == 64 + 64
    assert far(waiting=0.005, reached=1280) == 80  # near: a quarter is enough
    assert far(waiting=0.025) == 80  # one machine's disk: no more are in doubt after a crash


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_in_place_of_the_shared_pace_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pace"
    os.mkfifo(path, 0o600)
    with pytest.raises(ConfigurationError, match="is a named pipe"):
        SharedBucket(path, PACE, clock=SystemClock()).take(1)
