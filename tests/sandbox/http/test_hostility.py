"""What a hostile or broken client can do on the wire: it is refused, and nobody else loses a message."""

import asyncio
import http.client
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SANDBOX_LIMITS, PhonePace, SandboxSettings
from bothub_cli.serving.process import allow_open_files
from tests.sandbox.http.crowd import message_bytes, ordinary_clients, send_all

POST = b"POST /oauth/v3/token HTTP/1.1\r\nHost: H\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: H\r\n"
MALFORMED = [
    b"HELLO\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 300,  # a TLS client
    b"CONNECT elsewhere:443 HTTP/1.1\r\nHost: H\r\n\r\n",
    POST + b"Content-Length: -1\r\n\r\n",
    POST + b"Content-Length: +3\r\n\r\nabc",
    POST + b"Content-Length: ten\r\n\r\n",
    POST + b"Content-Length: 99999999999999999999999\r\n\r\n",
    POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    POST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
    POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcXX0\r\n\r\n",
    POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    GET + b"X: a\x00b\r\n\r\n",
    GET + b"X: a\r\n b\r\n\r\n",
    GET + b"X : a\r\n\r\n",
    b"GET /heal\x00thz HTTP/1.1\r\nHost: H\r\n\r\n",
    b"GET /\xff\xfe HTTP/1.1\r\nHost: H\r\n\r\n",
]
HUGE_HEADS = [
    GET + b"X: " + b"a" * 2_000_000 + b"\r\n\r\n",
    GET + b"".join(b"X-%d: a\r\n" % number for number in range(60_000)) + b"\r\n",
    b"GET /" + b"a" * 2_000_000 + b" HTTP/1.1\r\nHost: H\r\n\r\n",
]
UNFINISHED = [
    b"",
    b"GET",
    GET,
    POST + b"Content-Length: 99\r\n\r\n{",
    POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\n",
]


@pytest.fixture
def hurried(identity: SandboxIdentity) -> Iterator[SandboxServer]:
    """A server that waits for nobody."""
    limits = replace(SANDBOX_LIMITS, head_timeout=0.3, body_timeout=0.3)
    settings = SandboxSettings(rate_limits=RateLimits.off(), pace=PhonePace.by_hand(), limits=limits)
    with SandboxServer([identity], settings=settings) as server:
        yield server


def _connect(server: SandboxServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=10)


def _exchange(server: SandboxServer, request: bytes) -> bytes:
    """Send, and read until the server closes; a reset ends it as well."""
    with _connect(server) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 * 1024 * 1024)  # a whole head: the answer is not lost
        with suppress(ConnectionError):
            client.sendall(request.replace(b"Host: H", b"Host: 127.0.0.1:%d" % server.port))
        return _read_to_the_end(client)


def _read_to_the_end(client: socket.socket) -> bytes:
    answer = b""
    with suppress(ConnectionError):
        while block := client.recv(65536):
            answer += block
    return answer


@pytest.mark.parametrize("request_bytes", MALFORMED)
def test_malformed_http_gets_400_and_the_connection_is_closed(server: SandboxServer, request_bytes: bytes) -> None:
    assert _exchange(server, request_bytes).startswith(b"HTTP/1.1 400 ")
    assert server.counts() == {}


@pytest.mark.parametrize("request_bytes", HUGE_HEADS, ids=["one header", "many headers", "path"])
def test_a_huge_head_is_refused_before_it_has_come_to_its_end(server: SandboxServer, request_bytes: bytes) -> None:
    assert _exchange(server, request_bytes).startswith(b"HTTP/1.1 431 ")


def test_a_declared_body_that_is_too_large_is_refused_before_any_of_it_has_come(server: SandboxServer) -> None:
    with _connect(server) as client:
        client.sendall(
            b"POST /bothub/v1/bot/v1/x/files HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: multipart/form-data; "
            b"boundary=x\r\nContent-Length: 9000000000\r\n\r\n" % server.port
        )
        answer = client.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("path", ["/oauth/v3/token", "/bothub/v1/bot/v1/x/messages", "/sandbox/api/faults"])
def test_an_endless_chunked_body_is_refused_on_its_way(server: SandboxServer, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.putrequest("POST", path)
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    for _ in range(40):
        connection.send(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
    assert connection.getresponse().status == 413
    connection.close()


@pytest.mark.parametrize("part", UNFINISHED[1:])
def test_a_request_that_does_not_come_to_its_end_gets_408(hurried: SandboxServer, part: bytes) -> None:
    assert _exchange(hurried, part).startswith(b"HTTP/1.1 408 ")


def test_a_connection_that_says_nothing_is_closed_without_a_word(hurried: SandboxServer) -> None:
    assert _exchange(hurried, b"") == b""


def test_headers_that_drip_in_get_408_all_the_same(hurried: SandboxServer) -> None:
    with _connect(hurried) as client, suppress(ConnectionError):
        client.settimeout(0.05)
        answer = b""
        for letter in GET + b"X: " + b"a" * 400:
            client.sendall(bytes([letter]))
            with suppress(TimeoutError):
                answer = client.recv(100)
            if answer:
                break
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_a_long_body_that_keeps_coming_is_read_to_its_end(identity: SandboxIdentity) -> None:
    limits = replace(SANDBOX_LIMITS, body_timeout=0.2, body_rate=0.01)
    with SandboxServer([identity], settings=SandboxSettings(limits=limits)) as server, _connect(server) as client:
        client.sendall(POST.replace(b"H\r\n", b"127.0.0.1:%d\r\n" % server.port, 1) + b"Content-Length: 10\r\n\r\n")
        for _ in range(10):
            client.sendall(b"x")
            time.sleep(0.08)  # a body takes time: longer than the server's max_wait
        assert client.recv(1000).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize("path", ["/sandbox/api/faults", "/bothub/v1/bot/v1/x/messages", "/bothub/v1/bot/v1/x/files"])
def test_a_client_that_vanishes_in_its_body_leaves_no_traceback(
    identity: SandboxIdentity, capfd: pytest.CaptureFixture[str], path: str
) -> None:
    with SandboxServer([identity]) as server, _connect(server) as client:
        client.sendall(
            b"POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            b"Content-Length: 99\r\n\r\n--x" % (path.encode(), server.port)
        )
        client.shutdown(socket.SHUT_WR)
        assert _read_to_the_end(client) == b""
    assert capfd.readouterr().err == ""


def test_while_all_that_happens_ordinary_clients_lose_nothing(identity: SandboxIdentity, api: Any) -> None:
    limits = replace(
        SANDBOX_LIMITS, head_timeout=2, body_timeout=2
    )  # long enough for ordinary clients on a busy machine
    settings = SandboxSettings(rate_limits=RateLimits.off(), pace=PhonePace.by_hand(), limits=limits)
    with SandboxServer([identity], settings=settings) as server:
        api.server = server
        api.log_in()
        with ordinary_clients(api) as statuses:
            unfinished = [_connect(server) for _ in UNFINISHED * 20]
            for client, part in zip(unfinished, UNFINISHED * 20, strict=True):
                client.sendall(part.replace(b"Host: H", b"Host: 127.0.0.1:%d" % server.port))
            for request in [*MALFORMED, *HUGE_HEADS]:
                _exchange(server, request)
            for client in unfinished[::2]:
                client.close()
            answers = [_read_to_the_end(client) for client in unfinished[1::2]]
        assert {answer[:13] for answer in answers} == {b"", b"HTTP/1.1 408 "}
        assert set(statuses) == {"202"}
        assert server.run(lambda sandbox: len(sandbox.messages)) == statuses["202"] > 0
    for client in unfinished:
        client.close()


def test_a_message_cut_in_half_is_not_kept(server: SandboxServer, api: Any) -> None:
    api.log_in()
    whole = message_bytes(api)
    for length in range(len(whole) - 30, len(whole)):
        with _connect(server) as client:
            client.sendall(whole[:length])
    assert api.send().status_code == 202
    assert server.run(lambda sandbox: len(sandbox.messages)) == 1


def test_a_thousand_connections_that_all_send_lose_nothing(server: SandboxServer, api: Any) -> None:
    allow_open_files(4096)
    api.log_in()
    statuses = asyncio.run(send_all(server.port, message_bytes(api), connections=1000, each=3))
    assert statuses == {"202": 3000}
    assert server.run(lambda sandbox: len(sandbox.messages)) == 3000
