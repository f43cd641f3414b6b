"""pytest fixtures for programs that talk to BotHub: a sandbox for each test.

They are found by themselves once bothub-rcs[server] is installed::

    def test_the_greeting_goes_out(bothub_sandbox):
        greet("+33612345678", api_base=bothub_sandbox.url, ...)
        message = bothub_sandbox.wait_for_message(number="+33612345678")
        bothub_sandbox.act("+33612345678", "tap", label="Yes")
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # pytest loads this file in every run: nothing heavy before a fixture is used
    from bothub_cli.sandbox.server import SandboxServer
    from bothub_cli.sandbox.state.bots import SandboxIdentity
    from bothub_cli.sandbox.state.settings import SandboxSettings

__all__ = ["bothub_sandbox", "bothub_sandbox_identity", "bothub_sandbox_settings"]


@pytest.fixture(scope="session")
def bothub_sandbox_identity() -> "SandboxIdentity":
    """The bot of all sandboxes of the run: its keys take 100 ms to make."""
    from bothub_cli.sandbox.state.bots import SandboxIdentity  # loads hmac: pytest loads this file in every run

    return SandboxIdentity.generate()


@pytest.fixture
def bothub_sandbox_settings() -> "SandboxSettings":
    """How the sandbox behaves: override this fixture to change it."""
    from bothub_cli.sandbox.state.settings import SandboxSettings  # as above

    return SandboxSettings()


@pytest.fixture
def bothub_sandbox(
    bothub_sandbox_identity: "SandboxIdentity", bothub_sandbox_settings: "SandboxSettings"
) -> "Iterator[SandboxServer]":
    """A local BotHub that lives as long as the test."""
    from bothub_cli.sandbox.server import SandboxServer  # loads uvicorn and starlette

    with SandboxServer([bothub_sandbox_identity], settings=bothub_sandbox_settings) as server:
        yield server
