"""A loopback server that misbehaves on demand and counts every whole request that reached it."""

import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Literal

import pytest

from bothub_cli.protocol.http import HttpRequest

Behaviour = Literal[
    "answer",
    "answer, then close while idle",
    "answer the first, swallow the second",
    "answer half",
    "close",
    "reset",
    "say nothing",
    "redirect",
]
ANSWER = (
    b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nX-OAPI-Request-Id: r-1\r\n"
    b'Content-Length: 29\r\n\r\n{"RCSMessage":{"msgId":"m1"}}'
)


class LoopbackServer:
    """Counts whole requests by their body; what it does with them is ``behaviour``."""

    def __init__(self) -> None:
        self.behaviour: Behaviour = "answer"
        self.bodies: Counter[bytes] = Counter()
        self.heads: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/messages"
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def request(self, url: str | None = None) -> HttpRequest:
        return HttpRequest(
            operation="send a message",
            method="POST",
            url=url or self.url,
            headers=(("Content-Type", "application/json"), ("AccessToken", "gsma-1")),
        )

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            carried = 0
            try:
                while self._read_request(stream):
                    carried += 1
                    if not self._behave(connection, carried):
                        return
            except OSError:
                return

    def _behave(self, connection: socket.socket, carried: int) -> bool:
        """Act, and say whether the connection stays open."""
        match self.behaviour:
            case "answer":
                connection.sendall(ANSWER)
                return True
            case "answer, then close while idle":
                connection.sendall(ANSWER)
            case "answer the first, swallow the second" if carried == 1:
                connection.sendall(ANSWER)
                return True
            case "answer half":
                connection.sendall(ANSWER[:-5])
            case "reset":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            case "say nothing":
                connection.settimeout(5)
                connection.recv(1)  # returns when the client gives up
            case "redirect":
                connection.sendall(
                    b"HTTP/1.1 307 Temporary\r\nLocation: /elsewhere\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
                )
                return True
        return False

    def _read_request(self, stream: BinaryIO) -> bool:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = stream.readline(65536)
            if not line:
                return False
            head += line
        size = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = stream.read(size)
        with self._lock:
            self.heads.append(head)
            if len(body) == size:
                self.bodies[body] += 1
        return len(body) == size


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    loopback = LoopbackServer()
    yield loopback
    loopback.close()


class SilentListener:
    """Accepts connections and never says a word, so that a TLS handshake never ends."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def close(self) -> None:
        self._listener.close()


@pytest.fixture
def silent() -> Iterator[SilentListener]:
    listener = SilentListener()
    yield listener
    listener.close()
