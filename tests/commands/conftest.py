"""A sandbox that runs beside the commands, and a profile that points to it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.sandbox.identity import SandboxIdentity
from bothub_cli.sandbox.server import SandboxServer

Bothub = Callable[..., Any]


@pytest.fixture(scope="session")
def _identity() -> SandboxIdentity:
    return SandboxIdentity.generate()


@pytest.fixture
def sandbox(_identity: SandboxIdentity, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SandboxServer]:
    """A sandbox on a free port; every command of the test uses it, by the environment."""
    key = tmp_path / "bot.pem"
    key.write_text(_identity.private_key_pem.reveal())
    key.chmod(0o600)
    with SandboxServer([_identity]) as server:
        monkeypatch.setenv("BOTHUB_API_BASE", server.url)
        monkeypatch.setenv("BOTHUB_BOT_ID", _identity.bot_id)
        monkeypatch.setenv("BOTHUB_AUTHORIZATION", _identity.authorization.reveal())
        monkeypatch.setenv("BOTHUB_PRIVATE_KEY", str(key))
        yield server
