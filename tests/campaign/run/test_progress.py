"""What a running campaign says of its pace."""

from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.pace.pace import UNLIMITED
from bothub_cli.campaign.run.progress import SHOWN_OVER, RunTally


def test_the_shown_rate_of_a_slow_campaign_is_not_nought_between_two_messages() -> None:
    tally = RunTally(started=0.0)
    for tenth in range(1, 300):
        if tenth % 5 == 0:
            tally.count(RowState.ACCEPTED, None)
        tally.look_back(tenth / 10)
    assert tally.rate == 0.0
    shown = tally.snapshot(now=29.9, in_flight=0, concurrency=1, paused=None).rate
    assert 1.8 <= shown <= 2.2


def test_the_shown_rate_is_that_of_the_last_seconds() -> None:
    tally = RunTally(started=0.0)
    for _ in range(100):
        tally.count(RowState.ACCEPTED, None)
    tally.look_back(1.0)
    for second in range(2, 10):
        tally.look_back(float(second))
    assert tally.shown_rate(9.0 + SHOWN_OVER / 10) == 0.0


def test_a_rate_that_no_client_reaches_is_no_slow_pace() -> None:
    tally = RunTally(started=0.0)
    tally.note_rate(16_942_829.0, wanted=UNLIMITED)
    assert tally.lowest_rate is None
    tally.note_rate(700.0, wanted=UNLIMITED)
    assert tally.lowest_rate == 700.0
