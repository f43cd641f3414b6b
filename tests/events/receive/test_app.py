"""The webhook, over real HTTP."""

import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bothub_cli.errors import ConfigurationError
from bothub_cli.events.receive.server import ListenerServer, ListenerSettings
from bothub_cli.events.receive.webhook import WebhookSettings
from bothub_cli.events.store.database import Database
from bothub_cli.events.store.read import EventFilter, list_dead_letters, list_events
from bothub_cli.events.store.write import EventStore
from bothub_cli.redaction import Secret
from bothub_cli.serving.limits import ServingLimits
from tests.events.samples import post, text_event
from tests.messages.event.test_event import JSON_OBJECTS, JSON_VALUES

TOKEN = Secret("t0ken-for-the-webhook")


@pytest.fixture
def guarded(store_path: Path) -> Iterator[ListenerServer]:
    webhook = WebhookSettings(profile="shop", token=TOKEN, body_max=2_000)
    limits = ServingLimits(head_timeout=0.5, body_timeout=0.3)
    with ListenerServer(ListenerSettings(store=store_path, webhook=webhook, limits=limits)) as server:
        yield server


def head(line: str) -> bytes:
    """The head of a request that is trusted, with one more line."""
    return f"POST /webhook HTTP/1.1\r\nHost: x\r\nAuthorization: {TOKEN.reveal()}\r\n{line}\r\n\r\n".encode()


@pytest.mark.parametrize("authorization", [None, "", "wrong", "Bearer", "Bearer wrong", "Basic t0ken-for-the-webhook"])
def test_without_the_right_token_nothing_is_believed(
    guarded: ListenerServer, database: Database, authorization: str | None
) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    assert post(guarded, text_event("1", "STOP"), headers=headers)[0] == 401
    assert list(list_events(database, EventFilter())) == []


@pytest.mark.parametrize("prefix", ["", "Bearer ", "bearer "])
def test_the_token_is_accepted_bare_and_as_a_bearer(guarded: ListenerServer, prefix: str) -> None:
    assert post(guarded, text_event("1", "hi"), headers={"Authorization": f"{prefix}{TOKEN.reveal()}"})[0] == 200


def test_a_page_in_a_browser_cannot_invent_events_where_no_token_guards(listener: ListenerServer) -> None:
    assert post(listener, text_event("1", "STOP"), headers={"Origin": "https://evil.example"})[0] == 401


@pytest.mark.parametrize("body", [b"", b"not json", b"\xff\xff", b"[]", b'{"event":NaN}', b"{" * 100_000])
def test_what_is_no_json_object_gets_400_and_is_kept_as_a_dead_letter(
    listener: ListenerServer, database: Database, body: bytes
) -> None:
    assert post(listener, body, headers={"Content-Type": "text/plain"})[0] == 400
    (letter,) = list_dead_letters(database)
    assert (letter.body, letter.size, letter.content_type) == (body, len(body), "text/plain")
    assert letter.reason


def test_a_huge_body_is_refused_by_its_announced_length(guarded: ListenerServer) -> None:
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=5) as client:
        client.sendall(head("Content-Length: 99999999999"))
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_huge_body_is_refused_by_what_came_when_no_length_was_announced(guarded: ListenerServer) -> None:
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=5) as client:
        client.sendall(head("Transfer-Encoding: chunked") + b"bb8\r\n" + b"x" * 3_000 + b"\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_never_finishes_its_body_is_told_so(guarded: ListenerServer) -> None:
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=5) as client:
        client.sendall(head("Content-Length: 100") + b'{"event":')
        assert client.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_client_that_never_finishes_its_head_is_told_so(guarded: ListenerServer) -> None:
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=10) as client:
        client.sendall(b"POST /webhook HTTP/1.1\r\nHost:")
        assert client.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_client_that_hangs_up_in_the_middle_harms_nobody(guarded: ListenerServer) -> None:
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=5) as client:
        client.sendall(head("Content-Length: 100") + b'{"event":')
    assert post(guarded, text_event("1", "hi"), headers={"Authorization": TOKEN.reveal()})[0] == 200


def test_when_the_store_refuses_the_platform_is_asked_to_come_again(
    listener: ListenerServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise ConfigurationError(problem="database or disk is full")

    monkeypatch.setattr(EventStore, "_append_one", refuse)
    assert post(listener, text_event("1", "hi"))[0] == 503
    assert listener.counts.store_problem == "database or disk is full"
    monkeypatch.undo()
    assert post(listener, text_event("1", "hi"))[0] == 200
    assert len(list(list_events(database, EventFilter()))) == 1


def test_an_event_is_readable_by_others_as_soon_as_it_is_answered(listener: ListenerServer, database: Database) -> None:
    for number in range(20):
        assert post(listener, text_event(str(number), "hi")) == (200, b'{"status": "ok"}')
        assert len(list(list_events(database, EventFilter()))) == number + 1


def test_a_redelivery_is_answered_200_and_stored_once(listener: ListenerServer, database: Database) -> None:
    assert [post(listener, text_event("1", "hi"))[0] for _ in range(3)] == [200, 200, 200]
    assert len(list(list_events(database, EventFilter()))) == 1
    assert (listener.counts.stored, listener.counts.repeated) == (1, 2)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/webhook", 200),
        ("HEAD", "/webhook", 200),
        ("GET", "/webhook/?challenge=1", 200),
        ("GET", "/healthz", 200),
        ("POST", "/elsewhere", 404),
        ("GET", "/", 404),
        ("PUT", "/webhook", 405),
        ("DELETE", "/webhook", 405),
    ],
)
def test_other_calls_get_what_http_says(listener: ListenerServer, method: str, path: str, status: int) -> None:
    assert post(listener, b"", method=method, path=path)[0] == status


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[http.client.HTTPConnection]:
    store = tmp_path_factory.mktemp("fuzz") / "events.db"
    with ListenerServer(ListenerSettings(store=store, webhook=WebhookSettings(profile="shop"))) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        yield connection
        connection.close()


MANY = settings(max_examples=1_000, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def post_to(connection: http.client.HTTPConnection, body: bytes) -> int:
    connection.request("POST", "/webhook", body)
    answer = connection.getresponse()
    answer.read()
    return answer.status


@pytest.mark.slow
@MANY
@given(payload=JSON_OBJECTS)
def test_thousands_of_objects_of_any_shape_are_all_taken(
    fuzzed: http.client.HTTPConnection, payload: dict[str, object]
) -> None:
    body = json.dumps(payload).encode()
    has_constant = b"NaN" in body or b"Infinity" in body
    assert post_to(fuzzed, body) in ((200, 400) if has_constant else (200,))


@pytest.mark.slow
@MANY
@given(body=st.binary() | JSON_VALUES.map(lambda value: json.dumps(value).encode()))
def test_thousands_of_bodies_of_any_bytes_are_taken_or_refused_but_never_a_500(
    fuzzed: http.client.HTTPConnection, body: bytes
) -> None:
    assert post_to(fuzzed, body) in (200, 400)


@given(junk=st.binary(max_size=200))
def test_bytes_that_are_no_http_at_all_leave_the_webhook_standing(
    fuzzed: http.client.HTTPConnection, junk: bytes
) -> None:
    with socket.create_connection((fuzzed.host, fuzzed.port), timeout=5) as client:
        client.sendall(junk + b"\r\n\r\n")
    assert post_to(fuzzed, b"{}") == 200


def test_stopping_answers_what_is_under_way_and_frees_the_port(store_path: Path) -> None:
    server = ListenerServer(ListenerSettings(store=store_path, webhook=WebhookSettings(profile="shop")))
    server.start()
    assert post(server, text_event("1", "hi"))[0] == 200
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        post(server, text_event("2", "hi"))
