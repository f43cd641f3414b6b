"""Events reach the bot's own HTTP listener, in order, again after a failure."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from bothub_cli.redaction import Secret
from bothub_cli.sandbox.people.person import Person
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SandboxSettings
from bothub_cli.sandbox.state.webhooks import WebhookTarget
from tests.waiting import wait_until

NUMBER = "+33612345678"


@pytest.fixture
def settings() -> SandboxSettings:
    return SandboxSettings(rate_limits=RateLimits.off())


class BotListener(HTTPServer):
    """A bot that answers with the planned statuses, then with 200."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.planned: list[int] = []
        self.events: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []
        self.arrived = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"

    def wait_for(self, count: int) -> list[dict[str, Any]]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.events) >= count, timeout=60), self.events
        return self.events


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: BotListener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.arrived:
            status = self.server.planned.pop(0) if self.server.planned else 200
            self.server.events.append(json.loads(body))
            self.server.authorizations.append(self.headers["Authorization"])
            self.server.arrived.notify_all()
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")  # said, not only done: else the next event may go out on it
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Be quiet."""


@pytest.fixture
def bot() -> Iterator[BotListener]:
    with BotListener() as listener:
        thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
        thread.start()
        yield listener
        listener.shutdown()
        thread.join()


@pytest.fixture
def hooked(server: SandboxServer, bot: BotListener) -> SandboxServer:
    target = WebhookTarget(url=bot.url, authorization=Secret("Bearer bot-secret"))
    server.run(lambda sandbox: sandbox.set_webhook(server.identity.bot_id, target))
    return server


def _act(server: SandboxServer, act: Callable[[Person], object]) -> None:
    bot_id = server.identity.bot_id
    server.run(lambda sandbox: act(Person(sandbox, sandbox.phones.get(NUMBER), bot_id=bot_id)))


def _until(server: SandboxServer, attempts: int) -> list[Any]:
    def made() -> list[Any]:
        return server.run(lambda sandbox: [attempt for item in sandbox.webhook_queue for attempt in item.attempts])

    wait_until(lambda: len(made()) >= attempts, what=f"{attempts} attempts")
    return made()


def test_a_refused_event_comes_again_with_growing_pauses(hooked: SandboxServer, bot: BotListener) -> None:
    bot.planned = [500, 503]
    _act(hooked, lambda person: person.write("Hi"))
    for attempts, pause in ((1, 1), (2, 2)):
        assert len(_until(hooked, attempts)) == attempts
        hooked.advance(seconds=pause)
    assert [attempt.status for attempt in _until(hooked, 3)] == [500, 503, 200]
    assert len(bot.wait_for(3)) == 3
    assert hooked.run(lambda sandbox: [item.state for item in sandbox.webhook_queue]) == ["delivered"]


def test_a_bot_that_does_not_listen_is_given_up_at_last(server: SandboxServer) -> None:
    target = WebhookTarget(url="http://127.0.0.1:9/")
    server.run(lambda sandbox: sandbox.set_webhook(server.identity.bot_id, target))
    _act(server, lambda person: person.write("Hi"))
    for attempts in range(1, 8):
        _until(server, attempts)
        server.advance(seconds=32)
    assert server.run(lambda sandbox: [item.state for item in sandbox.webhook_queue]) == ["given up"]
    assert server.run(lambda sandbox: [a.status for item in sandbox.webhook_queue for a in item.attempts]) == [None] * 7


def test_the_static_token_is_sent_and_not_shown(hooked: SandboxServer, bot: BotListener, api: Any) -> None:
    _act(hooked, lambda person: person.write("Hi"))
    bot.wait_for(1)
    assert bot.authorizations == ["Bearer bot-secret"]
    shown = api.session.get(f"{hooked.url}/sandbox/api/webhooks").text
    assert "bot-secret" not in shown


def test_statuses_arrive_in_their_order(hooked: SandboxServer, bot: BotListener, api: Any) -> None:
    api.log_in()
    msg_id = api.send_id()
    hooked.advance(seconds=10)
    events = bot.wait_for(3)
    assert [event["RCSMessage"]["status"] for event in events] == ["sent", "delivered", "displayed"]
    assert {event["event"] for event in events} == {"messageStatus"}
    assert {event["RCSMessage"]["msgId"] for event in events} == {msg_id}


def test_webhooks_can_come_twice(hooked: SandboxServer, bot: BotListener, api: Any) -> None:
    api.log_in()
    api.send(to="+33639980701")
    hooked.advance(seconds=10)
    statuses = [event["RCSMessage"]["status"] for event in bot.wait_for(6)]
    assert statuses == ["sent", "sent", "delivered", "delivered", "displayed", "displayed"]


def test_webhooks_can_overtake_each_other(hooked: SandboxServer, bot: BotListener, api: Any) -> None:
    api.log_in()
    api.send(to="+33639980702")
    hooked.advance(seconds=3)
    bot.wait_for(1)
    hooked.advance(seconds=10)
    events = bot.wait_for(3)
    assert events[0]["RCSMessage"]["status"] == "displayed"


@pytest.mark.parametrize(
    ("act", "kind", "member"),
    [
        (lambda person: person.write("Hi"), "message", "textMessage"),
        (lambda person: person.stop(), "message", "textMessage"),
        (lambda person: person.share_location(48.85, 2.35, label="Home"), "message", "geolocationPushMessage"),
        (lambda person: person.send_file({"fileUrl": "https://a.example/x.png"}), "message", "fileMessage"),
        (lambda person: person.set_typing(is_active=True), "isTyping", "isTyping"),
        (lambda person: person.start_chat(), "newUser", "suggestedResponse"),
        (lambda person: person.become_anonymous(), "alias", "timestamp"),
    ],
)
def test_what_the_user_does_is_told_as_the_network_tells_it(
    hooked: SandboxServer, bot: BotListener, act: Callable[[Person], object], kind: str, member: str
) -> None:
    _act(hooked, act)
    event = bot.wait_for(1)[0]
    assert event["event"] == kind
    assert member in event["RCSMessage"]
    assert event["messageContact"]["userContact"] == NUMBER


def test_an_anonymous_user_is_known_by_chat_id_only(hooked: SandboxServer, bot: BotListener, api: Any) -> None:
    _act(hooked, lambda person: person.become_anonymous())
    _act(hooked, lambda person: person.write("Guess who"))
    alias, text = bot.wait_for(2)
    chat_id = alias["messageContact"]["chatId"]
    assert text["messageContact"] == {"chatId": chat_id}
    api.log_in()
    body = {"RCSMessage": {"textMessage": "Hello"}, "messageContact": {"chatId": chat_id}}
    assert api.call("POST", "messages", json=body).status_code == 202


def test_a_webhook_that_nobody_serves_is_told_once_and_without_its_secrets(identity: SandboxIdentity) -> None:
    heard: list[str] = []
    with SandboxServer([identity], tell=heard.append) as server:
        target = WebhookTarget(url="http://me:secret@127.0.0.1:9/hook?token=secret")  # port 9: nobody is there
        server.set_webhook(identity.bot_id, target)
        for text in ("Hello", "Is anybody there?"):
            server.act("+33612345678", "text", text=text)
        while not server.run(lambda sandbox: all(delivery.attempts for delivery in sandbox.webhook_queue)):
            pass
    assert len(heard) == 1
    assert "http://127.0.0.1:9/hook took no event" in heard[0]
    assert "secret" not in heard[0]
