"""The transport of an event loop against servers that refuse, hang, cut and lie, over TLS and through proxies."""

import asyncio
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bothub_cli.errors import ConfigurationError, InputRefusedError, NetworkError
from bothub_cli.protocol.http import FilePart, HttpRequest, HttpResponse
from bothub_cli.transport.base import AnswerLostError, TransportSettings
from bothub_cli.transport.event_loop import EventLoopTransport
from bothub_cli.transport.http import ANSWER_MAX

if TYPE_CHECKING:
    from tests.transport.certificates import Certificate
    from tests.transport.conftest import Behaviour, Conversation, Server

    Serve = Callable[..., Server]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
PATIENT = TransportSettings(timeout=20, connect_timeout=20)
HASTY = TransportSettings(timeout=0.5, connect_timeout=0.5)


def call(url: str, settings: TransportSettings = PATIENT, **changes: object) -> HttpResponse:
    parts: dict[str, object] = {"operation": "send the message", "method": "POST", "url": url, "body": b"{}"}

    async def send() -> HttpResponse:
        transport = EventLoopTransport(settings, user_agent="bothub/1.2.3")
        try:
            return await transport.send(HttpRequest(**{**parts, **changes}))  # type: ignore[arg-type]  # a test's choice
        finally:
            await transport.close()

    return asyncio.run(send())


def never_sent(url: str, settings: TransportSettings = PATIENT) -> NetworkError:
    with pytest.raises(NetworkError) as failed:
        call(url, settings)
    return failed.value


def answering(raw: bytes) -> "Behaviour":
    return lambda conversation: conversation.answer(raw)


def test_a_refused_connection_was_never_sent(closed_port: int) -> None:
    assert never_sent(f"http://127.0.0.1:{closed_port}/").stage == "connect"


def test_a_name_that_does_not_exist_was_never_sent() -> None:
    assert never_sent("http://api.bothub.invalid/").stage == "dns"


# --- TLS ---


def test_an_untrusted_certificate_was_never_sent(serve: "Serve", certificate: "Certificate") -> None:
    server = serve(answering(OK), tls=certificate.context)
    assert never_sent(f"https://127.0.0.1:{server.port}/").stage == "tls"


def test_a_server_without_tls_was_never_sent(serve: "Serve") -> None:
    server = serve(lambda conversation: conversation.connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    assert never_sent(f"https://127.0.0.1:{server.port}/").stage == "tls"


def test_a_certificate_named_by_a_setting_is_trusted(serve: "Serve", certificate: "Certificate") -> None:
    server = serve(answering(OK), tls=certificate.context)
    settings = TransportSettings(ca_bundle=str(certificate.path))
    assert call(f"https://127.0.0.1:{server.port}/", settings).status == 200


def test_the_environment_says_nothing_about_trust(
    serve: "Serve", certificate: "Certificate", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.path))
    server = serve(answering(OK), tls=certificate.context)
    assert never_sent(f"https://127.0.0.1:{server.port}/").stage == "tls"


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_ca_bundle_that_is_none_is_a_configuration_error(content: str | None, serve: "Serve", tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    if content is not None:
        bundle.write_text(content)
    server = serve(answering(OK))
    with pytest.raises(ConfigurationError, match="CA bundle"):
        call(f"https://127.0.0.1:{server.port}/", TransportSettings(ca_bundle=str(bundle)))


# --- proxies ---


def test_a_plain_request_goes_through_the_proxy_of_the_settings(serve: "Serve") -> None:
    proxy = serve(answering(OK))
    settings = TransportSettings(proxy=f"http://user:hunter2@127.0.0.1:{proxy.port}")
    assert call("http://api.bothub.invalid/x", settings).status == 200
    assert proxy.head.startswith("POST http://api.bothub.invalid/x ")


@pytest.mark.parametrize("refusal", [b"407 Proxy Authentication Required", b"403 Forbidden", b"502 Bad Gateway"])
def test_a_tunnel_that_the_proxy_refuses_was_never_sent(serve: "Serve", refusal: bytes) -> None:
    proxy = serve(answering(b"HTTP/1.1 " + refusal + b"\r\nContent-Length: 0\r\n\r\n"))
    settings = TransportSettings(proxy=f"http://user:hunter2@127.0.0.1:{proxy.port}")
    error = never_sent("https://api.bothub.invalid/x", settings)
    assert (error.stage, error.detail) == ("proxy", refusal.decode())
    assert "hunter2" not in str(error)
    assert proxy.head.startswith("CONNECT api.bothub.invalid:443 ")


def test_a_plain_proxy_that_asks_for_a_password_was_never_sent(serve: "Serve") -> None:
    proxy = serve(answering(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"))
    error = never_sent("http://api.bothub.invalid/x", TransportSettings(proxy=f"http://127.0.0.1:{proxy.port}"))
    assert error.stage == "proxy"


def test_a_proxy_that_is_not_there_was_never_sent(closed_port: int) -> None:
    settings = TransportSettings(proxy=f"http://user:hunter2@127.0.0.1:{closed_port}")
    error = never_sent("https://api.bothub.invalid/x", settings)
    assert (error.stage, error.detail) == ("proxy", "connection refused")
    assert "hunter2" not in error.message


def test_a_proxy_whose_name_does_not_exist_is_configuration() -> None:
    error = never_sent("https://api.bothub.invalid/x", TransportSettings(proxy="http://proxy.bothub.invalid:3128"))
    assert (error.stage, error.is_lasting) == ("proxy", True)
    assert "proxy.bothub.invalid:3128 cannot be resolved" in error.message


def test_the_environment_s_proxy_is_used_but_not_for_loopback(serve: "Serve", monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, server = serve(answering(OK)), serve(answering(OK))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    call("http://api.bothub.invalid/x")
    call(server.url)
    assert (len(proxy.conversations), len(server.conversations)) == (1, 1)


# --- what may have been accepted ---


def test_a_server_that_never_answers_leaves_the_outcome_open(serve: "Serve") -> None:
    def keep_waiting(conversation: "Conversation") -> None:
        conversation.read_request()
        conversation.connection.recv(1)

    with pytest.raises(AnswerLostError) as caught:
        call(serve(keep_waiting).url, HASTY)
    assert caught.value.stage == "timeout"


@pytest.mark.parametrize(
    ("raw", "detail"),
    [  # in the words of the blocking transport
        (b"", "the connection was closed without an answer"),
        (b'HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{"RCS', "the answer breaks off"),
        (b"HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}", "the answer breaks off"),
        (b"<html>\r\n\r\n", "the answer is no HTTP"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "the answer is no HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
            "the answer cannot be decompressed",
        ),
    ],
)
def test_an_answer_that_is_not_whole_leaves_the_outcome_open(serve: "Serve", raw: bytes, detail: str) -> None:
    with pytest.raises(AnswerLostError) as caught:
        call(serve(answering(raw)).url)
    assert (caught.value.stage, caught.value.detail) == ("lost", detail)


def test_an_endless_answer_is_not_kept(serve: "Serve") -> None:
    def endless(conversation: "Conversation") -> None:
        conversation.answer(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(ANSWER_MAX // 65536 + 20):
            conversation.connection.sendall(bytes(65536))

    with pytest.raises(AnswerLostError, match="larger than"):
        call(serve(endless).url)


@pytest.mark.parametrize("status", [301, 401, 429, 500, 503])
def test_every_status_is_an_answer(serve: "Serve", status: int) -> None:
    raw = f"HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n".encode()
    assert call(serve(answering(raw)).url).status == status


# --- files ---


def part(stream: object, size: int) -> FilePart:
    return FilePart(
        field_name="fileContent",
        file_name="cat.jpg",
        content_type="image/jpeg",
        stream=stream,  # type: ignore[arg-type]  # read() is all that is asked of it
        size=size,
    )


def test_a_file_that_became_shorter_is_refused_and_the_request_cut(serve: "Serve") -> None:
    with pytest.raises(InputRefusedError, match=r"cat\.jpg became shorter"):
        call(serve(answering(OK)).url, body=None, file=part(io.BytesIO(b"abc"), size=10))


def test_a_file_that_cannot_be_read_is_not_taken_for_a_network_failure(serve: "Serve") -> None:
    closed = io.BytesIO(b"abc")
    closed.close()
    with pytest.raises(InputRefusedError, match="cannot be read any more"):
        call(serve(answering(OK)).url, body=None, file=part(closed, size=3))


def test_a_file_goes_out_as_a_form_with_its_length(serve: "Serve") -> None:
    server = serve(answering(OK))
    content = bytes(range(256)) * 1024
    assert (
        call(
            server.url, body=None, file=part(io.BytesIO(content), len(content)), form=(("fileType", "image/jpeg"),)
        ).status
        == 200
    )
    received = bytes(server.conversations[0].received)
    head, _, body = received.partition(b"\r\n\r\n")
    assert content in body
    assert f"content-length: {len(body)}".encode() in head.lower()
    assert b"transfer-encoding" not in head.lower()


def test_an_address_that_is_none_is_a_configuration_error() -> None:
    for url in ("http://[broken/", "ftp://api.bothub.invalid/"):
        with pytest.raises(ConfigurationError, match="malformed"):
            call(url)
