"""The loop of a campaign: claims rows in groups, sends them, records how each one ended."""

import random
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from heapq import heappop, heappush
from typing import Literal, NamedTuple

from bothub_cli.campaign.journal.interface import Claims, OtherMachines, Outcome, RowState
from bothub_cli.campaign.pace.bucket import Bucket
from bothub_cli.campaign.pace.pace import (
    FAST_CONCURRENCY,
    UNLIMITED,
    WAIT_MOST,
    back_off,
    choose_claims,
    choose_concurrency,
)
from bothub_cli.campaign.pace.strict_second import StrictSecond
from bothub_cli.campaign.pace.window import SendingWindow
from bothub_cli.campaign.rows.prepared_row import FindSuppressed, PreparedRow, find_nobody
from bothub_cli.campaign.run.feed import ListFeed, RowFeed
from bothub_cli.campaign.run.journal_writer import MOMENT_LEAST, JournalExchange
from bothub_cli.campaign.run.limits import RunRules, find_limit
from bothub_cli.campaign.run.outage import OutageDetector, name_trouble
from bothub_cli.campaign.run.progress import FIRST_LATENCY, RunProgress, RunTally
from bothub_cli.campaign.run.tokens import TokenKeeper
from bothub_cli.campaign.run.verdict import Verdict, judge
from bothub_cli.clock import Clock
from bothub_cli.errors import BothubError, CredentialsRefusedError, ServiceUnavailableError
from bothub_cli.protocol.error_masking import mask_error_quotes
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.protocol.messaging import SEND
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.transport.bulk import BulkTransport, NotSent, RequestEnding

REPORT_EVERY = 0.2  # seconds between two calls of the progress callback
_LONGEST_SLEEP = 0.1  # seconds that a pause sleeps at once, so that stop() is heard
_FEED_NAP = 0.05  # seconds that an empty feed is waited for at once
_TOKEN_REQUESTS = ("orange_token", "gsma_token")
BLOCK_SEEN = 1.5  # seconds that the API asks to wait, from which on it is told; a refusal alone asks for one
_SHORTEST = 0.0005  # seconds that the loop sleeps at least: faster rates use several slots at once


class _Flight(NamedTuple):
    row: PreparedRow
    tokens: TokenPair


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignApi:
    """What connects a run to the API: ``build_request`` makes the request whose body is replaced row by row."""

    transport: BulkTransport
    tokens: TokenKeeper
    build_request: Callable[[TokenPair], HttpRequest]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """How a run ended: ``ended`` "finished" when no row is left, and the error that stopped it, if one did."""

    ended: Literal["finished", "stopped", "limit"]
    progress: RunProgress
    error: BothubError | None = None


class Engine:
    """Sends rows until none is left, a limit is reached, or ``stop`` is called; every end drains what is in flight.

    ``hold`` is asked in every turn, and names what keeps anything from being launched now, such as a shared ledger
    that does not answer. ``opens_in`` tells the seconds until a row that goes again may go.
    ``find_suppressed`` is asked about each row once it is claimed, before it leaves. ``find_elsewhere`` tells what
    counts towards the limits beside what is sent here.

    ``run`` raises ConfigurationError when the journal or the shared pace fails, after it has tried to write what is
    known by then: rows whose outcome could not be written are unknown.
    """

    def __init__(
        self,
        *,
        journal: Claims,
        sender: CampaignApi,
        bucket: Bucket,
        clock: Clock,
        rules: RunRules,
        window: SendingWindow | None = None,
        rate: float = UNLIMITED,
        burst: int = 1,
        report: Callable[[RunProgress], None] = lambda progress: None,  # noqa: ARG005  nobody looks
        hold: Callable[[], str | None] = lambda: None,
        find_suppressed: FindSuppressed = find_nobody,
        opens_in: Callable[[PreparedRow], float] = lambda row: 0.0,  # noqa: ARG005  at any time
        find_elsewhere: Callable[[], OtherMachines] = OtherMachines,
    ) -> None:
        self._exchange = JournalExchange(journal, gathers=rules.is_journal_far and rate < UNLIMITED)
        self._sender = sender
        self._bucket = bucket
        self._clock = clock
        self._rules = rules
        self._window = window
        self._rate = rate
        self._second = StrictSecond(rate=rate, burst=burst)
        self._report = report
        self._hold = hold
        self._find_suppressed = find_suppressed
        self._opens_in = opens_in
        self._find_elsewhere = find_elsewhere
        self._flights: dict[int, _Flight] = {}
        self._again: deque[PreparedRow] = deque()
        self._later: list[tuple[float, int, PreparedRow]] = []  # a heap: when each goes again, and in which order
        self._put_off = 0
        self._feed: RowFeed = ListFeed(())
        self._is_limit_reached = False
        self._stop_asked = False
        self._tokens_left = 0
        self._next_token_at = 0.0
        self._claimed = 0
        self._error: BothubError | None = None
        self._paused: str | None = None
        self._aimed: TokenPair | None = None
        self._refused_after_renewal = 0
        self._last_report = 0.0
        fastest = min(FAST_CONCURRENCY, rules.concurrency_most)
        first = fastest if rate == UNLIMITED else self._choose_concurrency(FIRST_LATENCY)
        self._concurrency = rules.concurrency or first

    def stop(self) -> None:
        """Send nothing more and drain; safe to call from a signal handler."""
        self._stop_asked = True

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is in flight or claimed, and nothing is to go again now."""
        return not (self._flights or self._again) and self._exchange.is_settled

    def run(self, rows: Iterable[PreparedRow] | RowFeed) -> RunResult:
        self._feed = ListFeed(rows) if isinstance(rows, Iterable) else rows
        self._last_report = now = self._clock.monotonic()
        self._tally = RunTally(started=now)
        self._outage = OutageDetector(started=now)
        try:
            self._loop()
        except BothubError:
            self._save_what_is_known()
            raise
        finally:
            self._exchange.close()
        return self._finish()

    def _loop(self) -> None:
        while True:
            now = self._clock.monotonic()
            self._look_around(now)
            self._take_grants()
            most = self._find_most(now)
            if not self._exchange.is_syncing:
                self._ask_journal(now, self._find_room(most, now))
            self._launch(most)
            if self._is_over():
                break
            self._collect()

    def _save_what_is_known(self) -> None:
        """After the journal or the pace failed: hear what is in flight, and try once more to write how it ended."""
        self._exchange.take_back()
        self._give_back()
        while self._flights:
            self._collect()
        self._exchange.save_outcomes()

    def _is_over(self) -> bool:
        if self._flights or not self._exchange.is_settled:
            return False
        return self._is_stopping or (self._is_exhausted and not self._again and not self._later)

    @property
    def _is_exhausted(self) -> bool:
        return self._is_limit_reached or not (self._feed.is_open or self._feed.ready)

    @property
    def _is_stopping(self) -> bool:
        return self._stop_asked or self._error is not None

    # What follows is in the order of the loop: look around, hear and ask the journal, launch, collect, judge.

    def _look_around(self, now: float) -> None:
        """Hear tokens, limits and the time of day, and tell the progress."""
        pair = self._sender.tokens.pair
        if pair is not self._aimed:
            self._aimed = pair
            self._sender.transport.aim(self._sender.build_request(pair))
            for _ in _TOKEN_REQUESTS:  # the API counts them too
                self._second.note(now)
        if now - self._last_report >= REPORT_EVERY:
            if self._outage.is_blocked(now):
                self._tally.asked_to_wait += now - self._last_report
            self._last_report = now
            self._exchange.check()
            self._tally.look_back(now)
            self._tune()
            self._report(self._snapshot(now))
        self._check_limits(now)

    def _check_limits(self, now: float) -> None:
        if self._error is None:
            tally, tokens, others = self._tally, self._sender.tokens, self._find_elsewhere()
            self._error = find_limit(
                self._rules,
                bad=tally.bad + others.bad,
                finished=tally.finished + others.finished,
                elapsed=now - min(tally.started, others.began_at),
            ) or self._outage.give_up(
                now, max_wait=self._rules.max_wait, is_renewing=tokens.is_renewing, token_error=tokens.error
            )

    def _tune(self) -> None:
        if self._rules.concurrency is None:
            self._concurrency = self._choose_concurrency(self._tally.recent_latency)

    def _choose_concurrency(self, latency: float) -> int:
        return choose_concurrency(rate=self._rate, latency=latency, most=self._rules.concurrency_most)

    def _take_grants(self) -> None:
        is_idle = not (self._flights or self._exchange.claimed)
        claims = self._exchange.finish(wait=is_idle)
        self._tally.skipped = self._exchange.skipped
        self._claimed += sum(row.attempts == 0 for _, row in claims)
        self._tokens_left -= len(claims)
        if claims and (silent := self._find_suppressed([row.number for _, row in claims])):
            self._keep_back(silent)

    def _keep_back(self, suppressed: Collection[str]) -> None:
        """Let no request leave to those who said STOP since they were planned."""
        at = self._milliseconds()
        for ticket, row in self._exchange.take_out(lambda row: row.number in suppressed):
            self._exchange.note(Outcome(ticket, RowState.SUPPRESSED, at, 0))
            self._tally.count(RowState.SUPPRESSED, None)
            self._claimed -= row.attempts == 0

    def _find_most(self, now: float) -> int:
        """How many requests may be in flight now."""
        held = self._hold()
        if self._is_stopping:
            return 0
        while self._later and self._later[0][0] <= now:
            self._again.append(heappop(self._later)[2])
        self._paused = held or self._why_paused(now)
        if self._paused is not None:
            return 0
        return 1 if self._outage.is_outage else self._concurrency

    def _why_paused(self, now: float) -> str | None:
        if (reason := self._outage.why_paused(now)) is not None:
            return reason
        if self._sender.tokens.is_renewing:
            return "renewing a token"
        return self._window.why_closed(self._clock.now()) if self._window is not None else None

    def _find_room(self, most: int, now: float) -> int:
        """How many rows may be claimed now."""
        if not most or now < self._next_token_at or (self._is_exhausted and not self._again):
            return 0
        room = self._find_claims(most) - len(self._flights) - len(self._exchange.claimed)
        room = min(room, self._feed.ready + len(self._again))  # no moment of the rate is taken for missing rows
        if self._rules.limit is not None:
            room = min(room, self._rules.limit - self._claimed + len(self._again))
            self._is_limit_reached = self._is_limit_reached or self._claimed >= self._rules.limit
        return max(0, room)

    def _find_claims(self, most: int) -> int:
        """How many rows may be claimed without an outcome: so many are in doubt after a crash."""
        ceiling = self._rules.concurrency or self._rules.concurrency_most
        return choose_claims(
            rate=self._rate,
            concurrency=most,
            most=1 if self._outage.is_outage else ceiling,
            waiting=self._exchange.delay,
            reached=self._tally.rate if self._rules.is_journal_far else 0.0,
        )

    def _ask_journal(self, now: float, room: int) -> None:
        """Write outcomes and claims, when there are enough of them or they have waited long enough."""
        is_idle = not (self._flights or self._exchange.claimed)
        latency = self._tally.recent_latency
        claims = self._find_claims(self._concurrency)
        if self._exchange.is_due(now, room=room, claims=claims, latency=latency, is_idle=is_idle):
            self._exchange.begin(now, self._next_rows(self._grant(room)))

    def _grant(self, room: int) -> int:
        if room > self._tokens_left:
            grant = self._bucket.take(room - self._tokens_left)
            self._tokens_left += grant.count
            self._tally.note_rate(grant.rate, wanted=self._rate)
            if not self._tokens_left:
                now = self._clock.monotonic()
                self._next_token_at = now + grant.wait
                if grant.blocked > BLOCK_SEEN:  # by another process, or by an earlier run
                    self._note_block(now, grant.blocked)
        return max(0, min(room, self._tokens_left))  # a refusal may have taken back what a step had claimed

    def _next_rows(self, count: int) -> list[PreparedRow]:
        rows: list[PreparedRow] = []
        while len(rows) < count and self._again:
            row = self._again.popleft()
            if (wait := self._opens_in(row)) > 0:  # it has waited into hours that are not its own
                self._put_off += 1
                heappush(self._later, (self._clock.monotonic() + wait, self._put_off, row))
            else:
                rows.append(row)
        if not self._is_exhausted:
            rows += self._feed.take(count - len(rows))
        return rows

    def _launch(self, most: int) -> None:
        """Let claimed rows go while there is a slot; give them back when nothing may go for a while."""
        if not most:
            self._give_back()
            return
        assert self._aimed is not None
        claimed, now = self._exchange.claimed, self._clock.monotonic()
        while claimed and len(self._flights) < most and not self._second.wait(now):
            self._second.note(now)
            ticket, row = claimed.popleft()
            self._flights[ticket] = _Flight(row, self._aimed)
            self._sender.transport.post(ticket, row.body)

    def _give_back(self) -> None:
        """Note that claimed rows have not left, so that a crash during the pause leaves no doubt about them."""
        claimed = self._exchange.claimed
        at = self._milliseconds() if claimed else 0
        while claimed:
            ticket, row = claimed.popleft()
            self._exchange.note(Outcome(ticket, RowState.RETURNED, at, 0))
            self._again.append(row)
            self._claimed -= row.attempts == 0

    def _collect(self) -> None:
        """Hear answers, until there is something else to do."""
        timeout = self._find_timeout(self._clock.monotonic())
        if not self._flights:
            self._rest(timeout)
        elif endings := self._sender.transport.collect(timeout):
            at, now = self._milliseconds(), self._clock.monotonic()
            for ending in endings:
                self._settle(ending, judge(ending), at, now)

    def _find_timeout(self, now: float) -> float:
        """How long nothing but answers may be waited for: until the next slot, or the next step of the journal."""
        exchange = self._exchange
        moment = exchange.find_moment(now, latency=self._tally.recent_latency)
        if exchange.is_syncing:
            longest = exchange.look_after
        elif exchange.has_outcomes:
            longest = max(MOMENT_LEAST, moment)
        else:
            longest = 0.02 if self._flights else _LONGEST_SLEEP
        if self._paused is not None or self._is_stopping:
            return longest
        if self._later:
            longest = max(_SHORTEST, min(longest, self._later[0][0] - now))
        if exchange.claimed:
            wake = self._second.wait(now) if len(self._flights) < self._concurrency else longest
        elif exchange.is_syncing or not self._can_claim:
            wake = longest
        else:
            wake = max(self._next_token_at - now, moment)
        return max(_SHORTEST, min(longest, wake))

    @property
    def _can_claim(self) -> bool:
        """Tell whether there is a row, and a place for it, once the pace allows it."""
        is_full = len(self._flights) >= self._find_claims(self._concurrency)
        return not is_full and bool(self._again or self._feed.ready) and not self._is_limit_reached

    def _rest(self, timeout: float) -> None:
        if self._exchange.is_syncing:
            self._exchange.wait(timeout)
        elif self._paused is None and self._feed.is_open and not (self._feed.ready or self._again):
            self._feed.wait(min(timeout, _FEED_NAP))
        else:
            self._clock.sleep(timeout)

    def _milliseconds(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _settle(self, ending: RequestEnding, verdict: Verdict, at: int, now: float) -> None:
        flight = self._flights.pop(ending.ticket)
        state, cause, message_id = verdict.state, verdict.cause, verdict.message_id
        elapsed = 0.0 if isinstance(ending, NotSent) else ending.elapsed
        if state is RowState.RETURNED:
            state = self._return(flight.row, verdict, now)
        status = getattr(ending, "status", None)
        self._exchange.note(Outcome(ending.ticket, state, at, round(elapsed * 1000), status, cause, message_id))
        self._tally.count(state, cause)
        if elapsed:
            self._tally.latency.add(elapsed)
        self._react(flight, verdict, now)

    def _return(self, row: PreparedRow, verdict: Verdict, now: float) -> RowState:
        """Put a row back in the queue, at once or for later, so that what failed waits and nobody else does.

        One that the API put off again and again, or for too long, is given up for ``campaign retry``.
        """
        row.attempts += 1
        if not isinstance(verdict.error, ServiceUnavailableError):
            self._again.append(row)
            return RowState.RETURNED
        asked = verdict.error.retry_after or 0.0
        pause = max(asked, back_off(row.attempts - 1, jitter=random.random()))  # noqa: S311  no secret hangs on it
        row.waited += pause
        if row.attempts >= self._rules.attempts or row.waited > self._rules.max_wait:
            return RowState.FAILED
        self._put_off += 1
        heappush(self._later, (now + pause, self._put_off, row))
        return RowState.RETURNED

    def _react(self, flight: _Flight, verdict: Verdict, now: float) -> None:
        if verdict.error is not None and verdict.effect != "none":  # it is told, and may end the run
            sent = HttpRequest(operation=SEND, method="POST", url="", body=flight.row.body)
            mask_error_quotes(verdict.error, sent)
        match verdict.effect:
            case "none":
                self._refused_after_renewal = 0
                self._outage.note_clear_answer(now)
            case "trouble":
                self._outage.note_trouble(now, name_trouble(verdict.error), verdict.error)
            case "slow down":
                retry_after = getattr(verdict.error, "retry_after", None)
                self._bucket.slow_down(retry_after=retry_after, observed=self._tally.rate)
                self._tokens_left = 0
                self._tally.slowdowns += 1
                if retry_after is not None:
                    self._note_block(now, min(retry_after, WAIT_MOST))
                self._outage.note_trouble(now, "the API asks to slow down", verdict.error)
            case "renew":
                self._note_refusal(flight, verdict)

    def _note_block(self, now: float, seconds: float) -> None:
        """The API wants nothing for a while: say until when, and do not wait for longer than the run may."""
        until = (self._clock.now() + timedelta(seconds=seconds)).astimezone()
        form = "%H:%M:%S" if seconds < 600 else "%H:%M" if seconds < 36_000 else "%Y-%m-%d %H:%M"
        self._outage.note_block(now, seconds, until=f"{until:{form}}")

    def _note_refusal(self, flight: _Flight, verdict: Verdict) -> None:
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

    def _snapshot(self, now: float) -> RunProgress:
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
