"""A sandbox that is killed with no time to write is back with the same store, but for its last moments."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.store.persistence import WRITE_PAUSE
from bothub_cli.sandbox.store.store import SandboxStore
from tests.sandbox.conftest import NUMBER, ApiClient
from tests.waiting import wait_until


class _RemoteClient(ApiClient):
    """A client of a sandbox in another process, on the same clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path, identity: SandboxIdentity) -> Path:
    """A store that knows the bot already."""
    path = tmp_path / "sandbox.db"
    with SandboxServer([identity], store=SandboxStore.open(path)):
        return path


@pytest.fixture
def client(identity: SandboxIdentity) -> Iterator[ApiClient]:
    with requests.Session() as session:
        session.trust_env = False
        yield _RemoteClient(SimpleNamespace(url=""), identity, session)  # type: ignore[arg-type]  # another process serves


@contextmanager
def _started(store: Path, client: ApiClient) -> Iterator["subprocess.Popen[str]"]:
    """Run ``bothub sandbox start`` in a process of its own, and kill it at the end of the block."""
    command = [
        str(Path(sys.executable).with_name("bothub")),
        "sandbox",
        "start",
        "--json",
        "--port",
        "0",
        "--no-profile",
    ]
    options = ["--no-limits", "--pace", "by-hand", "--store", str(store), "--bot-id", client.identity.bot_id]
    environment = {**os.environ, "BOTHUB_CONFIG_DIR": str(store.parent / "config")}
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stdout is not None
        client.server = SimpleNamespace(url=json.loads(process.stdout.readline())["url"])  # type: ignore[assignment]
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate()


def _ask(client: ApiClient, method: str, path: str, **changes: Any) -> Any:
    answer = client.session.request(method, f"{client.url}/sandbox/api/{path}", timeout=10, **changes)
    answer.raise_for_status()
    return answer.json()


def _picture(client: ApiClient) -> dict[str, Any]:
    """Return everything that the sandbox's own API tells."""
    return {name: _ask(client, "GET", name) for name in ("messages", "phones", "faults", "webhooks", "settings")}


def _wait_until_written(client: ApiClient) -> None:
    """Wait until the store has every change: 0.2 s on a machine with time to spare."""
    wait_until(lambda: _ask(client, "GET", "status")["unwritten"] == 0)


def _file_status(client: ApiClient, file_id: str) -> str:
    return str(client.call("GET", f"files/{file_id}").json()["file"]["status"])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_everything_is_back_and_nobody_has_to_log_in_again(store: Path, client: ApiClient) -> None:
    with _started(store, client):
        client.log_in()
        msg_id = client.send_id("kept")
        _ask(client, "POST", f"messages/{msg_id}/status", json={"status": "sent"})
        _ask(client, "POST", f"phones/{NUMBER}/actions", json={"action": "text", "text": "Bonjour"})
        _ask(client, "PATCH", f"phones/{NUMBER}", json={"is_online": False, "system": "ios"})
        bot = client.identity.bot_id.replace("@", "%40")
        _ask(client, "PUT", f"webhooks/{bot}", json={"url": "http://127.0.0.1:9/", "authorization": "Bearer x"})
        _ask(client, "POST", "faults", json={"kind": "500", "operation": "bulk", "times": 3})
        _ask(client, "POST", "clock", json={"advance": 60})
        form: Any = {"data": {"fileType": "a/b"}, "files": {"fileContent": ("f", b"bytes")}}
        file_id = client.call("POST", "files", **form).json()["file"]["fileId"]
        wait_until(lambda: _file_status(client, file_id) == "ready")
        before = _picture(client)
        _wait_until_written(client)
    with _started(store, client):
        assert _picture(client) == before
        assert client.status(msg_id) == "sent"  # asked with the tokens of before
        assert _file_status(client, file_id) == "ready"
        assert client.session.get(f"{client.url}/sandbox/files/{file_id}", timeout=10).content == b"bytes"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_kill_in_the_middle_costs_the_last_moments_and_no_more(store: Path, client: ApiClient) -> None:
    accepted: list[str] = []
    with _started(store, client):
        client.log_in()
        accepted += [client.send_id() for _ in range(50)]
        _wait_until_written(client)
        safe = list(accepted)
        end = time.monotonic() + 2 * WRITE_PAUSE
        while time.monotonic() < end:
            accepted.append(client.send_id())
    with _started(store, client):
        kept = [message["msg_id"] for message in _ask(client, "GET", "messages", params={"limit": 10_000})["messages"]]
        assert set(safe) <= set(kept)
        assert kept == accepted[: len(kept)]


def test_a_token_that_was_ended_stays_ended(store: Path, identity: SandboxIdentity, api: Any) -> None:
    with SandboxServer([identity], store=SandboxStore.open(store)) as server:
        api.server = server
        api.log_in()
        server.run(lambda sandbox: sandbox.gsma_tokens.expire(api.gsma, sandbox.clock.now()))
    with SandboxServer([identity], store=SandboxStore.open(store)) as again:
        api.server = again
        answer = api.send()
        assert (answer.status_code, answer.json()["reason"]["code"]) == (401, 40004)


def test_after_a_reset_the_tokens_are_gone_from_the_store(store: Path, identity: SandboxIdentity, api: Any) -> None:
    with SandboxServer([identity], store=SandboxStore.open(store)) as server:
        api.server = server
        api.log_in()
        server.run(lambda sandbox: sandbox.reset())
    with SandboxServer([identity], store=SandboxStore.open(store)) as again:
        api.server = again
        assert api.send().json()["code"] == 41
