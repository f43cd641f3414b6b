"""The client's promises: nothing is sent twice that may have been accepted, each token is renewed once."""

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bothub_cli.client import BothubClient, RetryNotice, RetryPolicy
from bothub_cli.errors import (
    ApiRefusedError,
    BothubError,
    CredentialsRefusedError,
    ExitCode,
    InputRefusedError,
    NetworkError,
    OutcomeUnknownError,
    RateLimitedError,
    ServiceUnavailableError,
    TerminatedError,
    UnreadableAnswerError,
    WaitInterruptedError,
)
from bothub_cli.protocol.http import FilePart, Headers, HttpRequest, HttpResponse
from bothub_cli.protocol.messaging import Accepted
from bothub_cli.protocol.token_pair import TokenKind, TokenPair
from bothub_cli.redaction import Secret
from bothub_cli.transport.base import AnswerLostError
from tests.fake_clock import FakeClock

MESSAGE = {"RCSMessage": {"textMessage": "Hello"}, "messageContact": {"userContact": "+33612345678"}}
ACCEPTED = HttpResponse(status=202, body=b'{"RCSMessage":{"msgId":"Xs8","status":"pending"}}')
NOW = datetime(2026, 3, 1, tzinfo=UTC)
DNS = NetworkError(host="api.orange.com", stage="dns")
TIMEOUT = AnswerLostError("timeout", "no answer came in time")
CUT = AnswerLostError("lost", "the connection was cut")
STALE_ORANGE = HttpResponse(status=401, body=b'{"code":42,"message":"Expired credentials"}')
DOWN = HttpResponse(status=503, body=b'{"code":5,"message":"Unavailable"}')
STALE_GSMA = HttpResponse(status=401, body=b'{"reason":{"code":40004,"text":"expired"}}')

Step = HttpResponse | Exception


class FakeTransport:
    """Plays a script of answers and failures, and keeps what was sent."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = list(steps)
        self.sent: list[HttpRequest] = []
        self.bodies: list[bytes] = []

    def send(self, request: HttpRequest) -> HttpResponse:
        self.sent.append(request)
        self.bodies.append(request.file.stream.read() if request.file else request.body or b"")
        step = self._steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class FakeTokens:
    """Two tokens that count how often they were renewed."""

    renewed: list[tuple[TokenKind, str]] = field(default_factory=list)

    def pair(self) -> TokenPair:
        orange, gsma = (sum(kind == which for kind, _ in self.renewed) for which in ("orange_token", "gsma_token"))
        return TokenPair(orange=Secret(f"orange-{orange}"), gsma=Secret(f"gsma---{gsma}"))

    def renew(self, kind: TokenKind, failed: Secret) -> None:
        self.renewed.append((kind, failed.reveal()))


class Stage:
    """A client with everything around it faked."""

    def __init__(
        self, *steps: Step, retry: RetryPolicy | None = None, chance: float = 1.0, clock: FakeClock | None = None
    ) -> None:
        self.transport, self.tokens, self.clock = (
            FakeTransport(steps),
            FakeTokens(),
            clock or FakeClock(NOW),
        )
        self.notices: list[RetryNotice] = []
        self.client = BothubClient(
            base="https://api.orange.com",
            bot_id="bot",
            transport=self.transport,
            tokens=self.tokens,
            clock=self.clock,
            retry=retry,
            chance=lambda: chance,
            on_retry=self.notices.append,
        )

    def send(self) -> Accepted:
        return self.client.send(MESSAGE)

    def fail(self, call: Callable[[], object] | None = None) -> BothubError:
        with pytest.raises(BothubError) as failed:
            (call or self.send)()
        return failed.value

    @property
    def attempts(self) -> int:
        return len(self.transport.sent)


def answer(status: int, body: bytes = b"", **headers: str) -> HttpResponse:
    pairs = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status=status, headers=Headers(pairs), body=body)


# --- Ctrl-C in a pause ---


class InterruptedClock(FakeClock):
    """Somebody presses Ctrl-C, or a service is stopped, in the first pause."""

    def __init__(self, interruption: BaseException) -> None:
        super().__init__(NOW)
        self._interruption = interruption

    def sleep(self, seconds: float) -> None:
        raise self._interruption


@pytest.mark.parametrize(
    ("interruption", "code"), [(KeyboardInterrupt(), 130), (TerminatedError(ExitCode.TERMINATED), 143)]
)
def test_a_pause_that_is_interrupted_says_that_nothing_was_accepted(interruption: BaseException, code: int) -> None:
    stage = Stage(DNS, clock=InterruptedClock(interruption))
    with pytest.raises(WaitInterruptedError) as stopped:
        stage.send()
    assert stopped.value.exit_code == code
    assert isinstance(stopped.value, KeyboardInterrupt)


def test_it_does_not_say_so_when_an_earlier_attempt_may_have_been_accepted() -> None:
    stage = Stage(CUT, retry=RetryPolicy(resend_unknown=True), clock=InterruptedClock(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt) as stopped:
        stage.send()
    assert not isinstance(stopped.value, WaitInterruptedError)


# --- what may have been accepted is never sent again by itself ---


@pytest.mark.parametrize("step", [TIMEOUT, CUT, answer(500), answer(502), answer(504), answer(202, b"<html>")])
def test_a_send_whose_outcome_is_unknown_is_not_repeated(step: Step) -> None:
    stage = Stage(step, ACCEPTED)
    assert type(stage.fail()) is OutcomeUnknownError
    assert (stage.attempts, stage.clock.slept) == (1, [])


@pytest.mark.parametrize("step", [TIMEOUT, CUT, answer(500), answer(502), answer(504)])
def test_it_is_repeated_when_the_user_says_so(step: Step) -> None:
    stage = Stage(step, ACCEPTED, retry=RetryPolicy(resend_unknown=True))
    assert stage.send().msg_id == "Xs8"
    assert stage.attempts == 2


def test_a_failure_to_connect_after_an_unknown_outcome_is_still_unknown() -> None:
    stage = Stage(TIMEOUT, DNS, DNS, retry=RetryPolicy(resend_unknown=True, max_wait=1.5))
    assert type(stage.fail()) is OutcomeUnknownError
    assert stage.attempts == 3


def test_an_unknown_outcome_says_what_went_out_and_why() -> None:
    error = Stage(TIMEOUT).fail()
    assert error.message == ("outcome unknown: the request to send the message went out, but no answer came in time")


# --- what was surely not accepted is tried again, for a while ---


@pytest.mark.parametrize(
    "step",
    [
        DNS,
        NetworkError(host="h", stage="connect"),
        NetworkError(host="h", stage="timeout"),
        answer(429),
        answer(429, b'{"code":53,"message":"Too many requests"}'),
        answer(403, b'{"code":53,"message":"Quota"}'),
        answer(503, b'{"code":5,"message":"Unavailable"}'),
    ],
)
def test_what_was_surely_not_accepted_is_tried_again(step: Step) -> None:
    stage = Stage(step, step, ACCEPTED)
    assert stage.send().msg_id == "Xs8"
    assert stage.attempts == 3


@pytest.mark.parametrize(
    "step",
    [
        NetworkError(host="h", stage="tls", is_lasting=True),
        NetworkError(host="h", stage="proxy", is_lasting=True),
        answer(400, b'{"reason":{"code":42009,"text":"no content"}}'),
        answer(403, b'{"code":50,"message":"Access denied"}'),
        answer(404),
        answer(405, b"only on timeslots from 10 PM CET"),
        answer(413),
        answer(302, Location="https://elsewhere.example/"),
        answer(501),
    ],
)
def test_what_waiting_does_not_heal_is_not_tried_again(step: Step) -> None:
    stage = Stage(step, ACCEPTED)
    stage.fail()
    assert (stage.attempts, stage.clock.slept) == (1, [])


def test_the_waits_grow_and_end_with_the_last_error() -> None:
    stage = Stage(*[DNS] * 20, retry=RetryPolicy(max_wait=10))
    assert isinstance(stage.fail(), NetworkError)
    assert stage.clock.slept == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize("max_wait", [30, 600])
def test_a_service_that_is_down_for_good_is_tried_four_times(max_wait: float) -> None:
    stage = Stage(*[DOWN] * 20, retry=RetryPolicy(max_wait=max_wait))
    assert isinstance(stage.fail(), ServiceUnavailableError)
    assert (stage.attempts, stage.clock.slept) == (4, [0.5, 2.0, 8.0])


@pytest.mark.parametrize(
    "step",
    [
        answer(503),
        answer(503, b"upstream connect error or disconnect/reset before headers. reset reason: connection termination"),
        answer(503, b"<html><title>503 Service Temporarily Unavailable</title></html>"),
        answer(503, b'{"message":"failure to get a peer from the ring-balancer"}'),
        answer(503, b'{"code":503,"message":"no healthy upstream"}'),
        answer(503, b'{"error":{"code":503,"status":"UNAVAILABLE"}}'),
        answer(503, Retry_After="soon"),
    ],
)
def test_a_503_in_which_nobody_says_that_nothing_was_accepted_is_unknown(step: Step) -> None:
    stage = Stage(step, ACCEPTED)
    error = stage.fail()
    assert isinstance(error, OutcomeUnknownError)
    assert (error.exit_code, stage.attempts) == (13, 1)


@pytest.mark.parametrize(
    "step",
    [
        answer(503, b'{"code":5,"message":"The service is temporarily unavailable"}'),
        answer(503, b'{"reason":{"code":41004,"text":"busy"}}'),
        answer(503, Retry_After="1"),
        answer(503, b"<html>", Retry_After="Sun, 01 Mar 2026 12:02:00 GMT"),
    ],
)
def test_a_503_that_says_that_nothing_was_accepted_is_tried_again(step: Step) -> None:
    stage = Stage(step, ACCEPTED)
    assert stage.send().msg_id == "Xs8"
    assert stage.attempts == 2


def test_a_question_may_be_asked_again_after_any_503() -> None:
    stage = Stage(answer(503), answer(200, b'{"RCSMessage":{"msgId":"Xs8","status":"sent"}}'))
    assert stage.client.message_status("Xs8").status == "sent"


def test_no_wait_at_all_is_possible() -> None:
    stage = Stage(DNS, ACCEPTED, retry=RetryPolicy(max_wait=0))
    assert isinstance(stage.fail(), NetworkError)
    assert stage.attempts == 1


def test_the_wait_that_the_api_asks_for_is_kept() -> None:
    stage = Stage(answer(429, Retry_After="7"), ACCEPTED)
    stage.send()
    assert stage.clock.slept == [7.5]


def test_a_wait_beyond_the_limit_is_not_begun() -> None:
    stage = Stage(answer(429, Retry_After="3600"), ACCEPTED)
    error = stage.fail()
    assert isinstance(error, RateLimitedError)
    assert (error.retry_after, stage.clock.slept) == (3600.0, [])


def test_a_wait_of_zero_seconds_does_not_become_a_storm() -> None:
    stage = Stage(*[answer(429, Retry_After="0")] * 200, chance=0.0)
    stage.fail()
    assert stage.attempts < 15


def test_each_wait_is_told_before_it_begins() -> None:
    stage = Stage(answer(429, Retry_After="7"), DNS, ACCEPTED)
    stage.send()
    assert [(notice.seconds, notice.attempt, type(notice.error)) for notice in stage.notices] == [
        (7.5, 2, RateLimitedError),
        (1.0, 3, NetworkError),
    ]


# --- calls that change nothing ---


@pytest.mark.parametrize("step", [TIMEOUT, CUT, answer(500), answer(502), answer(504)])
def test_a_question_is_asked_again_whatever_happened(step: Step) -> None:
    status = HttpResponse(status=200, body=b'{"RCSMessage":{"msgId":"Xs8","status":"delivered"}}')
    assert Stage(step, status).client.message_status("Xs8").status == "delivered"


@pytest.mark.parametrize(("step", "stage_name"), [(TIMEOUT, "timeout"), (CUT, "lost")])
def test_a_question_without_answer_is_a_network_failure(step: Step, stage_name: str) -> None:
    stage = Stage(step, retry=RetryPolicy(max_wait=0))
    error = stage.fail(lambda: stage.client.message_status("Xs8"))
    assert isinstance(error, NetworkError)
    assert error.stage == stage_name


@pytest.mark.parametrize(
    "call",
    [
        lambda client: client.cancel("Xs8"),
        lambda client: client.link_file("https://e.x/", file_type="image/png", until=datetime(2026, 4, 1, tzinfo=UTC)),
        lambda client: client.start_bulk_capabilities(["+33612345678"]),
    ],
)
def test_every_call_that_changes_something_is_sent_once(call: Callable[[BothubClient], object]) -> None:
    stage = Stage(TIMEOUT, answer(200, b"{}"))
    assert type(stage.fail(lambda: call(stage.client))) is OutcomeUnknownError
    assert stage.attempts == 1


@pytest.mark.parametrize(
    ("call", "body"),
    [
        (lambda client: client.mark_read("Xs8"), b""),
        (lambda client: client.set_typing({"chatId": "93JF"}, active=True), b""),
        (lambda client: client.show_file("f1"), b'{"file":{"fileId":"f1"}}'),
        (lambda client: client.delete_file("f1"), b""),
        (lambda client: client.contact_capabilities({"userContact": "+33612345678"}), b'{"capabilities":["chat"]}'),
        (lambda client: client.bulk_capabilities(), b""),
        (lambda client: client.look_at_media("https://e.x/cat.jpg"), b""),
    ],
)
def test_every_harmless_call_is_repeated(call: Callable[[BothubClient], object], body: bytes) -> None:
    stage = Stage(TIMEOUT, answer(200, body))
    call(stage.client)
    assert stage.attempts == 2


# --- tokens ---


@pytest.mark.parametrize(
    ("step", "kind", "failed"),
    [(STALE_ORANGE, "orange_token", "orange-0"), (STALE_GSMA, "gsma_token", "gsma---0")],
)
def test_a_token_that_stays_refused_is_renewed_once(step: HttpResponse, kind: str, failed: str) -> None:
    stage = Stage(step, step, ACCEPTED)
    error = stage.fail()
    assert isinstance(error, CredentialsRefusedError)
    assert error.subject == kind
    assert (stage.tokens.renewed, stage.attempts) == ([(kind, failed)], 2)


def test_each_token_may_be_renewed_in_one_call() -> None:
    stage = Stage(STALE_ORANGE, STALE_GSMA, ACCEPTED)
    assert stage.send().msg_id == "Xs8"
    assert [kind for kind, _ in stage.tokens.renewed] == ["orange_token", "gsma_token"]
    assert [dict(request.headers)["Authorization"] for request in stage.transport.sent] == [
        "Bearer orange-0",
        "Bearer orange-1",
        "Bearer orange-1",
    ]


def test_a_renewal_is_not_given_back_by_a_retry() -> None:
    stage = Stage(STALE_GSMA, DOWN, STALE_GSMA, ACCEPTED)
    assert isinstance(stage.fail(), CredentialsRefusedError)
    assert stage.tokens.renewed == [("gsma_token", "gsma---0")]


def test_refused_credentials_of_the_token_source_are_not_renewed() -> None:
    stage = Stage(ACCEPTED)

    def refuse() -> TokenPair:
        raise CredentialsRefusedError(subject="orange_token", reason="revoked")

    stage.tokens.pair = refuse  # type: ignore[method-assign]  # the source itself fails
    assert isinstance(stage.fail(), CredentialsRefusedError)
    assert (stage.tokens.renewed, stage.attempts) == ([], 0)


def test_a_token_that_the_api_echoes_is_not_shown() -> None:
    error = Stage(answer(400, b'{"reason":{"code":1,"text":"bad orange-0 or gsma---0"}}')).fail()
    assert isinstance(error, ApiRefusedError)
    assert error.reason == "bad *** or ***"


def test_a_media_url_gets_no_token_and_its_401_renews_none() -> None:
    stage = Stage(answer(401, Content_Type="text/html"))
    assert stage.client.look_at_media("https://e.x/cat.jpg").status == 401
    assert stage.transport.sent[0].headers == (("Accept", "*/*"),)
    assert stage.tokens.renewed == []


# --- messages and files ---


def test_a_message_that_writes_itself_is_sent_in_its_own_words() -> None:
    class Message:
        def to_payload(self) -> dict[str, object]:
            return dict(MESSAGE)

    stage = Stage(ACCEPTED)
    assert stage.client.send(Message()) == Accepted(msg_id="Xs8", status="pending")
    assert stage.transport.bodies == [
        b'{"RCSMessage":{"textMessage":"Hello"},"messageContact":{"userContact":"+33612345678"}}'
    ]


def test_an_accepted_message_may_have_no_id() -> None:
    assert Stage(answer(202, X_OAPI_Request_Id="r-1")).send() == Accepted(request_id="r-1")


def part(stream: io.IOBase) -> FilePart:
    return FilePart(
        field_name="fileContent",
        file_name="cat.jpg",
        content_type="image/jpeg",
        stream=stream,  # type: ignore[arg-type]  # in-memory and one-way streams alike
        size=3,
    )


UNTIL = datetime(2026, 4, 1, tzinfo=UTC)


def test_a_stream_that_can_be_read_only_once_is_refused_before_it_is_touched() -> None:
    class Pipe(io.RawIOBase):
        def seekable(self) -> bool:
            return False

    stage = Stage()
    assert isinstance(stage.fail(lambda: stage.client.upload_file(part(Pipe()), until=UNTIL)), InputRefusedError)


def test_a_file_is_read_from_its_start_on_every_attempt() -> None:
    stored = answer(202, b'{"file":{"fileId":"f1","fileUrl":"https://e.x/f1","fileSize":3,"status":"pending"}}')
    stage = Stage(STALE_GSMA, DOWN, stored)
    stream = io.BytesIO(b"--abc")
    stream.seek(2)
    assert stage.client.upload_file(part(stream), until=UNTIL).file_id == "f1"
    assert stage.transport.bodies == [b"abc", b"abc", b"abc"]


def test_an_unreadable_answer_to_a_question_is_not_asked_again() -> None:
    stage = Stage(answer(200, b"<html>"), ACCEPTED)
    assert isinstance(stage.fail(lambda: stage.client.message_status("Xs8")), UnreadableAnswerError)
    assert stage.attempts == 1
