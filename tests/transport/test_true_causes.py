"""A connection that waiting does not heal is configuration, and its true cause is told alike by every transport."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography.x509 import DNSName

from bothub_cli.errors import NetworkError
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.transport.base import TransportSettings
from bothub_cli.transport.bulk import NotSent
from bothub_cli.transport.curl import CurlTransport
from bothub_cli.transport.event_loop import EventLoopTransport
from bothub_cli.transport.http import RequestsTransport
from tests.transport.certificates import make_certificate

if TYPE_CHECKING:
    from tests.transport.conftest import Server

    Serve = Callable[..., Server]

Ask = Callable[[str, TransportSettings], NetworkError]
API = "https://api.bothub.invalid/x"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def request(url: str) -> HttpRequest:
    return HttpRequest(operation="send", method="POST", url=url, headers=(), body=b"{}")


def by_requests(url: str, settings: TransportSettings) -> NetworkError:
    transport = RequestsTransport(settings, user_agent="t")
    with pytest.raises(NetworkError) as failed:
        transport.send(request(url))
    transport.close()
    return failed.value


def by_event_loop(url: str, settings: TransportSettings) -> NetworkError:
    async def send() -> None:
        transport = EventLoopTransport(settings, user_agent="t")
        try:
            await transport.send(request(url))
        finally:
            await transport.close()

    with pytest.raises(NetworkError) as failed:
        asyncio.run(send())
    return failed.value


def by_curl(url: str, settings: TransportSettings) -> NetworkError:
    transport = CurlTransport(settings, user_agent="t")
    transport.aim(request(url))
    transport.post(1, b"{}")
    endings = []
    while transport.in_flight:
        endings += transport.collect(0.1)
    transport.close()
    assert isinstance(endings[0], NotSent)
    return endings[0].error


@pytest.fixture(params=[by_requests, by_event_loop, by_curl], ids=lambda by: by.__name__)
def ask(request: pytest.FixtureRequest) -> Ask:
    found: Ask = request.param
    return found


@pytest.mark.parametrize(
    ("wrong", "advice"),
    [
        ({"begins": -9, "ends": -8}, "this machine's clock says"),
        ({"begins": 8, "ends": 9}, "this machine's clock says"),
        ({"host": DNSName("other.example")}, "the certificate is for another name: check --api-base"),
        (None, "(named by SSL_CERT_FILE): add the missing one there"),
    ],
    ids=["expired", "not yet valid", "another name", "untrusted"],
)
def test_a_certificate_says_what_is_wrong_with_it(
    serve: "Serve", ask: Ask, tmp_path: Path, wrong: dict[str, object] | None, advice: str
) -> None:
    server = make_certificate(tmp_path, **(wrong or {}))  # type: ignore[arg-type]  # the table's own pairs
    trusted = server.path.rename(tmp_path / "trusted.pem")
    if wrong is None:
        trusted = make_certificate(tmp_path).path
    port = serve(lambda _: None, tls=server.context).port
    settings = TransportSettings(timeout=20, ca_bundle=str(trusted), ca_bundle_origin="SSL_CERT_FILE")
    error = ask(f"https://127.0.0.1:{port}/", settings)
    assert (error.exit_code, error.stage) == (12, "tls")
    assert advice in (error.remedy or "")


def test_what_speaks_no_tls_is_no_question_of_trust(serve: "Serve", ask: Ask) -> None:
    port = serve(lambda talk: talk.connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")).port
    error = ask(f"https://127.0.0.1:{port}/", TransportSettings(timeout=20))
    assert error.exit_code == 12
    assert "speaks no TLS: check --api-base" in (error.remedy or "")


def test_a_proxy_that_nobody_trusts_is_named_and_not_the_api(serve: "Serve", ask: Ask, tmp_path: Path) -> None:
    port = serve(lambda _: None, tls=make_certificate(tmp_path).context).port
    settings = TransportSettings(timeout=20, proxy=f"https://127.0.0.1:{port}", proxy_origin="HTTPS_PROXY")
    error = ask(API, settings)
    assert (error.exit_code, error.stage) == (12, "proxy")
    assert f"no trusted TLS connection to the proxy 127.0.0.1:{port}" in error.message
    assert "HTTPS_PROXY" in (error.remedy or "")


def test_a_proxy_that_is_spoken_to_by_https_and_knows_none_is_named(serve: "Serve", ask: Ask) -> None:
    port = serve(lambda talk: talk.connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")).port
    settings = TransportSettings(timeout=20, proxy=f"https://127.0.0.1:{port}", proxy_origin="--proxy")
    error = ask(API, settings)
    assert (error.exit_code, error.stage) == (12, "proxy")
    assert "speaks no TLS: check the proxy's address (named by --proxy)" in (error.remedy or "")


def test_a_proxy_that_is_not_there_may_come_back_and_is_named(ask: Ask, closed_port: int) -> None:
    settings = TransportSettings(timeout=20, proxy=f"http://127.0.0.1:{closed_port}", proxy_origin="BOTHUB_PROXY")
    error = ask(API, settings)
    assert (error.exit_code, error.stage) == (5, "proxy")
    assert error.remedy == f"check the proxy 127.0.0.1:{closed_port} (named by BOTHUB_PROXY)"


def test_a_proxy_that_the_environment_names_for_others_is_not_blamed(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port}")
    monkeypatch.setenv("NO_PROXY", "bothub.invalid")
    assert ask(API, TransportSettings(timeout=20)).stage == "dns"


def test_nothing_listens_here_is_said_alike(ask: Ask, closed_port: int) -> None:
    error = ask(f"http://127.0.0.1:{closed_port}/", TransportSettings(timeout=20))
    assert error.is_nobody_here
    assert error.remedy == "bothub sandbox start"
