"""One rate for all machines: moments of the bot's schedule, asked of the ledger ahead of time by a thread."""

import threading
import time
from collections import deque
from contextlib import nullcontext
from functools import partial

from bothub_cli.campaign.ledger import schema as sql
from bothub_cli.campaign.ledger.link import Connection, LedgerConnection
from bothub_cli.campaign.pace.pace import WAIT_AFTER_REFUSAL, Allowance, Pace, PaceState
from bothub_cli.errors import BothubError

AHEAD = 0.05  # seconds of the schedule that are asked for at once, and as long again as an answer takes
TOO_LATE = 0.1  # seconds: a moment that was not used by then is given back, so that no burst makes up for it
LATEST = 0.5  # seconds: the same where the ledger or this machine takes longer than that between two takes
_NAP, _LONGEST_NAP = 0.002, 0.01  # seconds between two looks whether more is wanted
_IDLE_AFTER = 0.5  # seconds in which nobody asked for a turn, after which nothing is asked for


class LedgerBucket:
    """A ``Bucket`` whose schedule all machines share. Nothing is asked of the network on the caller's thread."""

    def __init__(self, link: LedgerConnection, pace: Pace, *, bot: str) -> None:
        self._link = link
        self._pace = pace
        self._bot = bot
        self._moments: deque[float] = deque()  # monotonic
        self._wanted = 0
        self._wanted_at = 0.0
        self._gap = 0.0  # seconds between two takes, lately at most
        self._lost = 0  # moments that nobody used in time
        self._rate = pace.rate
        self._blocked_until = 0.0  # monotonic
        self._refusals: deque[tuple[float, float]] = deque()
        self._look_again = max(0.002, min(0.01, 0.25 / pace.rate))  # seconds, where no moment is in hand
        self._wake = threading.Event()  # somebody wants moments
        self._interrupt = threading.Event()  # the schedule is not what it was, or nobody needs it any more
        self._is_closing = False
        self.error: BothubError | None = None
        self._thread = threading.Thread(target=self._keep, name="bothub-pace", daemon=True)
        self._thread.start()

    def take(self, wanted: int) -> Allowance:
        if self.error is not None:
            raise self.error
        now = time.monotonic()
        moments = self._moments
        if now - self._wanted_at < _IDLE_AFTER:
            self._gap = max(self._gap * 0.95, now - self._wanted_at)
        while moments and moments[0] < now - min(LATEST, TOO_LATE + 2 * self._gap):
            moments.popleft()
            self._lost += 1
        count = 0
        while count < wanted and moments and moments[0] <= now:
            moments.popleft()
            count += 1
        self._wanted, self._wanted_at = wanted, now
        self._wake.set()
        wait = max(0.001, moments[0] - now) if moments else self._look_again
        blocked = max(0.0, self._blocked_until - now)
        return Allowance(count=count, wait=0.0 if count else wait, state=PaceState(), blocked=blocked, rate=self._rate)

    def slow_down(self, *, retry_after: float | None, observed: float) -> None:
        self._moments.clear()
        self._refusals.append((WAIT_AFTER_REFUSAL if retry_after is None else retry_after, observed))
        self._interrupt.set()
        self._wake.set()

    def close(self) -> None:
        """Ask for no more."""
        self._is_closing = True
        self._interrupt.set()
        self._wake.set()
        self._thread.join(timeout=1.0)
        self._link.close()

    def _keep(self) -> None:
        try:
            while not self._is_closing:
                self._wake.wait(1.0)
                self._wake.clear()
                while self._refusals:
                    self._tell_refusal(*self._refusals.popleft())
                self._ask_ahead()
        except BothubError as error:
            self.error = error

    def _ask_ahead(self) -> None:
        """Keep the next moments in hand as long as somebody wants them."""
        lead = AHEAD
        while not (self._is_closing or self._refusals) and time.monotonic() - self._wanted_at < _IDLE_AFTER:
            now = time.monotonic()
            last = self._moments[-1] if self._moments else 0.0
            room = self._wanted - len(self._moments)
            if room <= 0 or last > now + lead / 2:
                time.sleep(min(_LONGEST_NAP, max(_NAP, last - now - lead / 2)))
                continue
            granted, first, step, server_now, next_at, took = self._link.run(partial(self._ask, room=room, lead=lead))
            heard = time.monotonic()
            lead = AHEAD + took
            offset = heard - took / 2 - server_now
            self._moments.extend(first + place * step + offset for place in range(granted))
            self._rate = 1.0 / step
            if not granted:
                if next_at - server_now > step + lead:  # longer than the schedule itself lets wait
                    self._blocked_until = next_at + offset
                # sleep until the schedule has something within reach again
                self._interrupt.wait(max(0.002, min(0.5, next_at - server_now - lead)))
                self._interrupt.clear()

    def _ask(self, connection: Connection, *, room: int, lead: float) -> tuple[int, float, float, float, float, float]:
        lost, self._lost = self._lost, 0  # a count that is lost with an answer does no harm
        before = time.monotonic()
        values = (self._bot, self._pace.rate, self._pace.burst, room, lead)
        with connection.pipeline() if lost else nullcontext():  # one question needs none, and costs half without
            if lost:
                connection.execute(sql.PACE_GIVE_BACK, (lost / self._rate, self._bot))
            asked = connection.execute(sql.PACE_TAKE, values)
        row = asked.fetchone()
        assert row is not None
        return (*row, time.monotonic() - before)

    def _tell_refusal(self, wait: float, observed: float) -> None:
        values = {
            "bot": self._bot,
            "wait": wait,
            "allowed": self._pace.rate,
            "observed": observed,
        }
        self._link.run(lambda connection: connection.execute(sql.PACE_SLOW_DOWN, values))
