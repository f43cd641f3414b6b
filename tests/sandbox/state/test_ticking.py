"""The agenda is carried out by itself, in few wake-ups however much is planned."""

import asyncio
from datetime import datetime, timedelta

from bothub_cli.sandbox.state.time import Agenda, SandboxClock, Ticker

LATER = timedelta(milliseconds=20)


def _run_until_done(steps: int) -> tuple[list[datetime], int]:
    """Plan actions a microsecond apart; return when each was due, and how many times the ticker woke."""

    async def work() -> tuple[list[datetime], int]:
        agenda, clock = Agenda(), SandboxClock()
        wakes, done = 0, asyncio.Event()
        carried_out: list[datetime] = []
        run_due = agenda.run_due

        def count_wakes(now: datetime) -> None:
            nonlocal wakes
            wakes += 1
            run_due(now)
            if len(carried_out) == steps:
                done.set()

        agenda.run_due = count_wakes  # type: ignore[method-assign]  # counts, and does the same
        ticker = Ticker(agenda, clock)
        first = clock.now() + LATER
        for step in range(steps):
            agenda.at(first + timedelta(microseconds=100 * step), carried_out.append)
        await asyncio.wait_for(done.wait(), timeout=20)
        ticker.stop()
        return carried_out, wakes

    return asyncio.run(work())


def test_everything_is_done_in_its_order() -> None:
    carried_out, _ = _run_until_done(500)
    assert carried_out == sorted(carried_out)
    assert len(carried_out) == 500


def test_what_comes_due_within_a_breath_shares_a_wake_up() -> None:
    _, wakes = _run_until_done(500)  # 50 ms of actions, 0.1 ms apart
    assert wakes <= 15
