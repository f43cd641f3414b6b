"""A sandbox that the commands of a test speak to, through a profile or through the environment."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import PhonePace, SandboxSettings


@dataclass(frozen=True)
class Bot:
    """A running sandbox and where the credentials of its bot lie on disk."""

    server: SandboxServer
    key: Path
    authorization: Path
    config: Path

    @property
    def identity(self) -> SandboxIdentity:
        return self.server.identity

    @property
    def bodies(self) -> list[Any]:
        """The JSON bodies that reached the sandbox, in order."""
        return self.server.run(
            lambda sandbox: [json.loads(message.request.body) for message in sandbox.messages if message.request]
        )

    @property
    def texts(self) -> list[str]:
        return [body["RCSMessage"]["textMessage"] for body in self.bodies]

    def login_flags(self) -> list[str]:
        return [
            "--bot-id", self.identity.bot_id, "--private-key", str(self.key),
            "--authorization-file", str(self.authorization), "--api-base", self.server.url,
        ]  # fmt: skip


@pytest.fixture(scope="session")
def identity() -> SandboxIdentity:
    return SandboxIdentity.generate()


@pytest.fixture
def bot(identity: SandboxIdentity, tmp_path: Path) -> Iterator[Bot]:
    """A sandbox that nobody is logged in to yet."""
    key, authorization = tmp_path / "bot.pem", tmp_path / "authorization"
    for path, secret in ((key, identity.private_key_pem), (authorization, identity.authorization)):
        path.touch(mode=0o600)
        path.write_text(secret.reveal())
    settings = SandboxSettings(rate_limits=RateLimits.off(), pace=PhonePace.by_hand())
    with SandboxServer([identity], settings=settings, seed=1) as server:
        yield Bot(server, key, authorization, tmp_path / "config")


@pytest.fixture
def account(bot: Bot) -> Bot:
    """A sandbox whose bot is the default profile."""
    identity = bot.identity
    ProfileStore(bot.config).save(
        Profile(
            name="default",
            bot_id=identity.bot_id,
            authorization=identity.authorization,
            private_key=bot.key,
            api_base=bot.server.url,
        )
    )
    return bot


@pytest.fixture
def sandbox(identity: SandboxIdentity, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[SandboxServer]:
    """A sandbox on a free port; every command of the test uses it, by the environment."""
    key = tmp_path / "bot.pem"
    key.write_text(identity.private_key_pem.reveal())
    key.chmod(0o600)
    with SandboxServer([identity]) as server:
        monkeypatch.setenv("BOTHUB_API_BASE", server.url)
        monkeypatch.setenv("BOTHUB_BOT_ID", identity.bot_id)
        monkeypatch.setenv("BOTHUB_AUTHORIZATION", identity.authorization.reveal())
        monkeypatch.setenv("BOTHUB_PRIVATE_KEY", str(key))
        yield server
