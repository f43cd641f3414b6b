"""The whole state of a sandbox; only the server's own thread touches it."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from bothub_cli.sandbox.agenda import Agenda
from bothub_cli.sandbox.clock import SandboxClock
from bothub_cli.sandbox.faults import FaultBook
from bothub_cli.sandbox.feed import Feed
from bothub_cli.sandbox.file_shelf import FileShelf, StoredFile
from bothub_cli.sandbox.identifiers import Identifiers
from bothub_cli.sandbox.identity import SandboxIdentity
from bothub_cli.sandbox.message_log import MessageLog, SandboxMessage
from bothub_cli.sandbox.numbers import Attempts
from bothub_cli.sandbox.phones import PhoneBook
from bothub_cli.sandbox.rate_limits import SlidingWindow
from bothub_cli.sandbox.registry import Registry
from bothub_cli.sandbox.settings import SandboxSettings
from bothub_cli.sandbox.token_shelf import TokenShelf


class Sandbox:
    """Bots, tokens, messages and time of one local BotHub."""

    def __init__(
        self,
        identities: Iterable[SandboxIdentity],
        *,
        directory: Path,
        settings: SandboxSettings | None = None,
        clock: SandboxClock | None = None,
        seed: int | None = None,
    ) -> None:
        self.settings = settings or SandboxSettings()
        self.clock = clock or SandboxClock()
        self.random = random.Random(seed)  # noqa: S311 -- a seed must make a run repeatable; nothing here guards anything
        self.identifiers = Identifiers(self.random)
        self.registry = Registry(identities)
        self.orange_tokens = TokenShelf(self.identifiers.token)
        self.gsma_tokens = TokenShelf(self.identifiers.token)
        self.calls_per_second = SlidingWindow(seconds=1)
        self.token_requests_per_minute = SlidingWindow(seconds=60)
        self.messages = MessageLog(limit=self.settings.kept_messages)
        self.counts: Counter[str] = Counter()
        self.phones = PhoneBook()
        self.files = FileShelf(directory)
        self.faults = FaultBook(self.random)
        self.attempts = Attempts()
        self.agenda = Agenda()
        self.feed = Feed()
        self.bulk_results: dict[str, list[str]] = {}

    def announce_status(self, message: SandboxMessage) -> None:
        """Tell everyone who listens that a message has a new status."""
        self.feed.publish("status", message.msg_id)

    def announce_file(self, stored: StoredFile) -> None:
        """Tell everyone who listens that a file has a new status."""
        self.feed.publish("file", stored.file_id)

    def advance(self, duration: timedelta) -> None:
        """Move time forward, and do what became due on the way."""
        self.clock.advance(duration)
        self.agenda.run_due(self.clock.now())
        self.agenda.on_change()
