"""A client that a program makes of its credentials."""

from collections.abc import Iterator

import pytest

from bothub_cli import Client
from bothub_cli.sandbox.server import SandboxServer


def open_client(server: SandboxServer) -> Client:
    """Make a client of the sandbox's own bot."""
    bot = server.identity
    return Client(
        bot_id=bot.bot_id,
        authorization=bot.authorization,
        private_key=bot.private_key_pem.reveal(),
        api_base=server.url,
    )


@pytest.fixture
def client(bothub_sandbox: SandboxServer) -> Iterator[Client]:
    """A client of the sandbox's own bot."""
    with open_client(bothub_sandbox) as opened:
        yield opened
