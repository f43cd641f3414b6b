"""A sandbox without a speed limit, a profile for it, and lists to send to."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
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
from tests.campaign.ledger.fixtures import ledger_url, postgres, shared_ledger

__all__ = ["ledger_url", "postgres", "shared_ledger"]  # pytest looks for fixtures here


@dataclass(frozen=True)
class Shop:
    """A folder with a list and a template, and the sandbox that the default profile sends to."""

    server: SandboxServer
    folder: Path

    @property
    def bodies(self) -> list[Any]:
        """The JSON bodies that reached the sandbox, in order."""
        return self.server.run(
            lambda sandbox: [json.loads(message.request.body) for message in sandbox.messages if message.request]
        )

    @property
    def sent_to(self) -> Counter[str]:
        return Counter(body["messageContact"]["userContact"] for body in self.bodies)

    def write_list(self, numbers: Sequence[str], *, name: str = "people.csv", names: str = "to,first_name") -> str:
        path = self.folder / name
        path.write_text(f"{names}\n" + "".join(f"{number},Name {i}\n" for i, number in enumerate(numbers)))
        return str(path)

    def write_template(self, text: str = "Hello {{ first_name }}") -> str:
        path = self.folder / "offer.yaml"
        path.write_text(f"textMessage: {json.dumps(text)}\n")
        return str(path)

    def restart(self, *, down_for: float) -> None:
        """Stop the sandbox and start it again on the same port, without its memory."""
        port = self.server.port
        self.server.stop()
        time.sleep(down_for)
        self.server._wanted_port = port
        self.server.start()

    def run(self, *numbers: str) -> list[str]:
        """Return the words of a campaign to these numbers, as fast as it goes."""
        return ["campaign", "run", self.write_list(numbers), "-t", self.write_template(), "--rate", "none"]


@pytest.fixture(scope="session")
def identity() -> SandboxIdentity:
    return SandboxIdentity.generate()


@pytest.fixture
def shop(identity: SandboxIdentity, tmp_path: Path) -> Iterator[Shop]:
    folder = tmp_path / "shop"
    folder.mkdir()
    key = folder / "bot.pem"
    key.touch(mode=0o600)
    key.write_text(identity.private_key_pem.reveal())
    settings = SandboxSettings(rate_limits=RateLimits.off(), pace=PhonePace.by_hand())
    with SandboxServer([identity], settings=settings, seed=1) as server:
        profile = Profile(
            name="default",
            bot_id=identity.bot_id,
            authorization=identity.authorization,
            private_key=key,
            api_base=server.url,
        )
        ProfileStore(tmp_path / "config").save(profile)
        yield Shop(server, folder)
