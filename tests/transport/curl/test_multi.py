"""A message leaves once, whatever the server or libcurl would like to do."""

import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from bothub_cli.transport.base import TransportSettings
from bothub_cli.transport.bulk import Answered, AnswerLost, BulkTransport, NotSent, RequestEnding
from bothub_cli.transport.curl import CurlTransport

Server = Any  # the LoopbackServer of conftest.py, which importlib mode lets no test import


@pytest.fixture
def transport() -> Iterator[BulkTransport]:
    yield from open_transport(TransportSettings(timeout=30, connect_timeout=30))


@pytest.fixture
def hasty() -> Iterator[BulkTransport]:
    yield from open_transport(TransportSettings(timeout=0.6, connect_timeout=0.4))


def open_transport(settings: TransportSettings) -> Iterator[BulkTransport]:
    curl = CurlTransport(settings, user_agent="bothub-test")
    yield curl
    curl.close()


def post_in_turn(transport: BulkTransport, bodies: int) -> list[RequestEnding]:
    endings: list[RequestEnding] = []
    for ticket in range(bodies):
        transport.post(ticket, b"body-%d" % ticket)
        while transport.in_flight:
            endings += transport.collect(0.05)
    return endings


@pytest.mark.parametrize("behaviour", ["close", "reset", "answer half"])
def test_a_connection_cut_after_the_request_leaves_the_outcome_open(
    server: Server, transport: BulkTransport, behaviour: str
) -> None:
    server.behaviour = behaviour
    transport.aim(server.request())

    endings = post_in_turn(transport, 2)

    assert [(type(ending), ending.stage) for ending in endings if isinstance(ending, AnswerLost)] == [
        (AnswerLost, "lost")
    ] * 2
    assert server.bodies == {b"body-0": 1, b"body-1": 1}


def test_a_dead_kept_alive_connection_never_makes_libcurl_send_again(server: Server, transport: BulkTransport) -> None:
    server.behaviour = "answer the first, swallow the second"
    transport.aim(server.request())

    endings = post_in_turn(transport, 6)

    assert [type(ending) for ending in endings] == [Answered, AnswerLost] * 3
    assert set(server.bodies.values()) == {1}
    assert server.connections == 3


def test_an_idle_connection_that_the_server_closed_costs_nothing(server: Server, transport: BulkTransport) -> None:
    server.behaviour = "answer, then close while idle"
    transport.aim(server.request())

    endings = post_in_turn(transport, 1)
    time.sleep(1.2)  # libcurl looks for closed connections once a second
    transport.post(1, b"body-1")
    while transport.in_flight:
        endings += transport.collect(0.05)

    assert [type(ending) for ending in endings] == [Answered, Answered]


def test_silence_after_the_request_ends_in_time_and_open(server: Server, hasty: BulkTransport) -> None:
    server.behaviour = "say nothing"
    hasty.aim(server.request())

    (ending,) = post_in_turn(hasty, 1)

    assert isinstance(ending, AnswerLost)
    assert ending.stage == "timeout"  # the server would say nothing for five seconds, then cut the connection


def test_a_refused_connection_is_surely_not_sent(transport: BulkTransport, server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    transport.aim(server.request(f"http://127.0.0.1:{port}/messages"))

    (ending,) = post_in_turn(transport, 1)

    assert isinstance(ending, NotSent)
    assert (ending.error.stage, ending.error.host) == ("connect", f"127.0.0.1:{port}")


def test_a_name_that_does_not_resolve_is_surely_not_sent(transport: BulkTransport, server: Server) -> None:
    transport.aim(server.request("https://api.invalid/messages"))

    (ending,) = post_in_turn(transport, 1)

    assert isinstance(ending, NotSent)
    assert ending.error.stage in {"dns", "connect"}  # a resolver that never answers counts as no connection


def test_a_handshake_that_never_ends_is_surely_not_sent(hasty: BulkTransport, server: Server, silent: Any) -> None:
    hasty.aim(server.request(f"https://127.0.0.1:{silent.port}/messages"))

    (ending,) = post_in_turn(hasty, 1)

    assert isinstance(ending, NotSent)


def test_loopback_is_never_reached_through_a_proxy(
    transport: BulkTransport, server: Server, silent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{silent.port}")
    transport.aim(server.request())

    (ending,) = post_in_turn(transport, 1)

    assert isinstance(ending, Answered)


def test_a_redirect_is_an_answer_and_a_cookie_is_forgotten(server: Server, transport: BulkTransport) -> None:
    server.behaviour = "redirect"
    transport.aim(server.request())

    endings = post_in_turn(transport, 2)

    assert [ending.status for ending in endings if isinstance(ending, Answered)] == [307, 307]
    assert not any(b"cookie" in head.lower() for head in server.heads)


def test_an_answer_brings_status_headers_and_body(server: Server, transport: BulkTransport) -> None:
    transport.aim(server.request())

    (ending,) = post_in_turn(transport, 1)

    assert isinstance(ending, Answered)
    assert ending.response.status == 202
    assert ending.response.request_id == "r-1"
    assert ending.response.body == b'{"RCSMessage":{"msgId":"m1"}}'


def test_new_tokens_go_out_with_the_next_request(server: Server, transport: BulkTransport) -> None:
    transport.aim(server.request())
    post_in_turn(transport, 1)
    renewed = server.request()
    object.__setattr__(renewed, "headers", (("AccessToken", "gsma-2"),))
    transport.aim(renewed)

    post_in_turn(transport, 1)

    assert [head.count(b"AccessToken: gsma-2\r\n") for head in server.heads] == [0, 1]


def test_a_body_larger_than_libcurls_buffer_arrives_whole(server: Server, transport: BulkTransport) -> None:
    body = bytes(range(256)) * 1200
    transport.aim(server.request())
    transport.post(7, body)

    while not (endings := transport.collect(0.05)):
        pass

    assert [ending.ticket for ending in endings] == [7]
    assert server.bodies == {body: 1}


def test_many_requests_fly_at_once_over_few_connections(server: Server, transport: BulkTransport) -> None:
    transport.aim(server.request())
    sent = 0
    endings: list[RequestEnding] = []
    while len(endings) < 400:
        while sent < 400 and transport.in_flight < 16:
            transport.post(sent, b"body-%d" % sent)
            sent += 1
        endings += transport.collect(0.2)

    assert sorted(ending.ticket for ending in endings) == list(range(400))
    assert set(server.bodies.values()) == {1}
    assert server.connections <= 16


def test_closing_with_requests_in_flight_is_quiet(server: Server) -> None:
    server.behaviour = "say nothing"
    curl = CurlTransport(TransportSettings(timeout=5), user_agent="bothub-test")
    curl.aim(server.request())
    curl.post(1, b"body")
    curl.collect(0.05)

    curl.close()

    assert curl.in_flight == 0
