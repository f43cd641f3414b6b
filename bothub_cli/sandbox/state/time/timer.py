"""Carries out the agenda when its time comes, by the sandbox's clock."""

import asyncio

from bothub_cli.sandbox.state.time.agenda import Agenda
from bothub_cli.sandbox.state.time.clock import SandboxClock

BREATH = 0.005  # seconds from one wake-up to the next: under load it does what came due meanwhile all at once


class Ticker:
    """Sleeps until the next action is due, in the event loop that it was made in."""

    def __init__(self, agenda: Agenda, clock: SandboxClock) -> None:
        self._agenda = agenda
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._earliest = 0.0  # when it may wake again, by the loop's time
        agenda.on_change = self.wind_up

    def wind_up(self) -> None:
        """Plan the next wake-up; to be called when the clock was advanced."""
        self._cancel_timer()
        due = self._agenda.next_due
        if due is not None:
            pause = max((due - self._clock.now()).total_seconds(), 0)
            self._timer = self._loop.call_at(max(self._loop.time() + pause, self._earliest), self._wake)

    def stop(self) -> None:
        """Carry out nothing more."""
        self._cancel_timer()

    def _wake(self) -> None:
        self._agenda.run_due(self._clock.now())
        self._earliest = self._loop.time() + BREATH
        self.wind_up()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
