"""Servers on real loopback sockets that misbehave as told."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from tests.transport.certificates import Certificate, make_certificate

Behaviour = Callable[["Conversation"], None]


@dataclass(slots=True, kw_only=True)
class Conversation:
    """One accepted connection, and what was read from it."""

    connection: socket.socket
    received: bytearray = field(default_factory=bytearray)
    ended: threading.Event = field(default_factory=threading.Event)

    def read_head(self) -> bytes:
        """Read up to the blank line and return the head."""
        while b"\r\n\r\n" not in self.received:
            block = self.connection.recv(65536)
            if not block:
                break
            self.received += block
        return bytes(self.received).partition(b"\r\n\r\n")[0]

    def read_request(self) -> bytes:
        """Read the head and as many bytes of body as Content-Length tells; return the body."""
        head = self.read_head()
        lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        length = int(lengths[0]) if lengths else 0
        while len(bytes(self.received).partition(b"\r\n\r\n")[2]) < length:
            block = self.connection.recv(65536)
            if not block:
                raise ConnectionAbortedError("the request breaks off")
            self.received += block
        return bytes(self.received).partition(b"\r\n\r\n")[2]

    def answer(self, raw: bytes) -> None:
        """Read the whole request, then answer with these very bytes."""
        self.read_request()
        self.connection.sendall(raw)


@dataclass(slots=True, kw_only=True)
class Server:
    """A listening socket whose every connection is treated by one behaviour."""

    port: int
    conversations: list[Conversation]
    stopping: threading.Event

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def head(self) -> str:
        """The head of the only request that came, as it stood on the wire."""
        assert len(self.conversations) == 1
        return bytes(self.conversations[0].received).partition(b"\r\n\r\n")[0].decode("latin-1")


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server; all of them are gone at the end of the test."""
    stops: list[Callable[[], None]] = []

    def start(behaviour: Behaviour, *, tls: ssl.SSLContext | None = None) -> Server:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(0.05)
        server = Server(port=listener.getsockname()[1], conversations=[], stopping=threading.Event())
        thread = threading.Thread(target=_serve, args=(listener, server, behaviour, tls))
        thread.start()

        def stop() -> None:
            server.stopping.set()
            thread.join()
            listener.close()

        stops.append(stop)
        return server

    yield start
    for stop in stops:
        stop()


def _serve(listener: socket.socket, server: Server, behaviour: Behaviour, tls: ssl.SSLContext | None) -> None:
    while not server.stopping.is_set():
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            continue
        connection.settimeout(5)
        with suppress(OSError):
            wrapped = tls.wrap_socket(connection, server_side=True) if tls else connection
            with wrapped:
                conversation = Conversation(connection=wrapped)
                server.conversations.append(conversation)
                try:
                    behaviour(conversation)
                finally:
                    conversation.ended.set()
        connection.close()


@pytest.fixture
def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def no_proxy_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine that runs the tests may itself sit behind a proxy."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
