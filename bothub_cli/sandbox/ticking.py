"""Carries out the agenda when its time comes, by the sandbox's clock."""

import asyncio

from bothub_cli.sandbox.agenda import Agenda
from bothub_cli.sandbox.clock import SandboxClock


class Ticker:
    """Sleeps until the next action is due, in the event loop that it was made in."""

    def __init__(self, agenda: Agenda, clock: SandboxClock) -> None:
        self._agenda = agenda
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        agenda.on_change = self.wind_up

    def wind_up(self) -> None:
        """Plan the next wake-up; to be called when the clock was advanced."""
        self._cancel_timer()
        due = self._agenda.next_due
        if due is not None:
            pause = max((due - self._clock.now()).total_seconds(), 0)
            self._timer = self._loop.call_later(pause, self._wake)

    def stop(self) -> None:
        """Carry out nothing more."""
        self._cancel_timer()

    def _wake(self) -> None:
        self._agenda.run_due(self._clock.now())
        self.wind_up()

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
