"""Both transports of a campaign trust the same authorities: the settings', or certifi's; never the environment's."""

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bothub_cli.protocol.http import HttpRequest
from bothub_cli.transport.base import TransportSettings
from bothub_cli.transport.bulk import Answered, BulkTransport, NotSent, RequestEnding
from bothub_cli.transport.curl import CurlTransport
from bothub_cli.transport.http import RequestsTransport
from bothub_cli.transport.threads import PoolTransport
from tests.transport.certificates import Certificate, make_certificate

ANSWER = b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"

MakeTransport = Callable[[TransportSettings], BulkTransport]


def make_curl(settings: TransportSettings) -> BulkTransport:
    return CurlTransport(settings, user_agent="t")


def make_pool(settings: TransportSettings) -> BulkTransport:
    return PoolTransport(lambda: RequestsTransport(settings, user_agent="t"))


both_transports = pytest.mark.parametrize("make", [make_curl, make_pool])


class TlsServer:
    """Answers one request after another over TLS, and keeps what it could read."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self.received: list[bytes] = []
        self.spoken: list[str | None] = []
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._listener.getsockname()[1]}/messages"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(5)
            with connection:
                try:
                    self._talk(connection)
                except OSError:  # the client does not trust us: what these tests are about
                    continue

    def _talk(self, connection: socket.socket) -> None:
        with self._context.wrap_socket(connection, server_side=True) as secured:
            self.spoken.append(secured.selected_alpn_protocol())
            said = b""
            while b"message-1" not in said:
                block = secured.recv(65536)
                if not block:
                    return
                said += block
            self.received.append(said)
            secured.sendall(ANSWER)


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make_certificate(tmp_path)


@pytest.fixture
def server(certificate: Certificate) -> Iterator[TlsServer]:
    running = TlsServer(certificate.context)
    yield running
    running.close()


def post(transport: BulkTransport, url: str) -> RequestEnding:
    transport.aim(HttpRequest(operation="send", method="POST", url=url, headers=()))
    transport.post(1, b"message-1")
    endings: list[RequestEnding] = []
    while transport.in_flight:
        endings += transport.collect(0.1)
    transport.close()
    return endings[0]


@both_transports
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_certificate_that_only_the_environment_vouches_for_is_not_trusted(
    server: TlsServer, certificate: Certificate, make: MakeTransport, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(certificate.path))
    ending = post(make(TransportSettings(timeout=5)), server.url)
    assert isinstance(ending, NotSent)
    assert ending.error.stage == "tls"
    assert server.received == []


@both_transports
def test_a_bundle_of_the_settings_is_trusted(server: TlsServer, certificate: Certificate, make: MakeTransport) -> None:
    ending = post(make(TransportSettings(timeout=5, ca_bundle=str(certificate.path))), server.url)
    assert isinstance(ending, Answered)
    assert len(server.received) == 1


@both_transports
@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl names the files of such a folder")
def test_a_folder_of_certificates_is_trusted(
    server: TlsServer, certificate: Certificate, make: MakeTransport, tmp_path: Path
) -> None:
    folder = tmp_path / "authorities"
    folder.mkdir()
    shutil.copy(certificate.path, folder / "company.pem")
    subprocess.run(["openssl", "rehash", folder], check=True)
    ending = post(make(TransportSettings(timeout=5, ca_bundle=str(folder))), server.url)
    assert isinstance(ending, Answered)


def test_a_server_that_would_speak_http_2_is_spoken_to_in_http_1(server: TlsServer, certificate: Certificate) -> None:
    certificate.context.set_alpn_protocols(["h2", "http/1.1"])
    ending = post(make_curl(TransportSettings(timeout=5, ca_bundle=str(certificate.path))), server.url)
    assert isinstance(ending, Answered)
    assert server.spoken == ["http/1.1"]
