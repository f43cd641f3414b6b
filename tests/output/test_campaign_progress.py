"""A running campaign tells how far it is, how fast, how long still, and why it waits."""

import dataclasses

from bothub_cli.campaign.journal import RowState
from bothub_cli.campaign.progress import Progress
from bothub_cli.output.campaign_progress import describe

RUNNING = Progress(
    outcomes={RowState.ACCEPTED: 90, RowState.REFUSED: 10, RowState.RETURNED: 5},
    causes={},
    skipped=0,
    in_flight=2,
    concurrency=8,
    elapsed=4.0,
    rate=25.0,
    latency_p50=0.040,
    latency_p95=0.1,
    latency_p99=0.2,
)


def test_before_the_first_answer_nothing_is_made_up() -> None:
    idle = dataclasses.replace(RUNNING, outcomes={}, rate=0.0, elapsed=0.0, in_flight=0)
    assert describe(idle, 500) == "0 of 500 · 0/s"


def test_a_pause_says_why_and_promises_no_end() -> None:
    paused = dataclasses.replace(RUNNING, rate=0.0, paused="renewing a token")
    assert describe(paused, 500).endswith("paused: renewing a token")
    assert "left" not in describe(paused, 500)


def test_what_is_waited_for_is_told_when_nothing_moves() -> None:
    assert describe(dataclasses.replace(RUNNING, rate=0.0), 102).endswith("waiting for 2 answers")


def test_a_line_tells_it_all() -> None:
    assert describe(RUNNING, 500) == ("100 of 500 · 25/s · 16 s left · 90 accepted, 10 refused · p50 40 ms, p99 200 ms")
