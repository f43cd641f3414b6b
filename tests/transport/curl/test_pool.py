"""The fallback without pycurl keeps the same promises over ordinary transports."""

import threading

from bothub_cli.errors import ConfigurationError, NetworkError
from bothub_cli.protocol.http import Headers, HttpRequest, HttpResponse
from bothub_cli.transport.base import AnswerLostError
from bothub_cli.transport.bulk import Answered, AnswerLost, NotSent, RequestEnding
from bothub_cli.transport.threads import PoolTransport

REQUEST = HttpRequest(operation="send a message", method="POST", url="https://api.example/messages")


class ScriptedTransport:
    """Ends each request as its body says."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def send(self, request: HttpRequest) -> HttpResponse:
        match request.body:
            case b"refuse":
                raise NetworkError(host=request.host, stage="connect")
            case b"misconfigured":
                raise ConfigurationError(problem="the CA bundle cannot be read")
            case b"swallow":
                raise AnswerLostError("timeout", "no answer in 30 s")
            case _:
                return HttpResponse(status=202, headers=Headers({"X-OAPI-Request-Id": "r-1"}), body=b"{}", elapsed=0.5)

    def close(self) -> None:
        self.closed.set()


def collect_all(pool: PoolTransport) -> list[RequestEnding]:
    endings: list[RequestEnding] = []
    while pool.in_flight:
        endings += pool.collect(1)
    return sorted(endings, key=lambda ending: ending.ticket)


def test_each_ending_keeps_its_kind_and_its_ticket() -> None:
    pool = PoolTransport(ScriptedTransport)
    pool.aim(REQUEST)
    for ticket, body in enumerate([b"swallow", b"refuse", b"accept"]):
        pool.post(ticket, body)

    lost, unsent, answered = collect_all(pool)
    pool.close()

    assert isinstance(lost, AnswerLost)
    assert lost.stage == "timeout"
    assert isinstance(unsent, NotSent)
    assert unsent.error.host == "api.example"
    assert isinstance(answered, Answered)
    assert (answered.response.request_id, answered.elapsed) == ("r-1", 0.5)


def test_what_cannot_even_be_tried_is_surely_not_sent() -> None:
    pool = PoolTransport(ScriptedTransport)
    pool.aim(REQUEST)
    pool.post(1, b"misconfigured")

    (ending,) = collect_all(pool)
    pool.close()

    assert isinstance(ending, NotSent)
    assert ending.error.detail == "the CA bundle cannot be read"


def test_nothing_in_flight_is_answered_at_once() -> None:
    assert PoolTransport(ScriptedTransport).collect(60) == []


def test_every_thread_closes_its_own_transport() -> None:
    made: list[ScriptedTransport] = []

    def make() -> ScriptedTransport:
        made.append(ScriptedTransport())
        return made[-1]

    pool = PoolTransport(make)
    pool.aim(REQUEST)
    for ticket in range(3):
        pool.post(ticket, b"accept")
    collect_all(pool)

    pool.close()

    assert made
    assert all(transport.closed.wait(5) for transport in made)
