"""The transport against servers that refuse, hang, cut, lie and redirect; then one that answers."""

import io
import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bothub_cli.errors import ConfigurationError, InputRefusedError, NetworkError
from bothub_cli.protocol.http import FilePart, HttpRequest, HttpResponse
from bothub_cli.transport.base import AnswerLostError, TransportSettings
from bothub_cli.transport.failures import RouteFacts, find_route_facts, network_error
from bothub_cli.transport.http import ANSWER_MAX, RequestsTransport, build_route
from tests.transport.certificates import make_certificate

if TYPE_CHECKING:
    from tests.transport.certificates import Certificate
    from tests.transport.conftest import Behaviour, Conversation, Server

    Serve = Callable[..., Server]

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
PATIENT = TransportSettings(timeout=20, connect_timeout=20)
HASTY = TransportSettings(timeout=0.5, connect_timeout=0.5)


def call(url: str, settings: TransportSettings = PATIENT, **changes: object) -> HttpResponse:
    transport = RequestsTransport(settings, user_agent="bothub/1.2.3")
    parts: dict[str, object] = {"operation": "send the message", "method": "POST", "url": url, "body": b"{}"}
    try:
        return transport.send(HttpRequest(**{**parts, **changes}))  # type: ignore[arg-type]  # a test's free choice
    finally:
        transport.close()


def never_sent(url: str, settings: TransportSettings = PATIENT) -> NetworkError:
    with pytest.raises(NetworkError) as failed:
        call(url, settings)
    return failed.value


def lost(url: str, settings: TransportSettings = PATIENT) -> AnswerLostError:
    with pytest.raises(AnswerLostError) as failed:
        call(url, settings)
    return failed.value


def answering(raw: bytes) -> "Behaviour":
    return lambda conversation: conversation.answer(raw)


def hang_after(raw: bytes, server_ends: float = 3.0) -> "Behaviour":
    def behave(conversation: "Conversation") -> None:
        conversation.answer(raw)
        conversation.connection.settimeout(server_ends)
        conversation.connection.recv(1)  # until the client gives up

    return behave


# --- the request surely never went out ---


def test_a_refused_connection_was_never_sent(closed_port: int) -> None:
    error = never_sent(f"http://127.0.0.1:{closed_port}/secret?JWT%20token=abc")
    assert (error.stage, error.host, error.detail) == ("connect", f"127.0.0.1:{closed_port}", "connection refused")


def test_a_name_that_does_not_exist_was_never_sent() -> None:
    error = never_sent("https://bothub.invalid/")
    assert (error.stage, error.host) == ("dns", "bothub.invalid")


def test_a_connection_that_is_never_accepted_was_never_sent() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:  # fills the queue, so that the next connection hangs
            filler.setblocking(False)
            filler.connect_ex(address)
        try:
            assert never_sent(f"http://127.0.0.1:{address[1]}/", HASTY).stage == "timeout"
        finally:
            for filler in fillers:
                filler.close()


def test_an_untrusted_certificate_was_never_sent(serve: "Serve", certificate: "Certificate") -> None:
    server = serve(answering(OK), tls=certificate.context)
    error = never_sent(f"https://127.0.0.1:{server.port}/")
    assert error.stage == "tls"
    assert "self-signed certificate" in error.detail
    assert server.conversations == []


def test_a_server_without_tls_was_never_sent(serve: "Serve") -> None:
    server = serve(lambda conversation: conversation.connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    assert never_sent(f"https://127.0.0.1:{server.port}/").stage == "tls"


def test_a_handshake_that_is_cut_was_never_sent_and_may_heal(serve: "Serve") -> None:
    server = serve(lambda conversation: conversation.connection.recv(1) and None)
    assert never_sent(f"https://127.0.0.1:{server.port}/").stage == "connect"


def test_a_handshake_that_hangs_ends_with_the_total_time(serve: "Serve") -> None:
    at_its_end = threading.Event()

    def drip(conversation: "Conversation") -> None:
        for _ in range(300):
            time.sleep(0.1)
            conversation.connection.sendall(b"\x16")
        at_its_end.set()

    assert never_sent(f"https://127.0.0.1:{serve(drip).port}/", HASTY).stage in {"timeout", "connect", "tls"}
    assert not at_its_end.is_set()


@pytest.mark.parametrize("refusal", [b"407 Proxy Authentication Required", b"403 Forbidden", b"502 Bad Gateway"])
def test_a_tunnel_that_the_proxy_refuses_was_never_sent(serve: "Serve", refusal: bytes) -> None:
    proxy = serve(answering(b"HTTP/1.1 " + refusal + b"\r\nContent-Length: 6\r\n\r\n<html>"))
    settings = TransportSettings(proxy=f"http://user:hunter2@127.0.0.1:{proxy.port}")
    error = never_sent("https://api.bothub.invalid/x", settings)
    assert (error.stage, error.host, error.detail) == ("proxy", "api.bothub.invalid", refusal.decode())
    assert proxy.head.startswith("CONNECT api.bothub.invalid:443 ")


def test_a_proxy_that_answers_nonsense_was_never_sent(serve: "Serve") -> None:
    proxy = serve(lambda conversation: conversation.connection.sendall(b"<html>nope</html>\n"))
    settings = TransportSettings(proxy=f"http://127.0.0.1:{proxy.port}")
    never_sent("https://api.bothub.invalid/x", settings)


def test_a_proxy_that_is_not_there_was_never_sent(closed_port: int) -> None:
    settings = TransportSettings(proxy=f"http://user:hunter2@127.0.0.1:{closed_port}")
    error = never_sent("https://api.bothub.invalid/x", settings)
    assert (error.stage, error.detail) == ("proxy", "connection refused")
    assert "hunter2" not in error.message


def test_a_plain_proxy_that_asks_for_a_password_was_never_sent(serve: "Serve") -> None:
    proxy = serve(answering(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"))
    error = never_sent("http://api.bothub.invalid/x", TransportSettings(proxy=f"http://127.0.0.1:{proxy.port}"))
    assert error.stage == "proxy"


@pytest.mark.parametrize(
    "settings",
    [
        TransportSettings(proxy="socks5://127.0.0.1:1"),
        TransportSettings(proxy="http://[broken"),
        TransportSettings(ca_bundle="/nonexistent/ca.pem"),
    ],
)
def test_settings_that_cannot_work_are_a_configuration_error(settings: TransportSettings) -> None:
    with pytest.raises(ConfigurationError):
        call("https://api.bothub.invalid/x", settings)


def test_a_ca_bundle_without_certificate_is_a_configuration_error(serve: "Serve", tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate")
    server = serve(answering(OK))
    with pytest.raises(ConfigurationError, match="holds no certificate"):
        call(f"https://127.0.0.1:{server.port}/", TransportSettings(ca_bundle=str(tmp_path / "ca.pem")))


@pytest.mark.parametrize("header", [("AccessToken", "two\r\nlines"), ("AccessToken", "日本"), ("bad name\n", "x")])
def test_a_header_that_http_cannot_carry_is_refused_before_anything_goes_out(
    serve: "Serve", header: tuple[str, str]
) -> None:
    server = serve(answering(OK))
    with pytest.raises(ConfigurationError):
        call(server.url, headers=(header,))
    assert all(not conversation.received for conversation in server.conversations)


@pytest.mark.parametrize("url", ["ftp://host/x", "no-scheme", "http://", "http://[::1"])
def test_an_address_that_is_none_is_a_configuration_error(url: str) -> None:
    with pytest.raises(ConfigurationError):
        call(url)


# --- the request may have arrived ---


def test_a_server_that_never_answers_leaves_the_outcome_open(serve: "Serve") -> None:
    assert lost(serve(hang_after(b"")).url, HASTY).stage == "timeout"


def test_a_server_that_answers_a_byte_at_a_time_does_not_outlive_the_total_time(serve: "Serve") -> None:
    def drip(conversation: "Conversation") -> None:
        conversation.read_request()
        for byte in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50:
            time.sleep(0.1)
            conversation.connection.sendall(bytes([byte]))

    assert lost(serve(drip).url, HASTY).stage == "timeout"  # not "lost", which is how the drip ends after half a minute


def test_a_body_without_end_does_not_outlive_the_total_time(serve: "Serve") -> None:
    def drip(conversation: "Conversation") -> None:
        conversation.answer(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            time.sleep(0.1)
            conversation.connection.sendall(b" ")

    assert lost(serve(drip).url, HASTY).stage == "timeout"


def test_a_connection_that_is_reset_after_the_request_leaves_the_outcome_open(serve: "Serve") -> None:
    def reset(conversation: "Conversation") -> None:
        conversation.read_request()
        conversation.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    error = lost(serve(reset).url)
    assert (error.stage, error.detail) == ("lost", "the connection was cut")


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (b"", "the connection was closed without an answer"),
        (b"HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n", "the answer breaks off"),
        (b'HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n{"RCS', "the answer breaks off"),
        (b"HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}", "the answer breaks off"),
        (b"HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "the answer breaks off"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "the answer is no HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", "the answer is no HTTP"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
            "the answer cannot be decompressed",
        ),
    ],
)
def test_an_answer_that_is_not_whole_leaves_the_outcome_open(serve: "Serve", raw: bytes, detail: str) -> None:
    error = lost(serve(answering(raw)).url)
    assert (error.stage, error.detail) == ("lost", detail)


def test_an_endless_answer_is_not_kept(serve: "Serve") -> None:
    def flood(conversation: "Conversation") -> None:
        conversation.answer(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            conversation.connection.sendall(b"x" * 2**20)

    assert lost(serve(flood).url, PATIENT).detail == "the answer is larger than 10 MiB"


def test_a_request_is_never_sent_twice(serve: "Serve") -> None:
    server = serve(answering(b""))
    lost(server.url)
    time.sleep(0.1)
    assert len(server.conversations) == 1


# --- an answer came ---


@pytest.mark.parametrize("status", [200, 302, 401, 429, 500, 503])
def test_every_status_is_an_answer(serve: "Serve", status: int) -> None:
    raw = b"HTTP/1.1 %d Whatever\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 4\r\n\r\noops" % status
    server = serve(answering(raw))
    answer = call(server.url)
    assert (answer.status, answer.body) == (status, b"oops")
    assert len(server.conversations) == 1


def test_an_answer_as_large_as_allowed_is_whole(serve: "Serve") -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % ANSWER_MAX + b"x" * ANSWER_MAX
    answer = call(serve(answering(raw)).url, PATIENT)
    assert len(answer.body) == ANSWER_MAX


def test_headers_are_found_whatever_their_case_and_time_is_told(serve: "Serve") -> None:
    answer = call(serve(answering(b"HTTP/1.1 204 No\r\nx-oapi-REQUEST-id: r-1\r\n\r\n")).url)
    assert answer.request_id == "r-1"
    assert 0 < answer.elapsed < 20


def test_nothing_is_added_to_the_address_and_the_headers_but_what_http_needs(serve: "Serve") -> None:
    server = serve(answering(OK))
    call(
        f"{server.url}/bothub/v1/auth?JWT%20token=a.b-_.c",
        body=b"",
        headers=(("accept", "application/json"), ("AccessToken", "G"), ("Authorization", "Bearer O")),
    )
    assert server.head.split("\r\n") == [
        "POST /bothub/v1/auth?JWT%20token=a.b-_.c HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "Accept-Encoding: identity",
        "User-Agent: bothub/1.2.3",
        "accept: application/json",
        "AccessToken: G",
        "Content-Length: 0",
        "Authorization: Bearer O",
    ]


def test_an_address_with_a_secret_is_never_logged(serve: "Serve", caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    server = serve(answering(b"HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\n{}"))
    call(f"{server.url}/bothub/v1/auth?JWT%20token=a.b.c")
    assert "a.b.c" not in caplog.text


def test_an_encoded_bot_id_arrives_as_it_was_written(serve: "Serve") -> None:
    server = serve(answering(OK))
    call(f"{server.url}/bot/v1/a%2Fb%40c%2Bd/messages?userContact=%2B336")
    assert server.head.startswith("POST /bot/v1/a%2Fb%40c%2Bd/messages?userContact=%2B336 ")


def test_a_netrc_file_does_not_replace_the_authorization(
    serve: "Serve", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login mallory password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve(answering(OK))
    call(server.url, headers=(("Authorization", "Bearer O"),))
    assert "Authorization: Bearer O" in server.head
    assert "Basic" not in server.head


def test_a_request_without_authorization_stays_without(
    serve: "Serve", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("default login mallory password hunter2\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server = serve(answering(OK))
    call(server.url.replace("//", "//eve:pw@"), method="HEAD", body=None)
    assert "uthorization" not in server.head


def test_cookies_are_not_kept(serve: "Serve") -> None:
    server = serve(answering(OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\nSet-Cookie: s=1; Path=/\r\n\r\n")))
    transport = RequestsTransport(PATIENT, user_agent="bothub/1")
    for _ in range(2):
        transport.send(HttpRequest(operation="x", method="GET", url=server.url))
    transport.close()
    assert b"Cookie" not in server.conversations[1].received


def test_a_connection_is_used_again_until_the_transport_is_closed(serve: "Serve") -> None:
    def answer_twice(conversation: "Conversation") -> None:
        for _ in range(2):
            conversation.received.clear()
            conversation.answer(OK)
        conversation.received += conversation.connection.recv(1) or b"closed"

    server = serve(answer_twice)
    transport = RequestsTransport(PATIENT, user_agent="bothub/1")
    for _ in range(2):
        transport.send(HttpRequest(operation="x", method="GET", url=server.url))
    transport.close()
    assert server.conversations[0].ended.wait(5)
    assert [bytes(conversation.received)[-6:] for conversation in server.conversations] == [b"closed"]


def test_a_certificate_named_by_a_setting_is_trusted(serve: "Serve", certificate: "Certificate") -> None:
    server = serve(answering(OK), tls=certificate.context)
    settings = TransportSettings(ca_bundle=str(certificate.path))
    assert call(f"https://127.0.0.1:{server.port}/", settings).status == 200


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environment_says_nothing_about_trust(
    serve: "Serve", certificate: "Certificate", monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(certificate.path))
    server = serve(answering(OK), tls=certificate.context)
    with pytest.raises(NetworkError) as caught:
        call(f"https://127.0.0.1:{server.port}/")
    assert caught.value.stage == "tls"


def test_a_setting_wins_over_the_environment(
    serve: "Serve", certificate: "Certificate", closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port}")
    proxy = serve(answering(OK))
    settings = TransportSettings(proxy=f"http://127.0.0.1:{proxy.port}", ca_bundle=str(certificate.path))
    assert call("http://api.bothub.invalid/x", settings).status == 200
    assert proxy.head.startswith("POST http://api.bothub.invalid/x ")
    server = serve(answering(OK), tls=certificate.context)
    assert call(f"https://127.0.0.1:{server.port}/", settings).status == 200


def test_the_environment_s_proxy_is_used_but_not_for_loopback(serve: "Serve", monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, server = serve(answering(OK)), serve(answering(OK))
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    call("http://api.bothub.invalid/x")
    call(server.url)
    assert (len(proxy.conversations), len(server.conversations)) == (1, 1)


# --- files ---


class Endless(io.RawIOBase):
    """A file of a given size that exists nowhere; remembers the largest block that was asked for."""

    def __init__(self, size: int) -> None:
        self.remaining, self.largest = size, 0

    def read(self, size: int = -1) -> bytes:
        self.largest = max(self.largest, size if size >= 0 else self.remaining)
        block = b"x" * min(size, self.remaining)
        self.remaining -= len(block)
        return block


def part(stream: object, size: int, file_name: str = "cat.jpg") -> FilePart:
    return FilePart(
        field_name="fileContent",
        file_name=file_name,
        content_type="image/jpeg",
        stream=stream,  # type: ignore[arg-type]  # read() is all that is asked of it
        size=size,
    )


def test_a_file_that_became_shorter_is_refused_and_the_request_cut(serve: "Serve") -> None:
    server = serve(answering(OK))
    with pytest.raises(InputRefusedError, match=r"cat\.jpg became shorter"):
        call(server.url, body=None, file=part(io.BytesIO(b"abc"), size=10))


def test_a_file_that_cannot_be_read_is_not_taken_for_a_network_failure(serve: "Serve") -> None:
    closed = io.BytesIO(b"abc")
    closed.close()
    with pytest.raises(InputRefusedError, match="cannot be read any more"):
        call(serve(answering(OK)).url, body=None, file=part(closed, size=3))


def test_a_large_file_gets_the_time_that_a_slow_line_takes(serve: "Serve") -> None:
    class SlowStream(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            time.sleep(0.3)
            return super().read(size)

    content = bytes(4 * 64 * 1024)  # read in four blocks, so longer than the timeout of half a second
    server = serve(answering(OK))
    assert call(server.url, HASTY, body=None, file=part(SlowStream(content), size=len(content))).status == 200


def test_an_upload_that_is_refused_half_way_has_its_answer_read(serve: "Serve") -> None:
    def refuse(conversation: "Conversation") -> None:
        conversation.read_head()
        conversation.connection.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        conversation.connection.shutdown(socket.SHUT_WR)
        while conversation.connection.recv(65536):
            pass

    size = 5 * 2**20
    assert call(serve(refuse).url, TransportSettings(), body=None, file=part(Endless(size), size)).status == 413


def test_a_large_file_is_read_in_blocks_and_announced_exactly(serve: "Serve") -> None:
    size = 3 * 2**20
    stream = Endless(size)
    server = serve(answering(OK))
    call(server.url, TransportSettings(), body=None, file=part(stream, size), form=(("fileType", "image/jpeg"),))
    assert (stream.remaining, stream.largest) == (0, 64 * 1024)
    assert "Transfer-Encoding" not in server.head


@pytest.fixture
def boundary(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("secrets.token_hex", lambda size: "B" * size)
    return "B" * 16


def test_a_multipart_body_is_what_the_standard_says(serve: "Serve", boundary: str) -> None:
    server = serve(answering(OK))
    call(
        server.url,
        body=None,
        form=(("fileType", "image/jpeg"), ("until", "2026-04-01T00:00:00Z")),
        file=part(io.BytesIO(b"\xff\xd8abc-and-more"), size=5, file_name='c"a\r\nt é.jpg'),
    )
    assert f"Content-Type: multipart/form-data; boundary={boundary}" in server.head
    assert bytes(server.conversations[0].received).partition(b"\r\n\r\n")[2] == (
        b'--BBBBBBBBBBBBBBBB\r\nContent-Disposition: form-data; name="fileType"\r\n\r\nimage/jpeg\r\n'
        b'--BBBBBBBBBBBBBBBB\r\nContent-Disposition: form-data; name="until"\r\n\r\n2026-04-01T00:00:00Z\r\n'
        b'--BBBBBBBBBBBBBBBB\r\nContent-Disposition: form-data; name="fileContent"; '
        b'filename="c%22a%0D%0At \xc3\xa9.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8abc\r\n'
        b"--BBBBBBBBBBBBBBBB--\r\n"
    )


def test_a_form_without_a_file_is_multipart_too(serve: "Serve", boundary: str) -> None:
    server = serve(answering(OK))
    call(server.url, body=None, form=(("fileUrl", "https://example.com/é"),))
    assert bytes(server.conversations[0].received).endswith(b"https://example.com/\xc3\xa9\r\n--BBBBBBBBBBBBBBBB--\r\n")


@pytest.mark.parametrize(
    ("answer", "code"),
    [(b"407 Proxy Authentication Required", 12), (b"403 Forbidden", 12), (b"502 Bad Gateway", 5), (b"503 Busy", 5)],
)
def test_what_a_proxy_refuses_for_good_is_configuration_and_its_outage_is_temporary(
    serve: "Serve", answer: bytes, code: int
) -> None:
    proxy = serve(answering(b"HTTP/1.1 " + answer + b"\r\nContent-Length: 0\r\n\r\n"))
    settings = TransportSettings(proxy=f"http://127.0.0.1:{proxy.port}", proxy_origin="BOTHUB_PROXY")
    error = never_sent("https://api.bothub.invalid/x", settings)
    assert error.exit_code == code
    assert "BOTHUB_PROXY" in (error.remedy or "")


def test_a_proxy_whose_name_does_not_exist_is_named_with_the_variable_that_names_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://me:hunter2@proxy.bothub.invalid:3128")
    error = never_sent("https://api.orange.com/x")
    assert (error.exit_code, error.stage) == (12, "proxy")
    assert "proxy.bothub.invalid:3128 cannot be resolved" in error.message
    assert "HTTPS_PROXY" in (error.remedy or "")
    assert "hunter2" not in f"{error.message} {error.remedy}"


@pytest.mark.parametrize(
    ("environ", "proxy", "origin"),
    [
        ({"https_proxy": "", "HTTPS_PROXY": "http://proxy.invalid:1"}, "", ""),
        (
            {"https_proxy": "http://small.invalid:1", "HTTPS_PROXY": "http://large.invalid:2"},
            "small.invalid:1",
            "https_proxy",
        ),
        ({"ALL_PROXY": "http://all.invalid:3"}, "all.invalid:3", "ALL_PROXY"),
        ({"HTTP_PROXY": "http://other.invalid:4"}, "", ""),
        ({"HTTPS_PROXY": "http://proxy.invalid:1", "NO_PROXY": "orange.com"}, "", ""),
    ],
)
def test_an_error_names_the_proxy_through_which_the_request_goes(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], proxy: str, origin: str
) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    used = build_route("https://api.orange.com/x", TransportSettings()).proxies
    facts = find_route_facts("https://api.orange.com/x", TransportSettings())
    assert (facts.proxy, facts.proxy_origin) == (proxy, origin)
    assert (used.get("https") or used.get("all") or "").removeprefix("http://") == proxy


def test_a_certificate_that_nobody_trusts_names_the_file_of_trust_and_who_named_it(
    serve: "Serve", certificate: "Certificate", tmp_path: Path
) -> None:
    server = serve(answering(OK), tls=certificate.context)
    other = make_certificate(tmp_path)
    settings = TransportSettings(ca_bundle=str(other.path), ca_bundle_origin="SSL_CERT_FILE")
    error = never_sent(f"https://127.0.0.1:{server.port}/", settings)
    assert error.exit_code == 12
    assert f"{other.path} (named by SSL_CERT_FILE)" in (error.remedy or "")


@pytest.mark.parametrize("detail", ["certificate has expired", "SSL certificate problem: certificate is not yet valid"])
def test_a_certificate_out_of_its_time_says_what_this_clock_says(detail: str) -> None:
    error = network_error("tls", detail, route=RouteFacts(host="api.orange.com"))
    assert error.exit_code == 12
    assert "this machine's clock says" in (error.remedy or "")


def test_a_name_that_cannot_be_resolved_now_may_be_later() -> None:
    assert network_error("dns", "", route=RouteFacts(host="api.orange.com")).exit_code == 5
