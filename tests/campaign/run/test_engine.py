"""Every row leaves once, after its claim is on the disk, and every end of a request is written as what it means."""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bothub_cli.campaign.journal.interface import Outcome, PlannedRow, RowState
from bothub_cli.campaign.journal.sqlite import SqliteJournal
from bothub_cli.campaign.pace.bucket import OwnBucket
from bothub_cli.campaign.pace.pace import Pace
from bothub_cli.campaign.pace.window import read_window
from bothub_cli.campaign.rows.prepared_row import PreparedRow
from bothub_cli.campaign.run.engine import CampaignApi, Engine, RunResult
from bothub_cli.campaign.run.limits import RunRules
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.campaign.run.tokens import TokenKeeper
from bothub_cli.errors import ConfigurationError, CredentialsRefusedError, LimitReachedError, NetworkError
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.protocol.messaging import build_send_request
from bothub_cli.protocol.token_pair import TokenKind, TokenPair
from bothub_cli.redaction import Secret
from bothub_cli.transport.bulk import Answered, AnswerLost, NotSent, RequestEnding

Open = Any  # the callable of conftest.py
Script = Callable[[int, int, bytes], RequestEnding]  # (ticket, how often this body came, body) -> how it ends

ACCEPTED = b'{"RCSMessage":{"msgId":"m1","status":"pending"}}'
UNLIMITED = Pace(rate=1e9, burst=10**6)


def accept(ticket: int, times: int, body: bytes) -> RequestEnding:
    return Answered(ticket, 202, b"", ACCEPTED, 0.05)


def status(ticket: int, code: int, body: bytes = b"", *headers: bytes) -> Answered:
    return Answered(ticket, code, b"".join(headers), body, 0.05)


class JumpingClock:
    """Time passes only in sleep and with each request; the date can be moved without it."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.start = datetime(2026, 6, 5, 19, 59, 50, tzinfo=UTC)

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds - 1000)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class FakeBulk:
    """Ends every request at the next ``collect`` as the script says, and remembers what left, when, with what."""

    def __init__(self, script: Script, clock: JumpingClock) -> None:
        self.script = script
        self.clock = clock
        self.sent: Counter[bytes] = Counter()
        self.times: list[float] = []
        self.aimed: list[HttpRequest] = []
        self.most_in_flight = 0
        self._waiting: list[RequestEnding] = []

    @property
    def in_flight(self) -> int:
        return len(self._waiting)

    def aim(self, request: HttpRequest) -> None:
        self.aimed.append(request)

    def post(self, ticket: int, body: bytes) -> None:
        self.sent[body] += 1
        self.times.append(self.clock.seconds)
        self._waiting.append(self.script(ticket, self.sent[body], body))
        self.most_in_flight = max(self.most_in_flight, len(self._waiting))

    def collect(self, timeout: float) -> list[RequestEnding]:
        self.clock.seconds += 0.05
        ended, self._waiting = self._waiting, []
        return ended

    def close(self) -> None:
        self._waiting = []


class FakeTokens:
    """Hands out pairs; a renewed one has the next number."""

    def __init__(self) -> None:
        self.number = 1
        self.renewal_error: CredentialsRefusedError | None = None
        self.renewed: list[TokenKind] = []

    def pair(self) -> TokenPair:
        return TokenPair(orange=Secret("orange"), gsma=Secret(f"gsma-{self.number}"))

    def renew(self, kind: TokenKind, failed: Secret) -> None:
        if self.renewal_error is not None:
            raise self.renewal_error
        self.renewed.append(kind)
        self.number += 1


class Lab:
    """A campaign in which everything but the engine and the journal is played."""

    def __init__(self, journal: SqliteJournal, script: Script, *, rows: int = 20) -> None:
        self.clock = JumpingClock()
        self.journal = journal
        self.transport = FakeBulk(script, self.clock)
        self.tokens = FakeTokens()
        self.rows = [PreparedRow(key, b"body-%d" % key) for key in range(100, 100 + rows)]
        self.reports: list[RunProgress] = []
        self.engine: Engine
        self.feed: Blocks | None = None
        journal.plan([PlannedRow(row.key, line) for line, row in enumerate(self.rows, start=2)])

    def run(self, *, rules: RunRules | None = None, pace: Pace = UNLIMITED, **options: Any) -> RunResult:
        with TokenKeeper(self.tokens, look_every=0.01) as keeper:
            self.engine = Engine(
                journal=options.pop("journal", self.journal),
                sender=CampaignApi(transport=self.transport, tokens=keeper, build_request=_build),
                bucket=options.pop("bucket", None) or OwnBucket(pace, clock=self.clock),
                clock=self.clock,
                rules=rules or RunRules(),
                report=self.reports.append,
                **options,
            )
            return self.engine.run(self.feed or self.rows)

    @property
    def counts(self) -> dict[RowState, int]:
        return {state: count for state, count in self.journal.counts().items() if count}


def _build(tokens: TokenPair) -> HttpRequest:
    return build_send_request("https://api.example", bot_id="bot", tokens=tokens, payload={})


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (500, b'{"code":1,"message":"Internal error"}'),
        (502, b"<html>bad gateway</html>"),
        (504, b""),
        (200, b"<html>a captive portal</html>"),
        (202, b'{"RCSMessage":{"msg'),
    ],
)
def test_an_answer_that_leaves_it_open_is_unknown_and_never_sent_again(
    open_journal: Open, code: int, body: bytes
) -> None:
    lab = Lab(open_journal(), lambda ticket, times, sent: status(ticket, code, body), rows=3)

    lab.run()

    assert lab.counts == {RowState.UNKNOWN: 3}
    assert set(lab.transport.sent.values()) == {1}


def test_a_lost_answer_is_unknown_and_never_sent_again(open_journal: Open) -> None:
    lab = Lab(open_journal(), lambda ticket, times, body: AnswerLost(ticket, "timeout", "no answer", 30.0), rows=3)

    result = lab.run()

    assert lab.counts == {RowState.UNKNOWN: 3}
    assert set(lab.transport.sent.values()) == {1}
    assert result.progress.causes == {"answer.timeout": 3}


@pytest.mark.parametrize(
    "refusal",
    [
        lambda ticket: status(ticket, 429, b'{"code":53,"message":"Too many requests"}', b"Retry-After: 2\r\n"),
        lambda ticket: status(ticket, 403, b'{"code":53,"message":"Too many requests"}'),
        lambda ticket: status(ticket, 503, b'{"code":5,"message":"Temporarily unavailable"}'),
        lambda ticket: NotSent(ticket, NetworkError(host="api.example", stage="connect")),
    ],
)
def test_what_was_surely_not_accepted_goes_again(open_journal: Open, refusal: Callable[[int], RequestEnding]) -> None:
    def script(ticket: int, times: int, body: bytes) -> RequestEnding:
        return refusal(ticket) if times == 1 else accept(ticket, times, body)

    lab = Lab(open_journal(), script, rows=5)

    lab.run()

    assert lab.counts == {RowState.ACCEPTED: 5}
    assert set(lab.transport.sent.values()) == {2}


def test_a_refusal_is_final_and_keeps_its_cause(open_journal: Open) -> None:
    lab = Lab(open_journal(), lambda ticket, times, body: status(ticket, 404, b'{"code":60,"message":"x"}'), rows=3)

    lab.run()

    (row, *_) = lab.journal.settled(frozenset({RowState.REFUSED}))
    assert lab.counts == {RowState.REFUSED: 3}
    assert (row.outcome.cause, row.outcome.http_status) == ("http.404.60", 404)


def test_a_row_that_is_put_off_for_ever_is_given_up_for_retry(open_journal: Open) -> None:
    def script(ticket: int, times: int, body: bytes) -> RequestEnding:
        return status(ticket, 503, b'{"code":5,"message":"x"}') if body == b"body-101" else accept(ticket, times, body)

    lab = Lab(open_journal(), script, rows=30)

    lab.run(rules=RunRules(attempts=3, concurrency=4))

    assert lab.counts == {RowState.ACCEPTED: 29, RowState.FAILED: 1}
    assert lab.transport.sent[b"body-101"] == 3


def test_no_request_leaves_before_its_claim_is_on_the_disk(open_journal: Open) -> None:
    journal = open_journal()
    lab = Lab(journal, accept, rows=50)
    durable: set[int] = set()

    class Watched:
        check = staticmethod(journal.check)

        def stage(self, outcomes: Sequence[Outcome], wanted: Sequence[int]) -> Callable[[], list[int | None]]:
            sync = journal.stage(outcomes, wanted)

            def watched() -> list[int | None]:
                tickets: list[int | None] = sync()
                durable.update(ticket for ticket in tickets if ticket is not None)
                return tickets

            return watched

    def script(ticket: int, times: int, body: bytes) -> RequestEnding:
        assert ticket in durable
        return accept(ticket, times, body)

    lab.transport.script = script

    assert lab.run(journal=Watched()).ended == "finished"


def test_a_refused_gsma_token_is_renewed_and_its_rows_go_again(open_journal: Open) -> None:
    def script(ticket: int, times: int, body: bytes) -> RequestEnding:
        fresh = ("AccessToken", "gsma-1") not in lab.transport.aimed[-1].headers
        return (
            accept(ticket, times, body) if fresh else status(ticket, 401, b'{"reason":{"code":40004,"text":"expired"}}')
        )

    lab = Lab(open_journal(), script, rows=10)

    lab.run()

    assert lab.counts == {RowState.ACCEPTED: 10}
    assert lab.tokens.renewed == ["gsma_token"]


def test_a_fresh_token_that_is_refused_too_stops_the_run(open_journal: Open) -> None:
    lab = Lab(open_journal(), lambda ticket, times, body: status(ticket, 401, b'{"code":42,"message":"expired"}'))

    result = lab.run()

    assert isinstance(result.error, CredentialsRefusedError)
    assert lab.counts.keys() <= {RowState.RETURNED, RowState.PLANNED}


@pytest.mark.parametrize("code", [401, 429, 503])
def test_what_a_server_quotes_of_a_message_is_masked_in_the_error_that_ends_a_run(
    open_journal: Open, code: int
) -> None:
    words = "no more for 06 12 34 56 78: Dear Marie, your parcel waits"
    answer = json.dumps({"code": 42 if code == 401 else 53, "message": "refused", "description": words}).encode()
    lab = Lab(open_journal(), lambda ticket, times, body: status(ticket, code, answer))
    message = {"RCSMessage": {"textMessage": "Dear Marie, your parcel waits"}}
    contact = {"messageContact": {"userContact": "+33612345678"}}
    lab.rows = [PreparedRow(row.key, json.dumps(message | contact).encode()) for row in lab.rows]

    result = lab.run(rules=RunRules(max_wait=5))

    assert result.error is not None
    assert "no more for" in result.error.message
    assert "Marie" not in result.error.message
    assert "12 34" not in result.error.message
    assert "Marie" not in str(lab.reports)


def test_a_token_that_cannot_be_renewed_stops_the_run(open_journal: Open) -> None:
    lab = Lab(open_journal(), lambda ticket, times, body: status(ticket, 401, b'{"code":42,"message":"expired"}'))
    lab.tokens.renewal_error = CredentialsRefusedError(subject="authorization header", reason="revoked")

    result = lab.run()

    assert result.error is lab.tokens.renewal_error


def test_a_pace_that_fails_leaves_no_doubt_about_rows_that_did_not_leave(open_journal: Open) -> None:
    lab = Lab(open_journal(), accept, rows=60)

    class Broken(OwnBucket):
        def take(self, wanted: int) -> Any:
            if lab.transport.sent.total() > 20:
                raise ConfigurationError(problem="the pace cannot be kept")
            return super().take(min(wanted, 3))

    with pytest.raises(ConfigurationError):
        lab.run(bucket=Broken(UNLIMITED, clock=lab.clock), rules=RunRules(concurrency=8))

    assert lab.counts[RowState.ACCEPTED] == lab.transport.sent.total()
    assert lab.counts.keys() <= {RowState.ACCEPTED, RowState.RETURNED, RowState.PLANNED}


def test_too_many_errors_stop_the_run(open_journal: Open) -> None:
    lab = Lab(open_journal(), lambda ticket, times, body: status(ticket, 400, b'{"code":22}'), rows=200)

    result = lab.run(rules=RunRules(max_errors=10, concurrency=4))

    assert isinstance(result.error, LimitReachedError)
    assert 10 < lab.counts[RowState.REFUSED] <= 14
    assert lab.counts[RowState.PLANNED] + lab.counts.get(RowState.RETURNED, 0) == 200 - lab.counts[RowState.REFUSED]


def test_an_api_that_is_down_is_waited_for_and_then_left(open_journal: Open) -> None:
    lab = Lab(
        open_journal(), lambda ticket, times, body: NotSent(ticket, NetworkError(host="api.example", stage="dns"))
    )

    result = lab.run(rules=RunRules(max_wait=300))

    assert isinstance(result.error, NetworkError)
    assert lab.clock.seconds - 1000 < 400
    assert lab.counts.keys() <= {RowState.RETURNED, RowState.PLANNED}
    assert lab.transport.sent.total() < 60


@pytest.mark.parametrize("stage", ["tls", "proxy"])
def test_missing_trust_is_not_waited_for(open_journal: Open, stage: Any) -> None:
    lab = Lab(
        open_journal(),
        lambda ticket, times, body: NotSent(ticket, NetworkError(host="a", stage=stage, is_lasting=True)),
    )

    result = lab.run()

    assert isinstance(result.error, NetworkError)
    assert lab.clock.seconds - 1000 < 5


def test_an_api_that_comes_back_gets_everything(open_journal: Open) -> None:
    def script(ticket: int, times: int, body: bytes) -> RequestEnding:
        if lab.clock.seconds < 1300:
            return NotSent(ticket, NetworkError(host="api.example", stage="connect"))
        return accept(ticket, times, body)

    lab = Lab(open_journal(), script, rows=100)

    lab.run()

    assert lab.counts == {RowState.ACCEPTED: 100}


def test_answers_that_never_come_cost_few_rows(open_journal: Open) -> None:
    lab = Lab(open_journal(), lambda ticket, times, body: AnswerLost(ticket, "lost", "cut", 0.1), rows=5000)

    lab.run(rules=RunRules(max_wait=600, concurrency=8))

    assert lab.counts[RowState.UNKNOWN] < 60


def test_a_hundred_percent_of_429_loses_nothing_and_gives_up(open_journal: Open) -> None:
    lab = Lab(open_journal(), lambda ticket, times, body: status(ticket, 429), rows=50)

    result = lab.run(rules=RunRules(max_wait=120), pace=Pace(rate=25, burst=5))

    assert result.error is not None
    assert result.error.exit_code == 5
    assert lab.counts.keys() <= {RowState.RETURNED, RowState.PLANNED}


def test_stop_drains_what_is_in_flight_and_a_second_run_sends_the_rest(open_journal: Open) -> None:
    def script(ticket: int, times: int, body: bytes) -> RequestEnding:
        if lab.transport.sent.total() == 7:
            lab.engine.stop()
        return accept(ticket, times, body)

    lab = Lab(open_journal(), script, rows=40)

    first = lab.run(rules=RunRules(concurrency=4))
    between = lab.counts
    second = lab.run(rules=RunRules(concurrency=4))

    assert first.ended == "stopped"
    assert between[RowState.ACCEPTED] < 40
    assert RowState.CLAIMED not in between
    assert second.ended == "finished"
    assert lab.counts == {RowState.ACCEPTED: 40}
    assert set(lab.transport.sent.values()) == {1}


def test_a_limit_counts_rows_that_left(open_journal: Open) -> None:
    lab = Lab(open_journal(), accept, rows=40)

    lab.run(rules=RunRules(limit=13))
    lab.run(rules=RunRules(limit=13))

    assert lab.counts == {RowState.ACCEPTED: 26, RowState.PLANNED: 14}


def test_the_rate_is_kept(open_journal: Open) -> None:
    lab = Lab(open_journal(), accept, rows=100)

    lab.run(pace=Pace(rate=25, burst=1))

    assert 3.9 <= lab.clock.seconds - 1000 <= 9
    for first in lab.transport.times:
        assert sum(first <= moment < first + 1 for moment in lab.transport.times) <= 27


def test_outside_the_sending_hours_nothing_leaves(open_journal: Open) -> None:
    lab = Lab(open_journal(), accept, rows=500)
    window = read_window("20:01-19:59:55", zone="UTC")  # it begins at 19:59:50

    lab.run(window=window, pace=Pace(rate=25, burst=1))

    moments = {(lab.clock.start + timedelta(seconds=at - 1000)).strftime("%H:%M:%S") for at in lab.transport.times}
    assert not [moment for moment in moments if "19:59:55" <= moment < "20:01:00"]
    assert min(moments) < "19:59:55" < "20:01:00" <= max(moments)
    assert any(report.paused and "until 2026-06-05 20:01" in report.paused for report in lab.reports)


def test_a_journal_that_fails_stops_the_run_and_what_is_known_is_still_written(open_journal: Open) -> None:
    journal = open_journal()
    lab = Lab(journal, accept, rows=60)
    commits = 0

    class Full:
        check = staticmethod(journal.check)

        def stage(self, outcomes: Sequence[Outcome], wanted: Sequence[int]) -> Callable[[], list[int | None]]:
            nonlocal commits
            commits += 1
            sync = journal.stage(outcomes, wanted)
            return sync if commits != 4 else fail

    def fail() -> list[int | None]:
        journal._database.execute("ROLLBACK")
        raise ConfigurationError(problem="database or disk is full")

    with pytest.raises(ConfigurationError):
        lab.run(journal=Full(), rules=RunRules(concurrency=8))

    assert lab.counts[RowState.ACCEPTED] == lab.transport.sent.total() > 0
    assert RowState.CLAIMED not in lab.counts


def test_concurrency_follows_the_latency(open_journal: Open) -> None:
    lab = Lab(open_journal(), accept, rows=3000)

    result = lab.run()

    assert result.progress.concurrency == 128
    assert 32 < lab.transport.most_in_flight <= 128


def test_progress_tells_counts_and_latency(open_journal: Open) -> None:
    lab = Lab(open_journal(), accept, rows=300)

    result = lab.run()

    assert result.progress.finished == 300
    assert result.progress.latency_p50 == pytest.approx(0.05, rel=0.05)
    assert [report.finished for report in lab.reports] == sorted(report.finished for report in lab.reports)


class Blocks:
    """A feed that gets its rows in two parts, the second when it is waited for, and ends then."""

    def __init__(self, *parts: list[PreparedRow]) -> None:
        self.parts = list(parts)
        self.rows: list[PreparedRow] = []

    @property
    def is_open(self) -> bool:
        return bool(self.parts)

    @property
    def ready(self) -> int:
        return len(self.rows)

    def take(self, count: int) -> list[PreparedRow]:
        taken, self.rows = self.rows[:count], self.rows[count:]
        return taken

    def wait(self, seconds: float) -> None:
        self.rows += self.parts.pop(0)


def test_an_open_feed_is_waited_for_until_it_ends(open_journal: Open) -> None:
    lab = Lab(open_journal(), accept, rows=20)
    lab.feed = Blocks(lab.rows[:5], lab.rows[5:])

    result = lab.run()

    assert lab.counts == {RowState.ACCEPTED: 20}
    assert result.ended == "finished"


def test_no_moment_of_the_rate_is_taken_for_rows_that_are_not_there(open_journal: Open) -> None:
    taken: list[int] = []

    class Counted(OwnBucket):
        def take(self, wanted: int) -> Any:
            taken.append(wanted)
            return super().take(wanted)

    lab = Lab(open_journal(), accept, rows=20)
    lab.feed = Blocks(lab.rows[:3], lab.rows[3:])

    lab.run(bucket=Counted(UNLIMITED, clock=lab.clock))

    assert taken[0] == 3


def test_nothing_leaves_while_it_is_held(open_journal: Open) -> None:
    lab = Lab(open_journal(), accept, rows=5)
    asked = 0

    def hold() -> str | None:
        nonlocal asked
        asked += 1
        assert asked > 20 or not lab.transport.sent
        return "the ledger does not answer" if asked <= 20 else None

    result = lab.run(hold=hold)

    assert result.ended == "finished"
    assert lab.counts == {RowState.ACCEPTED: 5}


def retry_after(code: int, value: str) -> Script:
    """A server that puts the first message off once, and takes the others."""

    def script(ticket: int, times: int, body: bytes) -> RequestEnding:
        if body == b"body-100" and times == 1:
            header = f"Retry-After: {value}\r\n".encode()
            return status(ticket, code, b"", header, b"Date: Fri, 05 Jun 2026 20:00:00 GMT\r\n")
        return accept(ticket, times, body)

    return script


@pytest.mark.parametrize("value", ["0", "3", "300", "Fri, 05 Jun 2026 20:05:00 GMT", "soon"])
def test_a_429_that_asks_to_wait_for_less_than_the_run_may_is_waited_for(open_journal: Open, value: str) -> None:
    lab = Lab(open_journal(), retry_after(429, value), rows=20)
    result = lab.run(rules=RunRules(max_wait=600, concurrency=4))
    assert (result.ended, lab.counts) == ("finished", {RowState.ACCEPTED: 20})
    paused = {report.paused for report in lab.reports} - {None}
    assert any("the API asks to wait until " in str(reason) for reason in paused) is (value not in {"0", "soon"})
    if value not in {"0", "soon"}:
        assert result.progress.asked_to_wait == pytest.approx(3 if value == "3" else 300, abs=1)
    assert result.progress.slowdowns == 1


@pytest.mark.parametrize("value", ["1000", "3700", "1000000000", "Sat, 06 Jun 2026 20:05:00 GMT"])
def test_a_429_that_asks_for_more_ends_the_run_at_once_and_says_until_when(open_journal: Open, value: str) -> None:
    lab = Lab(open_journal(), retry_after(429, value), rows=20)
    result = lab.run(rules=RunRules(max_wait=600, concurrency=4))
    assert result.error is not None
    assert result.error.exit_code == 5
    assert "the API asks to wait until" in result.error.message
    assert "--max-wait" in str(result.error.remedy)
    assert lab.clock.seconds - 1000 < 60
    assert sum(lab.counts.values()) == 20
    assert set(lab.counts) <= {RowState.ACCEPTED, RowState.RETURNED, RowState.PLANNED}


def test_a_pause_that_an_earlier_run_was_asked_for_is_kept_and_seen(open_journal: Open) -> None:
    lab = Lab(open_journal(), accept, rows=5)
    bucket = OwnBucket(Pace(rate=25.0), clock=lab.clock)
    bucket.slow_down(retry_after=120, observed=25)
    result = lab.run(bucket=bucket, rate=25.0)
    assert lab.counts == {RowState.ACCEPTED: 5}
    assert lab.transport.times[0] >= 1120
    assert any("asks to wait until" in str(report.paused) for report in lab.reports)
    assert result.progress.lowest_rate is not None


def test_a_pause_of_an_earlier_run_that_is_too_long_ends_this_one(open_journal: Open) -> None:
    lab = Lab(open_journal(), accept, rows=5)
    bucket = OwnBucket(Pace(rate=25.0), clock=lab.clock)
    bucket.slow_down(retry_after=3600, observed=25)
    result = lab.run(bucket=bucket, rate=25.0)
    assert result.error is not None
    assert result.error.exit_code == 5
    assert lab.transport.times == []


def test_what_a_503_put_off_waits_alone(open_journal: Open) -> None:
    lab = Lab(open_journal(), retry_after(503, "30"), rows=200)
    lab.run(rules=RunRules(concurrency=4))
    assert lab.counts == {RowState.ACCEPTED: 200}
    assert lab.transport.times[-1] - lab.transport.times[0] >= 30
    assert lab.transport.times[-2] - lab.transport.times[0] < 10


def test_a_503_that_asks_for_too_long_gives_up_its_row_for_retry(open_journal: Open) -> None:
    lab = Lab(open_journal(), retry_after(503, "3700"), rows=20)
    assert lab.run(rules=RunRules(concurrency=4)).ended == "finished"
    assert lab.counts == {RowState.ACCEPTED: 19, RowState.FAILED: 1}
