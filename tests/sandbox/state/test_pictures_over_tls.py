"""Pictures behind https: only from a server that proves its name."""

import socket
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bothub_cli.sandbox.state.pictures.fetch import PictureFetcher
from bothub_cli.sandbox.state.pictures.image_types import PictureRefusedError
from tests.transport.certificates import Certificate, make_certificate

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make_certificate(tmp_path)


class _Picture(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(PNG)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


def test_a_certificate_that_nobody_trusts_is_refused(certificate: Certificate) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def shake_hands() -> None:
            connection, _ = listener.accept()
            with connection, suppress(OSError), certificate.context.wrap_socket(connection, server_side=True) as secure:
                secure.recv(1000)

        thread = threading.Thread(target=shake_hands)
        thread.start()
        with pytest.raises(PictureRefusedError, match="certificate verify failed"):
            PictureFetcher(may_be_local=True).fetch(f"https://127.0.0.1:{listener.getsockname()[1]}/tram.png")
        thread.join()


def test_a_trusted_certificate_is_taken(certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    with ThreadingHTTPServer(("127.0.0.1", 0), _Picture) as server:
        server.socket = certificate.context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        picture = PictureFetcher(may_be_local=True).fetch(f"https://127.0.0.1:{server.server_port}/tram.png")
        server.shutdown()
        thread.join()
    assert picture.content == PNG
