"""Starting, stopping, and surviving what networks do."""

import http.client
import socket
import threading
from contextlib import suppress
from typing import Any

import pytest

from bothub_cli.errors import ConfigurationError
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity


def test_a_port_in_use_is_a_clear_error(server: SandboxServer, identity: SandboxIdentity) -> None:
    with pytest.raises(ConfigurationError, match=f"port {server.port} of 127.0.0.1 is in use"):
        SandboxServer([identity], port=server.port).start()


def test_after_the_stop_nothing_is_left(identity: SandboxIdentity) -> None:
    before = threading.active_count()
    with SandboxServer([identity]) as server:
        port = server.port
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_stopped_server_says_so(identity: SandboxIdentity) -> None:
    with pytest.raises(RuntimeError, match="not running"):
        _ = SandboxServer([identity]).url


def test_it_stops_while_a_client_holds_its_connection_open(identity: SandboxIdentity) -> None:
    with SandboxServer([identity]) as server:
        client = socket.create_connection(("127.0.0.1", server.port), timeout=5)
        client.sendall(
            b"POST /oauth/v3/token HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 10\r\n\r\nab" % server.port
        )
    with client, suppress(ConnectionResetError):
        assert client.recv(1) == b""


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", ""])
def test_another_host_name_is_refused_against_dns_rebinding(server: SandboxServer, api: Any, host: str) -> None:
    for path in ("/healthz", "/oauth/v3/token", "/sandbox/api/messages"):
        answer = api.session.get(server.url + path, headers={"Host": host})
        assert (answer.status_code, answer.json()["code"]) == (403, 51)


@pytest.mark.parametrize(
    "garbage", [b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"]
)
def test_malformed_http_does_not_stop_it(server: SandboxServer, api: Any, garbage: bytes) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as client:
        client.sendall(garbage)
        with suppress(ConnectionResetError):
            client.recv(1000)
    assert api.session.get(f"{server.url}/healthz").json()["status"] == "ok"


def test_a_client_that_leaves_in_the_middle_of_its_body_harms_nobody(server: SandboxServer, api: Any) -> None:
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.sendall(
            b"POST /bothub/v1/bot/v1/x/messages HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Length: 99\r\n\r\n{"
            % server.port
        )
    assert api.session.get(f"{server.url}/healthz").status_code == 200


def test_an_endless_chunked_body_is_cut_off(server: SandboxServer) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    try:
        connection.putrequest("POST", "/oauth/v3/token")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        with suppress(ConnectionError):
            for _ in range(50):
                connection.send(chunk)
        with suppress(ConnectionError):
            assert connection.getresponse().status == 413
    finally:
        connection.close()


def test_the_date_header_follows_the_sandboxs_clock(server: SandboxServer, api: Any) -> None:
    from email.utils import parsedate_to_datetime

    before = parsedate_to_datetime(api.ask_orange_token().headers["Date"])
    server.advance(hours=2)
    after = parsedate_to_datetime(api.ask_orange_token().headers["Date"])
    assert 7199 <= (after - before).total_seconds() <= 7210


def test_the_secrets_of_an_identity_do_not_show(identity: SandboxIdentity) -> None:
    shown = repr(identity)
    assert "PRIVATE" not in shown
    assert identity.client_secret.reveal() not in shown
