"""What the sandbox refuses is seen, on terminal and page; and it answers to its own names only."""

import socket
from typing import Any

import pytest

from bothub_cli.output.live.request_lines import LINES_PER_SECOND, RequestLines
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.access import Origins
from bothub_cli.sandbox.state.call_log import CallRecord, find_reason


def _exchange(server: SandboxServer, *hosts: str) -> bytes:
    lines = "".join(f"Host: {host}\r\n" for host in hosts)
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        client.sendall(f"GET /healthz HTTP/1.1\r\n{lines}Connection: close\r\n\r\n".encode())
        return client.recv(4096)


def test_exactly_one_host_that_names_the_sandbox_is_answered(server: SandboxServer) -> None:
    own = f"127.0.0.1:{server.port}"
    assert _exchange(server, own).startswith(b"HTTP/1.1 200 ")
    for hosts in [(), ("evil.example",), (own, own), (own, "evil.example"), (f"evil.example:{server.port}",)]:
        assert _exchange(server, *hosts).startswith(b"HTTP/1.1 403 "), hosts


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("192.168.1.9:8808", True),
        ("[2001:db8::1]:9000", True),
        ("localhost:9000", True),
        ("sandbox:8808", True),
        ("SANDBOX", True),
        (f"{socket.gethostname()}:8808", True),
        ("evil.example:8808", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
        (None, False),
    ],
)
def test_on_every_interface_addresses_and_given_names_are_known_and_no_others(host: str | None, known: bool) -> None:
    assert Origins("0.0.0.0", port=8808, also=("sandbox",)).knows_host(host) is known


def test_elsewhere_a_given_name_is_known_at_any_port_and_addresses_are_not() -> None:
    origins = Origins("127.0.0.1", port=8808, also=("tunnel.example",))
    assert origins.knows_host("tunnel.example")
    assert origins.knows_host("tunnel.example:443")
    assert not origins.knows_host("192.168.1.9:8808")


def test_a_refused_call_is_kept_with_its_reason_and_an_accepted_one_counted(server: SandboxServer, api: Any) -> None:
    heard: list[CallRecord] = []

    def listen(sandbox: Any) -> None:
        sandbox.calls.on_call = heard.append

    server.run(listen)
    api.log_in()
    assert api.send().status_code == 202
    assert api.session.post(f"{server.url}/bothub/v1/bot/v1/x/messages?token=hush").status_code == 401
    status = api.session.get(f"{server.url}/sandbox/api/status").json()
    assert (status["messages"], status["refused"], status["calls"]["messages"]) == (1, 1, 2)
    (refused,) = status["last_refused"]
    assert (refused["status"], refused["path"]) == (401, "/bothub/v1/bot/v1/x/messages")
    assert "credentials" in refused["reason"]
    assert [call.status for call in heard] == [200, 200, 202, 401]
    assert api.session.get(f"{server.url}/sandbox/api/view/refused").json()["calls"][0]["reason"] == refused["reason"]
    api.session.post(f"{server.url}/sandbox/api/reset", json={})
    assert api.session.get(f"{server.url}/sandbox/api/status").json()["refused"] == 0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"code": 22, "message": "Invalid body", "description": "It cannot be read."}', "It cannot be read."),
        (b'{"reason": {"code": 42100, "text": "no such number"}}', "no such number"),
        (b'{"error": "invalid_client", "error_description": "who is that?"}', "who is that?"),
        (b"<html>", None),
        (b"[1]", None),
        (b'{"reason": 7}', None),
        (b"", None),
    ],
)
def test_the_reason_is_found_in_each_dialect(body: bytes, reason: str | None) -> None:
    assert find_reason(body) == reason


@pytest.mark.parametrize(
    "file_type", ["text/plain\r\nX-Evil: 1", "image/\x00png", "image/png\n", "a/b\x7f", "imagé/png", "/", "a/"]
)
def test_a_file_type_that_is_none_is_refused_at_the_upload(server: SandboxServer, api: Any, file_type: str) -> None:
    api.log_in()
    answer = api.call("POST", "files", data={"fileType": file_type}, files={"fileContent": ("f", b"bytes")})
    assert (answer.status_code, answer.json()["reason"]["code"]) == (400, 42100)


def test_more_requests_than_a_person_can_read_are_counted() -> None:
    said: list[str] = []
    moment = [0.0]
    lines = RequestLines(said.append, now=lambda: moment[0])
    moment[0] = 1.0
    for _ in range(LINES_PER_SECOND + 5):
        lines.show("POST", "/x", 202, None)
    moment[0] = 2.5
    lines.show("GET", "/y", 404, "no such thing")
    assert said[-2:] == ["… and 5 more", "404 GET /y: no such thing"]
    assert len(said) == LINES_PER_SECOND + 2
