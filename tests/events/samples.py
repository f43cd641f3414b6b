"""Events, a clock and calls, for the tests of the listener."""

import http.client
import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from bothub_cli.errors import NetworkError
from bothub_cli.events.receive.server import ListenerServer
from bothub_cli.events.store.event_records import ReceivedEvent
from bothub_cli.messages.event.read import read_event
from bothub_cli.protocol.http import HttpRequest, HttpResponse
from bothub_cli.transport.base import AnswerLostError
from tests.waiting import MAX_WAIT, wait_until

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def received(payload: object, *, at: datetime = NOW) -> ReceivedEvent:
    """Make what the webhook hands to the store."""
    assert isinstance(payload, dict)
    return ReceivedEvent(event=read_event(payload), body=json.dumps(payload).encode(), received_at=at)


def text_event(msg_id: str, text: str, *, number: str = "+33612345678") -> dict[str, object]:
    """Make a text from a user."""
    message = {"msgId": msg_id, "textMessage": text}
    return {"event": "message", "RCSMessage": message, "messageContact": {"userContact": number}}


def status_event(msg_id: str, status: str, *, number: str = "+33612345678") -> dict[str, object]:
    """Make a status report."""
    message = {"msgId": msg_id, "status": status}
    return {"event": "messageStatus", "RCSMessage": message, "messageContact": {"userContact": number}}


def post(
    server: ListenerServer,
    body: object,
    *,
    method: str = "POST",
    path: str = "/webhook",
    headers: dict[str, str] | None = None,
) -> tuple[int, bytes]:
    """Make one call to the webhook; anything but bytes is sent as JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        payload = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, path, payload, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class PlainTransport:
    """A transport of the standard library."""

    def send(self, request: HttpRequest) -> HttpResponse:
        parts = urlsplit(request.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
        try:
            connection.request(request.method, parts.path or "/", request.body, dict(request.headers))
            answer = connection.getresponse()
            return HttpResponse(status=answer.status, body=answer.read())
        except ConnectionRefusedError as problem:
            raise NetworkError(host=request.host, stage="connect") from problem
        except (OSError, http.client.HTTPException) as problem:
            raise AnswerLostError("lost", str(problem)) from problem
        finally:
            connection.close()

    def close(self) -> None:
        """Nothing is kept open."""


@dataclass
class Inbox:
    """A program that takes events: it remembers what came, and answers what ``answer`` says."""

    port: int = 0
    bodies: list[dict[str, object]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    answer: Callable[[dict[str, object]], int] = lambda _: 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=secret"

    def texts(self) -> list[object]:
        """Return the texts that came, in order."""
        return [message["textMessage"] for body in self.bodies if isinstance(message := body["RCSMessage"], dict)]

    def wait_for(self, count: int, *, seconds: float = MAX_WAIT) -> None:
        """Wait until that many bodies came."""
        wait_until(lambda: len(self.bodies) >= count, max_wait=seconds)


@contextmanager
def open_inbox(port: int = 0) -> Iterator[Inbox]:
    """Run an inbox until the block ends."""
    inbox = Inbox()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            inbox.bodies.append(body)
            inbox.headers.append(dict(self.headers))
            self.send_response(inbox.answer(body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        inbox.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield inbox
        finally:
            server.shutdown()
            thread.join()


RECEIVER = """
import sys
from pathlib import Path
from bothub_cli.clock import SystemClock
from bothub_cli.events.receive.webhook import WebhookSettings
from bothub_cli.events.receive.server import ListenerSettings
from bothub_cli.events.receive.listen import ListenPlan, listen
from bothub_cli.events.forward.targets import read_url_target
from bothub_cli.signals import stop_on_signals
from tests.events.samples import PlainTransport

store, port, *urls = sys.argv[1:]
plan = ListenPlan(
    listener=ListenerSettings(store=Path(store), port=int(port), webhook=WebhookSettings(profile="shop")),
    make_transport=PlainTransport,
    clock=SystemClock(),
    targets=[read_url_target(url) for url in urls],
)
with stop_on_signals() as request:
    listen(
        plan,
        on_ready=lambda ready: print(ready.url, flush=True),
        on_event=lambda stored: print(stored.event.msg_id, flush=True),
        stopping=request.asked,
    )
print("stopped by", request.signal.name, flush=True)
"""


@contextmanager
def run_receiver(store: Path, *urls: str, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Run a listener in a process of its own; gives the process and its port, and kills it in the end."""
    argv = [sys.executable, "-c", RECEIVER, str(store), str(port), *urls]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline().split(":")[2].split("/")[0])
        finally:
            process.kill()


def post_raw(port: int, payload: object) -> int:
    """Post one event over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/webhook", json.dumps(payload).encode())
        return connection.getresponse().status
    finally:
        connection.close()
