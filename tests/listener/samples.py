"""Events, a clock and calls, for the tests of the listener."""

import http.client
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bothub_cli.listener.records import ReceivedEvent
from bothub_cli.listener.server import ListenerServer
from bothub_cli.messages.event_reading import read_event

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """A clock that only moves when somebody sleeps; ``on_sleep`` lets things happen meanwhile."""

    time: datetime = NOW
    slept: list[float] = field(default_factory=list)
    on_sleep: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)
        self.on_sleep()


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
