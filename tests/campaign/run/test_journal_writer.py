"""When a group of claims and outcomes is written: one that costs a network waits for more, but never for long."""

from contextlib import closing
from functools import partial
from unittest.mock import Mock

import pytest

from bothub_cli.campaign.journal.interface import Claims
from bothub_cli.campaign.run.journal_writer import MOMENT_MOST, JournalExchange

NOW = 1000.0


@pytest.mark.parametrize(
    ("gathers", "later", "is_idle", "is_due"),
    [
        pytest.param(False, 0.0, False, True, id="much room on one machine"),
        pytest.param(True, 0.0, False, False, id="much room, and a rate for all machines"),
        pytest.param(True, 0.0, True, True, id="nothing else to do"),
        pytest.param(True, MOMENT_MOST, False, True, id="a moment later"),
    ],
)
def test_a_group_waits_for_a_moment_where_a_rate_hands_out_few_rows_and_a_step_is_dear(
    *, gathers: bool, later: float, is_idle: bool, is_due: bool
) -> None:
    with closing(JournalExchange(Mock(spec=Claims), gathers=gathers)) as exchange:
        exchange.begin(NOW, [])
        ask = partial(exchange.is_due, room=100, claims=160, latency=0.02)
        assert ask(NOW + later + 1e-6, is_idle=is_idle) is is_due
