"""The loop of a campaign: claims rows in groups, sends them, records how each one ended."""

import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from bothub_cli.campaign.bucket import Bucket
from bothub_cli.campaign.journal import Journal, Outcome, RowState
from bothub_cli.campaign.pace import UNLIMITED, back_off, choose_concurrency
from bothub_cli.campaign.progress import Progress, Tally
from bothub_cli.campaign.run_rules import RunRules, find_limit
from bothub_cli.campaign.token_keeper import TokenKeeper
from bothub_cli.campaign.verdict import Verdict, judge
from bothub_cli.campaign.window import SendingWindow
from bothub_cli.clock import Clock
from bothub_cli.errors import (
    BothubError,
    ConfigurationError,
    CredentialsError,
    CredentialsRefusedError,
    NetworkError,
    TemporaryError,
)
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.protocol.tokens import TokenPair
from bothub_cli.transport.bulk import BulkTransport, Ending, NotSent

REPORT_EVERY = 0.2  # seconds between two calls of the progress callback
_NAP = 0.1  # seconds that a pause sleeps at once, so that stop() is heard
_START_CONCURRENCY = 8
RESERVE_SHARE = 4  # one row is claimed in advance for so many in flight
TROUBLES_ALLOWED = 5  # endings in a row without a clear answer, before a run pauses and asks with one request at a time


@dataclass(slots=True)
class PreparedRow:
    """A row that is ready to go: its key in the journal and the bytes of its message."""

    key: int
    body: bytes = field(repr=False)
    attempts: int = 0


@dataclass(slots=True)
class _Flight:
    row: PreparedRow
    tokens: TokenPair


@dataclass(frozen=True, slots=True)
class _Syncing:
    """A step that is on its way to the disk: its claims may leave once it is there."""

    commit: Future[None]
    outcomes: list[Outcome]
    claims: list[tuple[int, PreparedRow]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What connects a run to the API: ``build_request`` makes the request whose body is replaced row by row."""

    transport: BulkTransport
    tokens: TokenKeeper
    build_request: Callable[[TokenPair], HttpRequest]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How a run ended: ``ended`` "finished" when no row is left, and the error that stopped it, if one did."""

    ended: Literal["finished", "stopped", "limit"]
    progress: Progress
    error: BothubError | None = None


class Engine:
    """Sends rows until none is left, a limit is reached, or ``stop`` is called; every end drains what is in flight.

    ``run`` raises ConfigurationError when the journal or the shared pace fails, after it has tried to write what is
    known by then: rows whose outcome could not be written are unknown.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        sender: Sender,
        bucket: Bucket,
        clock: Clock,
        rules: RunRules,
        window: SendingWindow | None = None,
        rate: float = UNLIMITED,
        report: Callable[[Progress], None] = lambda progress: None,  # noqa: ARG005  nobody looks
    ) -> None:
        self._journal = journal
        self._sender = sender
        self._bucket = bucket
        self._clock = clock
        self._rules = rules
        self._window = window
        self._rate = rate
        self._report = report
        self._flights: dict[int, _Flight] = {}
        self._ready: deque[tuple[int, PreparedRow]] = deque()
        self._outcomes: list[Outcome] = []
        self._again: deque[PreparedRow] = deque()
        self._rows: Iterator[PreparedRow] = iter(())
        self._exhausted = False
        self._stop_asked = False
        self._tokens_left = 0
        self._claimed = 0
        self._troubles = 0  # endings in a row that were no clear answer
        self._pauses = 0  # pauses in a row because of them
        self._next_token_at = 0.0
        self._error: BothubError | None = None
        self._paused: str | None = None
        self._paused_until = 0.0
        self._aimed: TokenPair | None = None
        self._refused_after_renewal = 0
        self._last_exchange = 0.0
        self._syncing: _Syncing | None = None
        self._committer = ThreadPoolExecutor(1, thread_name_prefix="bothub-journal")
        self._last_report = 0.0
        self._last_clear_answer = 0.0
        self._last_error: BothubError | None = None
        self._concurrency = rules.concurrency or min(
            _START_CONCURRENCY if rate < UNLIMITED else rules.concurrency_most, rules.concurrency_most
        )

    def stop(self) -> None:
        """Send nothing more and drain; safe to call from a signal handler."""
        self._stop_asked = True

    def run(self, rows: Iterable[PreparedRow]) -> RunResult:
        self._rows = iter(rows)
        now = self._clock.monotonic()
        self._tally = Tally(started=now)
        self._last_clear_answer = self._last_report = now
        try:
            self._loop()
        except BothubError:
            self._save_what_is_known()
            raise
        finally:
            self._committer.shutdown()
        return self._finish()

    def _loop(self) -> None:
        while True:
            now = self._clock.monotonic()
            self._look_around(now)
            if self._syncing is not None:
                self._finish_exchange(self._syncing)
            most = self._find_most(now)
            if self._syncing is None:
                room = self._find_room(most, now)
                if self._is_exchange_due(now, room):
                    self._begin_exchange(now, room)
            self._launch(most)
            if self._is_over():
                break
            self._collect()

    def _save_what_is_known(self) -> None:
        """After the journal or the pace failed: hear what is in flight, and try once more to write how it ended."""
        if self._syncing is not None:
            self._take_back(self._syncing)
        self._give_back()
        while self._flights:
            self._collect()
        with suppress(ConfigurationError):
            self._journal.stage(self._outcomes, [])
            self._journal.commit()

    def _take_back(self, syncing: _Syncing) -> None:
        """Find out whether the last step reached the disk: its claims have not left, or its outcomes are lost."""
        self._syncing = None
        try:
            syncing.commit.result()
        except ConfigurationError:
            self._outcomes[:0] = syncing.outcomes
        else:
            self._ready += syncing.claims

    def _is_over(self) -> bool:
        if self._flights or self._ready or self._outcomes or self._syncing is not None:
            return False
        return self._is_stopping or (self._exhausted and not self._again)

    @property
    def _is_stopping(self) -> bool:
        return self._stop_asked or self._error is not None

    # What follows is in the order of the loop: look around, make room, exchange with the journal, collect, judge.

    def _look_around(self, now: float) -> None:
        """Hear tokens, limits and the time of day, and tell the progress."""
        pair = self._sender.tokens.pair
        if pair is not self._aimed:
            self._aimed = pair
            self._sender.transport.aim(self._sender.build_request(pair))
        if now - self._last_report >= REPORT_EVERY:
            self._last_report = now
            self._tally.look_back(now)
            self._tune()
            self._report(self._snapshot(now))
        self._check_limits(now)

    def _check_limits(self, now: float) -> None:
        if self._error is None:
            bad, elapsed = self._tally.bad, now - self._tally.started
            self._error = find_limit(
                self._rules, bad=bad, finished=self._tally.finished, elapsed=elapsed
            ) or self._lost_patience(now)

    def _lost_patience(self, now: float) -> BothubError | None:
        if self._troubles >= TROUBLES_ALLOWED:
            match self._last_error:
                case NetworkError(stage="tls" | "proxy"):  # trust and permission do not heal by waiting
                    return self._last_error
        tokens = self._sender.tokens
        if tokens.is_renewing and isinstance(tokens.error, CredentialsError):
            return tokens.error
        is_stuck = self._troubles > 0 or tokens.is_renewing
        if is_stuck and now - self._last_clear_answer > self._rules.patience:
            return tokens.error or self._last_error or TemporaryError()
        return None

    def _tune(self) -> None:
        if self._rules.concurrency is None:
            self._concurrency = choose_concurrency(
                rate=self._rate, latency=self._tally.recent_latency, most=self._rules.concurrency_most
            )

    def _find_most(self, now: float) -> int:
        """How many requests may be in flight now."""
        if self._is_stopping:
            return 0
        self._paused = self._why_paused(now)
        if self._paused is not None:
            return 0
        # In trouble, one request at a time finds out how it is.
        return 1 if self._troubles >= TROUBLES_ALLOWED else self._concurrency

    def _find_room(self, most: int, now: float) -> int:
        """How many rows may be claimed now; a few more than fly, so that no slot waits for the disk."""
        if not most or now < self._next_token_at or (self._exhausted and not self._again):
            return 0
        room = most + most // RESERVE_SHARE - len(self._flights) - len(self._ready)
        if self._rules.limit is not None:
            room = min(room, self._rules.limit - self._claimed + len(self._again))
            self._exhausted = self._exhausted or self._claimed >= self._rules.limit
        return max(0, room)

    def _launch(self, most: int) -> None:
        """Let claimed rows go while there is a slot; give them back when nothing may go for a while."""
        if not most:
            self._give_back()
            return
        assert self._aimed is not None
        while self._ready and len(self._flights) < most:
            ticket, row = self._ready.popleft()
            self._flights[ticket] = _Flight(row, self._aimed)
            self._sender.transport.post(ticket, row.body)

    def _give_back(self) -> None:
        """Note that claimed rows have not left, so that a crash during the pause leaves no doubt about them."""
        at = int(self._clock.now().timestamp() * 1000) if self._ready else 0
        while self._ready:
            ticket, row = self._ready.popleft()
            self._outcomes.append(Outcome(ticket, RowState.RETURNED, at, 0))
            self._again.append(row)
            self._claimed -= row.attempts == 0

    def _why_paused(self, now: float) -> str | None:
        if now < self._paused_until:
            return self._paused or "waiting"
        if self._sender.tokens.is_renewing:
            return "renewing a token"
        if self._window is not None and (opening := self._window.next_opening(self._clock.now())) is not None:
            return f"outside the sending hours until {opening:%Y-%m-%d %H:%M} UTC"
        return None

    def _is_exchange_due(self, now: float, room: int) -> bool:
        """Group claims and outcomes: half of what may be in flight, or what came together in a moment."""
        if not room and not self._outcomes:
            return False
        waited = now - self._last_exchange
        moment = min(0.02, max(0.002, self._tally.recent_latency / 16))
        return room * 4 >= self._concurrency or waited >= moment or not (self._flights or self._ready)

    def _begin_exchange(self, now: float, room: int) -> None:
        """Write outcomes and claims; while they are synced to the disk, answers go on coming in."""
        self._last_exchange = now
        rows = self._next_rows(self._grant(room))
        outcomes, self._outcomes = self._outcomes, []
        if not rows and not outcomes:
            return
        try:
            tickets = self._journal.stage(outcomes, [row.key for row in rows])
        except ConfigurationError:
            self._outcomes = outcomes
            raise
        claims = [(ticket, row) for ticket, row in zip(tickets, rows, strict=True) if ticket is not None]
        self._tally.skipped += len(rows) - len(claims)
        self._syncing = _Syncing(self._committer.submit(self._journal.commit), outcomes, claims)

    def _finish_exchange(self, syncing: _Syncing) -> None:
        """Once a step is on the disk, let its rows go."""
        if not syncing.commit.done() and (self._flights or self._ready):
            return
        syncing.commit.result()
        self._syncing = None
        self._ready += syncing.claims
        self._claimed += sum(row.attempts == 0 for _, row in syncing.claims)
        self._tokens_left -= len(syncing.claims)

    def _grant(self, room: int) -> int:
        if room > self._tokens_left:
            grant = self._bucket.take(room - self._tokens_left)
            self._tokens_left += grant.count
            if not self._tokens_left:
                self._next_token_at = self._clock.monotonic() + grant.wait
        return min(room, self._tokens_left)

    def _next_rows(self, count: int) -> list[PreparedRow]:
        rows: list[PreparedRow] = []
        while len(rows) < count and self._again:
            rows.append(self._again.popleft())
        while len(rows) < count and not self._exhausted:
            row = next(self._rows, None)
            if row is None:
                self._exhausted = True
            else:
                rows.append(row)
        return rows

    def _collect(self) -> None:
        if not self._flights:
            if self._syncing is None and not self._outcomes and not self._ready:
                self._rest()
            return
        timeout = 0.001 if self._syncing is not None else 0.002 if self._outcomes else 0.02
        endings = self._sender.transport.collect(timeout)
        if endings:
            at = int(self._clock.now().timestamp() * 1000)
            for ending in endings:
                self._settle(ending, judge(ending), at)

    def _rest(self) -> None:
        wait = _NAP if self._paused is not None else self._next_token_at - self._clock.monotonic()
        if wait > 0:
            self._clock.sleep(min(_NAP, wait))

    def _settle(self, ending: Ending, verdict: Verdict, at: int) -> None:
        flight = self._flights.pop(ending.ticket)
        state = verdict.state
        elapsed = 0.0 if isinstance(ending, NotSent) else ending.elapsed
        if state is RowState.RETURNED:
            state = self._return(flight.row, verdict)
        self._outcomes.append(
            Outcome(
                ending.ticket,
                state,
                at,
                round(elapsed * 1000),
                getattr(ending, "status", None),
                verdict.cause,
                verdict.message_id,
            )
        )
        self._tally.count(state, verdict.cause)
        if elapsed:
            self._tally.latency.add(elapsed)
        self._react(flight, verdict)

    def _return(self, row: PreparedRow, verdict: Verdict) -> RowState:
        """Put a row back in the queue; one that the API put off again and again is given up for ``campaign retry``."""
        row.attempts += 1
        if verdict.cause is not None and verdict.cause.startswith("http.") and row.attempts >= self._rules.attempts:
            return RowState.FAILED
        self._again.append(row)
        return RowState.RETURNED

    def _react(self, flight: _Flight, verdict: Verdict) -> None:
        now = self._clock.monotonic()
        match verdict.effect:
            case "none":
                self._troubles = self._pauses = self._refused_after_renewal = 0
                self._last_clear_answer = now
            case "trouble":
                self._run_into_trouble(now, "the API cannot be reached, or does not answer", verdict)
            case "slow down":
                retry_after = getattr(verdict.error, "retry_after", None)
                self._bucket.slow_down(retry_after=retry_after, observed=self._tally.rate)
                self._tokens_left = 0
                self._run_into_trouble(now, "the API asks to slow down", verdict)
            case "renew":
                self._hear_refusal(flight, verdict)

    def _run_into_trouble(self, now: float, reason: str, verdict: Verdict) -> None:
        self._last_error = verdict.error or self._last_error
        self._troubles += 1
        if self._troubles >= TROUBLES_ALLOWED and now >= self._paused_until:
            self._paused = reason
            self._paused_until = now + back_off(self._pauses, jitter=random.random())  # noqa: S311  no secret hangs on it
            self._pauses += 1

    def _hear_refusal(self, flight: _Flight, verdict: Verdict) -> None:
        """Renew a refused token; a fresh one that is refused as well stops the run."""
        error = verdict.error
        assert isinstance(error, CredentialsRefusedError)
        if flight.tokens is not self._sender.tokens.pair or self._sender.tokens.is_renewing:
            return
        self._refused_after_renewal += 1
        if self._refused_after_renewal > 2 or error.subject not in {"orange_token", "gsma_token"}:
            self._error = self._error or error
            return
        kind: Literal["orange_token", "gsma_token"] = (
            "orange_token" if error.subject == "orange_token" else "gsma_token"
        )
        self._sender.tokens.refused(kind, flight.tokens)

    def _snapshot(self, now: float) -> Progress:
        return self._tally.snapshot(
            now=now, in_flight=len(self._flights), concurrency=self._concurrency, paused=self._paused
        )

    def _finish(self) -> RunResult:
        now = self._clock.monotonic()
        self._tally.look_back(now)
        progress = self._snapshot(now)
        self._report(progress)
        if self._error is not None:
            return RunResult(ended="limit", progress=progress, error=self._error)
        return RunResult(ended="stopped" if self._stop_asked else "finished", progress=progress)
