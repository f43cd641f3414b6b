"""A listener in a process of its own, a store to fill, and a sandbox with a profile: for tests of commands."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.events.store.database import open_database
from bothub_cli.events.store.write import EventStore
from bothub_cli.sandbox.server import SandboxServer
from tests.events.samples import NOW, received


def post(url: str, payload: object, **headers: str) -> int:
    """Post a webhook body, and return the status of the answer."""
    request = urllib.request.Request(url, data=json.dumps(payload).encode(), headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def store_path() -> Path:
    """Return the file of the test's own event store."""
    return Path(os.environ["BOTHUB_STATE_DIR"]) / "events.db"


def fill_store(*payloads: object, profile: str = "default", at: datetime = NOW) -> None:
    """Put events into the store, as if the webhook had heard them."""
    database = open_database(store_path())
    try:
        EventStore(database, profile=profile).append([received(payload, at=at) for payload in payloads])
    finally:
        database.close()


def save_profile(server: SandboxServer, name: str = "sandbox") -> None:
    """Write a profile for a sandbox, as ``sandbox start`` does."""
    identity = server.identity
    profile = Profile(name=name, bot_id=identity.bot_id, authorization=identity.authorization, api_base=server.url)
    store = ProfileStore(Path(os.environ["BOTHUB_CONFIG_DIR"]))
    store.save(profile, key_pem=identity.private_key_pem.reveal().encode())


def call_sandbox(server: SandboxServer, path: str, **body: object) -> Any:  # a JSON document
    """Let a phone's user do something."""
    request = urllib.request.Request(
        f"{server.url}/sandbox/api{path}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


@dataclass
class Listening:
    """A running ``bothub listen``: its process, and the JSON lines that it printed so far."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return str(self.ready["url"])

    def next(self) -> dict[str, Any]:
        """Return the next line, when it comes."""
        assert self.process.stdout is not None
        self.lines.append(json.loads(self.process.stdout.readline()))
        return self.lines[-1]

    def next_of(self, kind: str) -> dict[str, Any]:
        """Return the next event of a kind, and pass over the others."""
        while (line := self.next()).get("kind") != kind:
            assert line["type"] == "event", line
        return line


@contextmanager
def run_listen(*argv: str) -> Iterator[Listening]:
    """Run ``bothub listen --port 0`` until the block ends."""
    command = [sys.executable, "-m", "bothub_cli.entry", "listen", "--port", "0", *argv]
    code = "import sys; from bothub_cli.entry import run; sys.exit(run())"
    command = [sys.executable, "-c", code, "listen", "--port", "0", *argv]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Listening(process, json.loads(process.stdout.readline() or "{}"))
        finally:
            process.kill()


__all__ = ["Listening", "call_sandbox", "fill_store", "run_listen", "save_profile", "store_path"]
