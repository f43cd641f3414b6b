"""What one stranger can do to either server: its memory stays small, and honest calls are answered all the while."""

import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bothub_cli.serving.process import allow_open_files
from tests.serving.server_process import PROGRAMS, Served, served

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")

MEMORY_MAX = 64 * 1024 * 1024  # bytes above idle
ATTACK = 96 * 1024 * 1024  # bytes, at most: what is refused early takes far fewer
HONEST_CALLS = 20
CHUNKED = b"POST /webhook HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"


@pytest.fixture(params=sorted(PROGRAMS))
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Served]:
    with served(request.param, tmp_path) as running:
        assert running.ask_honestly(0)[0] == 200
        yield running


def _connect(server: Served) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", server.port), timeout=60)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1024 * 1024)
    return client


def _send_as_much_as_is_taken(client: socket.socket, block: bytes, over: threading.Event) -> None:
    """Send the block again and again until enough was sent, the server closes, or it reads no more."""
    client.settimeout(1)
    with suppress(OSError):
        for _ in range(ATTACK // len(block)):
            if over.is_set():
                return
            client.sendall(block)


def _judge(server: Served, idle: int) -> None:
    """Make honest calls, and look at the memory after each."""
    peak = 0
    for number in range(1, HONEST_CALLS + 1):
        status, _ = server.ask_honestly(number)
        assert status == 200
        peak = max(peak, server.memory())
    assert peak - idle < MEMORY_MAX, f"{(peak - idle) / 2**20:.0f} MiB above idle"


@pytest.mark.parametrize(
    ("start", "block"),
    [
        (GET, b"X: " + b"a" * 65_000 + b"\r\n"),
        (GET, b"X: b\r\n" * 10_000),
        (GET + b"X: ", b"a" * 65_000),
        (b"GET /", b"a" * 65_000),
        (
            b"POST /webhook HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            b"X: b\r\n" * 10_000,
        ),
        (b"", GET + b"\r\n" * 2),
        (b"", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" * 2_000),
        (b"", b"POST /nowhere HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 3\r\n\r\nabc" * 1_000),
    ],
    ids=["long headers", "many headers", "one header", "path", "trailers", "blank lines", "pipelined", "with bodies"],
)
def test_what_never_ends_on_one_connection_costs_little_memory(server: Served, start: bytes, block: bytes) -> None:
    idle, over = server.memory(), threading.Event()
    port = str(server.port).encode()
    with _connect(server) as client:
        client.sendall(start.replace(b"%d", port))
        sending = threading.Thread(
            target=_send_as_much_as_is_taken, args=(client, block.replace(b"%d", port), over), daemon=True
        )
        sending.start()
        _judge(server, idle)
        over.set()
        sending.join(timeout=60)
        assert not sending.is_alive()
    assert server.ask_honestly(99)[0] == 200


@pytest.mark.parametrize(
    "part",
    [b"", b"GET /healthz HTTP/1.1\r\nHost:", GET + b"X: " + b"a" * 60_000],
    ids=["silent", "half", "nearly 64 KiB"],
)
def test_half_open_connections_by_the_thousand_keep_no_honest_call_out(server: Served, part: bytes) -> None:
    allow_open_files(8_192)
    idle = server.memory()
    clients = []
    try:
        for _ in range(2_500):
            clients.append(_connect(server))
            with suppress(OSError):
                clients[-1].sendall(part)
        _judge(server, idle)
    finally:
        for client in clients:
            client.close()


def test_large_bodies_without_an_end_make_room_for_honest_calls(server: Served) -> None:
    path = b"/webhook" if server.name == "listener" else b"/bothub/v1/bot/v1/shop/messages"
    head = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 1000000\r\n\r\n" % (path, server.port)
    idle = server.memory()
    clients = []
    try:
        for _ in range(120):
            clients.append(_connect(server))
            clients[-1].settimeout(1)
            with suppress(OSError):
                clients[-1].sendall(head + b"x" * 999_990)
        _judge(server, idle)
    finally:
        for client in clients:
            client.close()


def test_a_client_that_reads_no_answer_holds_its_own_connection_only(server: Served) -> None:
    idle = server.memory()
    request = GET.replace(b"%d", str(server.port).encode()) + b"\r\n"
    with _connect(server) as client:
        client.settimeout(1)
        with suppress(OSError):
            for _ in range(200):
                client.sendall(request * 500)
        _judge(server, idle)
