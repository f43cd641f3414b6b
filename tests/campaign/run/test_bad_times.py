"""A network that goes and comes back, and a clock that jumps, cost no row; and the pause says what is wrong."""

from datetime import timedelta
from typing import Any

import pytest

from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.pace.pace import Pace
from bothub_cli.campaign.pace.window import read_window
from bothub_cli.errors import NetworkError
from bothub_cli.transport.bulk import NotSent, RequestEnding
from tests.campaign.run.test_engine import Lab, accept

Open = Any  # the callable of conftest.py

EVENING = read_window("19:00-20:00", zone="UTC")  # the laboratory's clock starts at 19:59:50
HOUR = timedelta(hours=1)


def test_a_name_that_is_gone_for_a_minute_costs_no_row_and_is_named(open_journal: Open) -> None:
    def resolve(ticket: int, times: int, body: bytes) -> RequestEnding:
        if 1001 < lab.clock.seconds < 1061:
            return NotSent(ticket, NetworkError(host="api.example", stage="dns"))
        return accept(ticket, times, body)

    lab = Lab(open_journal(), resolve, rows=200)
    result = lab.run(pace=Pace(rate=20.0))
    assert result.ended == "finished"
    assert lab.counts == {RowState.ACCEPTED: 200}
    assert {report.paused for report in lab.reports} >= {"the name api.example cannot be resolved"}


@pytest.mark.parametrize("jump", [2 * HOUR, -26 * HOUR], ids=["forwards", "back"])
def test_a_clock_that_jumps_out_of_the_sending_hours_stops_the_sending_until_it_jumps_back(
    open_journal: Open, jump: timedelta
) -> None:
    true_start = (lab := Lab(open_journal(), accept, rows=60)).clock.start

    def turn_the_clock(ticket: int, times: int, body: bytes) -> RequestEnding:
        lab.clock.start = true_start + jump
        return accept(ticket, times, body)

    def set_it_right(seconds: float) -> None:
        lab.clock.seconds += seconds
        if lab.clock.seconds > 1200:
            lab.clock.start = true_start - timedelta(seconds=lab.clock.seconds - 1000)

    lab.transport.script = turn_the_clock
    lab.clock.sleep = set_it_right  # type: ignore[method-assign]  # the clock is played
    lab.run(window=EVENING, pace=Pace(rate=5.0))
    assert lab.counts == {RowState.ACCEPTED: 60}
    assert max(lab.transport.sent.values()) == 1
    assert any((report.paused or "").startswith("outside the sending hours") for report in lab.reports)


def test_a_clock_that_jumps_makes_no_time_negative(open_journal: Open) -> None:
    def turn_the_clock(ticket: int, times: int, body: bytes) -> RequestEnding:
        lab.clock.start -= HOUR
        return accept(ticket, times, body)

    lab = Lab(open_journal(), turn_the_clock)
    result = lab.run(pace=Pace(rate=5.0))
    assert lab.counts == {RowState.ACCEPTED: 20}
    assert 0 < result.progress.elapsed < 10
    assert all(report.rate >= 0 and report.latency_p50 >= 0 for report in lab.reports)
