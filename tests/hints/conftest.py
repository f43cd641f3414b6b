"""The sandbox and the bot of the tests of commands."""

from tests.commands.conftest import account, bot, identity, sandbox

__all__ = ["account", "bot", "identity", "sandbox"]
