"""The webhook app of the manual (page "testing"), against the sandbox fixture: who taps Yes is thanked."""

import inspect
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI

import bothub_cli
from bothub_cli import Client, text
from bothub_cli.messages import TappedSuggestion, read_event
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.webhooks import WebhookTarget

TO, OTHER = "+33612345678", "+33612345679"


def make_app(client: Client) -> FastAPI:
    app = FastAPI()

    @app.post("/webhook")
    def hear(payload: dict[str, Any]) -> None:
        event = read_event(payload)
        match event.body:
            case TappedSuggestion(postback_data="yes_1") if event.number:
                client.send(text("See you at eight!", to=event.number))

    return app


@pytest.fixture
def webhook(bothub_sandbox: SandboxServer, client: Client) -> Iterator[None]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(client), log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    target = WebhookTarget(url=f"http://127.0.0.1:{listener.getsockname()[1]}/webhook")
    bothub_sandbox.set_webhook(bothub_sandbox.identity.bot_id, target)
    yield
    bothub_sandbox.set_webhook(bothub_sandbox.identity.bot_id, None)
    server.should_exit = True
    thread.join(60)


@pytest.mark.usefixtures("webhook")
def test_who_taps_yes_is_thanked(bothub_sandbox: SandboxServer, client: Client) -> None:
    client.send(text("Shall we?", to=TO, replies=[("Yes", "yes_1"), ("No", "no_1")]))
    bothub_sandbox.act(TO, "tap", label="Yes")
    assert bothub_sandbox.wait_for_message(number=TO, words="see you at eight", timeout=60).msg_id


@pytest.mark.usefixtures("webhook")
def test_who_taps_no_is_left_alone(bothub_sandbox: SandboxServer, client: Client) -> None:
    for number, label in ((TO, "No"), (OTHER, "Yes")):
        client.send(text("Shall we?", to=number, replies=[("Yes", "yes_1"), ("No", "no_1")]))
        bothub_sandbox.act(number, "tap", label=label)
    bothub_sandbox.wait_for_message(number=OTHER, words="see you at eight", timeout=60)
    assert not bothub_sandbox.messages(number=TO, words="see you at eight")


def test_the_manual_shows_this_very_app() -> None:
    shown = (Path(bothub_cli.__file__).parent / "manual" / "testing.md").read_text("utf-8")
    assert inspect.getsource(make_app) in shown
