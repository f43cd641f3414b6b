"""A sandbox with a store is the same after a restart."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.errors import ConfigurationError, LockBusyError
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.people.person import Person
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.settings import PhonePace, SandboxSettings
from bothub_cli.sandbox.state.webhooks import WebhookTarget
from bothub_cli.sandbox.store.store import SandboxStore

BY_HAND = SandboxSettings(rate_limits=RateLimits.off(), pace=PhonePace.by_hand())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "sandbox.db"


def _open(path: Path, identity: SandboxIdentity, settings: SandboxSettings = BY_HAND) -> SandboxServer:
    return SandboxServer([identity], settings=settings, store=SandboxStore.open(path))


@pytest.mark.parametrize("content", [b"not a database", b"SQLite format 3\x00" + b"\xff" * 4096])
def test_another_file_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(ConfigurationError):
        SandboxStore.open(path)
    assert path.read_bytes() == content


def test_a_store_of_a_later_version_is_refused(path: Path) -> None:
    SandboxStore.open(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(ConfigurationError, match="format 99"):
        SandboxStore.open(path)


def test_a_directory_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        SandboxStore.open(tmp_path)


def test_a_damaged_record_is_told_and_nothing_is_left_running(path: Path, identity: SandboxIdentity) -> None:
    store = SandboxStore.open(path)
    store.save([("message", "x", {"msg_id": "x"})])
    with pytest.raises(ConfigurationError, match="damaged"):
        SandboxServer([identity], store=store).start()
    SandboxStore.open(path).close()


def _limit_pages(store: SandboxStore, pages: int) -> None:
    store._connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite then says "database or disk is full"


def _fill(server: SandboxServer, store: SandboxStore) -> None:
    server.run(lambda _: _limit_pages(store, 1))
    for place in range(10):
        server.act(f"+3361234567{place}", "text", text="x" * 3000)


def test_a_full_disk_is_told_once_and_nothing_is_missing_when_there_is_room_again(
    path: Path, identity: SandboxIdentity
) -> None:
    heard: list[str] = []
    store = SandboxStore.open(path)
    with SandboxServer([identity], settings=BY_HAND, store=store, tell=heard.append) as server:
        _fill(server, store)
        while not heard:
            server.counts()
        server.act("+33612345678", "text", text="later")
        server.run(lambda _: _limit_pages(store, 1000))
    assert len(heard) == 1
    assert "disk is full" in heard[0]
    with _open(path, identity) as server:
        assert len(server.messages()) == 11


def test_the_end_is_an_error_when_the_store_does_not_hold_everything(path: Path, identity: SandboxIdentity) -> None:
    store = SandboxStore.open(path)
    server = SandboxServer([identity], settings=BY_HAND, store=store)
    server.start()
    _fill(server, store)
    with pytest.raises(ConfigurationError, match="disk is full"):
        server.stop()
    SandboxStore.open(path).close()


def test_two_sandboxes_cannot_share_a_store(path: Path, identity: SandboxIdentity) -> None:
    with _open(path, identity), pytest.raises(LockBusyError):
        SandboxStore.open(path)


def test_the_store_is_for_its_owner_alone(path: Path, identity: SandboxIdentity) -> None:
    with _open(path, identity):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_tokens_of_requests_are_not_written(path: Path, identity: SandboxIdentity, api: Any) -> None:
    with _open(path, identity) as server:
        api.server = server
        api.log_in()
        api.send()
    content = b"".join(file.read_bytes() for file in path.parent.iterdir() if file.is_file())
    assert b"Hello, world" in content
    assert api.orange.encode() not in content
    assert api.gsma.encode() not in content


def _picture(sandbox: Sandbox) -> Any:
    return {
        "messages": [(m.msg_id, m.payload, m.history, m.sequence, m.direction) for m in sandbox.messages],
        "phones": list(sandbox.phones),
        "webhooks": {bot: target.url for bot, target in sandbox.webhook_queue.targets.items()},
        "events": [(item.event, item.msg_id) for item in sandbox.webhook_queue],
        "faults": list(sandbox.faults),
        "files": [
            (stored.file_id, stored.status, sandbox.files.path(stored.file_id).read_bytes()) for stored in sandbox.files
        ],
    }


def test_everything_is_there_after_a_restart(path: Path, identity: SandboxIdentity, api: Any) -> None:
    with _open(path, identity) as server:
        api.server = server
        api.log_in()
        target = WebhookTarget(url="http://127.0.0.1:9/", authorization=Secret("Bearer x"))
        server.run(lambda sandbox: sandbox.set_webhook(identity.bot_id, target))
        api.send("kept")
        api.call("POST", "files", data={"fileType": "a/b"}, files={"fileContent": ("f", b"bytes")})
        phone = server.run(lambda sandbox: sandbox.phones.get("+33612345678"))
        server.run(lambda sandbox: Person(sandbox, phone, bot_id=identity.bot_id).stop())
        api.session.post(f"{server.url}/sandbox/api/faults", json={"kind": "500", "operation": "files"})
        server.advance(minutes=5)
        before = server.run(_picture)
    with _open(path, identity) as again:
        assert again.run(_picture) == before
        assert again.run(lambda sandbox: sandbox.clock.advanced.total_seconds()) == 300


def test_a_bot_keeps_its_keys(path: Path, identity: SandboxIdentity) -> None:
    with _open(path, identity):
        pass
    with SandboxServer(store=SandboxStore.open(path)) as again:
        assert again.identities == (identity,)


def test_a_message_under_way_goes_on(path: Path, identity: SandboxIdentity, api: Any) -> None:
    with _open(path, identity) as server:
        api.server = server
        api.log_in()
        api.send()
    with _open(path, identity, SandboxSettings()) as again:
        again.advance(minutes=1)
        assert again.run(lambda sandbox: [message.status for message in sandbox.messages]) == ["displayed"]


def test_after_a_reset_only_bots_and_webhooks_remain(path: Path, identity: SandboxIdentity, api: Any) -> None:
    with _open(path, identity) as server:
        api.server = server
        api.log_in()
        api.send()
        server.run(lambda sandbox: sandbox.set_webhook(identity.bot_id, WebhookTarget(url="http://127.0.0.1:9/")))
        server.run(lambda sandbox: sandbox.reset())
    with _open(path, identity) as again:
        picture = again.run(_picture)
        assert picture.pop("webhooks") == {identity.bot_id: "http://127.0.0.1:9/"}
        assert not any(picture.values())
