"""What was sent is remembered beside what was heard, so that a message has a life and a talk has two sides."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bothub_cli.events.receive.server import ListenerServer, ListenerSettings
from bothub_cli.events.receive.webhook import WebhookSettings
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.webhooks import WebhookTarget
from tests.commands.webhooks import fill_store, save_profile, store_path
from tests.conftest import Bothub
from tests.events.samples import NOW, status_event, text_event

NUMBER = "+33612345678"
SEND = ("send", "--to", NUMBER, "--text", "Hello", "--json")


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    """Run a sandbox with the default profile for it."""
    with SandboxServer() as server:
        save_profile(server, "default")
        yield server


def _life(bothub: Bothub, message_id: str) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = bothub("event", "list", "--message-id", message_id, "--json").lines[:-1]
    return lines


def test_a_message_that_was_refused_is_not_remembered(bothub: Bothub, sandbox: SandboxServer) -> None:
    assert bothub("send", "--to", "+33639980404", "--text", "Hello").code == 7
    assert bothub("event", "chat", "+33639980404", "--json").lines[:-1] == []


def test_an_accepted_message_is_remembered_with_a_mask_for_its_text(bothub: Bothub, sandbox: SandboxServer) -> None:
    message_id = bothub(*SEND).json["message_id"]
    [sent] = _life(bothub, message_id)
    assert (sent["type"], sent["number"], sent["profile"]) == ("sent-message", NUMBER, "default")
    assert (sent["text"], sent["masked"]) == ("*** (5 characters)", True)
    assert b"Hello" not in store_path().read_bytes()


@pytest.mark.parametrize("how", ["flag", "variable", "profile"])
def test_the_text_is_kept_when_that_is_wanted(
    bothub: Bothub, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "variable":
        monkeypatch.setenv("BOTHUB_KEEP_TEXTS", "1")
    if how == "profile":
        bothub("profile", "set", "keep_texts=true")
    message_id = bothub(*SEND, *(["--keep-texts"] if how == "flag" else [])).json["message_id"]
    assert _life(bothub, message_id)[0]["text"] == "Hello"


@pytest.mark.parametrize("how", ["flag", "variable", "profile"])
def test_nothing_is_remembered_when_that_is_wanted(
    bothub: Bothub, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    if how == "variable":
        monkeypatch.setenv("BOTHUB_NO_RECORD", "1")
    if how == "profile":
        bothub("profile", "set", "no_record=true")
    assert bothub(*SEND, *(["--no-record"] if how == "flag" else [])).code == 0
    assert not store_path().exists()


def test_without_a_profile_nothing_but_the_token_cache_is_written(
    bothub: Bothub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with SandboxServer() as server:
        key = tmp_path / "key.pem"
        key.write_text(server.identity.private_key_pem.reveal())
        monkeypatch.setenv("BOTHUB_API_BASE", server.url)
        monkeypatch.setenv("BOTHUB_BOT_ID", server.identity.bot_id)
        monkeypatch.setenv("BOTHUB_AUTHORIZATION", server.identity.authorization.reveal())
        monkeypatch.setenv("BOTHUB_PRIVATE_KEY", str(key))
        assert bothub(*SEND).code == 0
        assert not store_path().exists()
        fill_store(text_event("m1", "hello"))
        message_id = bothub(*SEND).json["message_id"]
        assert len(_life(bothub, message_id)) == 1


def test_a_sandbox_inside_the_process_leaves_nothing_behind(bothub: Bothub) -> None:
    assert bothub(*SEND, "--sandbox", "--wait", "delivered").code == 0
    assert not store_path().exists()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder in which not even root can make another")
def test_a_store_that_cannot_be_written_does_not_undo_the_sending(
    bothub: Bothub, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTHUB_STATE_DIR", "/proc/bothub")
    ran = bothub("send", "--to", NUMBER, "--text", "Hello")
    assert ran.code == 0
    assert "sent, but not noted" in ran.err


def test_a_store_that_may_be_there_and_cannot_be_found_keeps_the_message_back(
    bothub: Bothub, sandbox: SandboxServer, tmp_path: Path
) -> None:
    (tmp_path / "state").symlink_to(tmp_path / "a-disk-that-is-missing")
    ran = bothub("send", "--to", NUMBER, "--text", "Hello")
    assert ran.code == 12
    assert "is a link to what is not there; nothing was sent" in ran.err
    assert bothub("send", "--to", NUMBER, "--text", "Hello", "--no-record").code == 0


def test_both_sides_of_a_talk_are_shown_in_order(bothub: Bothub, sandbox: SandboxServer) -> None:
    fill_store(text_event("m1", "Are you open?"), at=NOW.replace(year=2020))
    message_id = bothub(*SEND, "--keep-texts").json["message_id"]
    fill_store(status_event(message_id, "delivered"), status_event("m9", "delivered"))
    fill_store(text_event("m2", "Thanks"), at=NOW.replace(year=2100))
    lines = bothub("event", "chat", NUMBER, "--json").lines[:-1]
    assert [(line["direction"], line["text"], line["status"]) for line in lines] == [
        ("from_user", "Are you open?", None),
        ("to_user", "Hello", "delivered"),
        ("from_user", "Thanks", None),
    ]
    assert [line.split()[2] for line in bothub("event", "chat", "0612345678", "--region", "FR").out.splitlines()] == [
        "user",
        "bot",
        "user",
    ]


def test_the_status_of_a_message_tells_its_whole_life(bothub: Bothub, sandbox: SandboxServer) -> None:
    message_id = bothub(*SEND).json["message_id"]
    fill_store(status_event(message_id, "sent"), status_event(message_id, "delivered"))
    state = bothub("message", "status", message_id, "--json").json
    assert [step["what"] for step in state["history"]] == [f"sent to {NUMBER}", "sent", "delivered"]


def test_a_card_is_remembered_by_its_title(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("send-card", "--to", NUMBER, "--title", "Your order", "--keep-texts", "--json")
    assert _life(bothub, ran.json["message_id"])[0]["text"] == "Your order"


def test_a_wait_without_a_listener_ends_with_8_and_still_shows_the_message(
    bothub: Bothub, sandbox: SandboxServer
) -> None:
    ran = bothub(*SEND, "-q", "--wait", "delivered", "--wait-timeout", "0")
    assert ran.code == 8
    assert ran.json["outcome"] == "accepted"
    assert "bothub listen" in ran.error["hint"]


@pytest.mark.parametrize("options", [("--wait", "delivrd"), ("--wait", "response"), ("--wait", "sent", "--stream")])
def test_a_wait_for_nonsense_sends_nothing(bothub: Bothub, sandbox: SandboxServer, options: tuple[str, ...]) -> None:
    assert bothub(*SEND, *options).code == 2
    assert sandbox.counts().get("messages", 0) == 0


@pytest.fixture
def listener(sandbox: SandboxServer) -> Iterator[ListenerServer]:
    """Listen to the sandbox."""
    settings = ListenerSettings(store=store_path(), webhook=WebhookSettings(profile="default"))
    with ListenerServer(settings) as server:
        sandbox.set_webhook(sandbox.identity.bot_id, WebhookTarget(url=server.url))
        yield server


def test_a_wait_ends_when_the_message_has_arrived(bothub: Bothub, listener: ListenerServer) -> None:
    ran = bothub(*SEND, "--wait", "delivered", "--wait-timeout", "20s")
    assert (ran.code, ran.json["status"]) == (0, "delivered")


def test_of_many_messages_each_is_waited_for(bothub: Bothub, listener: ListenerServer) -> None:
    ran = bothub(*SEND, "--to", "+33612345679", "--wait", "delivered", "--wait-timeout", "20s")
    waited = [line for line in ran.lines if line["type"] == "wait-result"]
    assert ran.code == 0
    assert [(line["reached"], line["status"]) for line in waited] == [(True, "delivered"), (True, "delivered")]
