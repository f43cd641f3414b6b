"""The whole state of a sandbox; only the server's own thread touches it."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from bothub_cli.sandbox.state.bots import Registry, SandboxIdentity
from bothub_cli.sandbox.state.call_log import CallLog
from bothub_cli.sandbox.state.change_feed import Feed
from bothub_cli.sandbox.state.events import file_event, status_event
from bothub_cli.sandbox.state.faults import FaultBook, FaultKind
from bothub_cli.sandbox.state.granted_tokens import GrantedTokens
from bothub_cli.sandbox.state.identifiers import Identifiers
from bothub_cli.sandbox.state.magic_numbers import Attempts
from bothub_cli.sandbox.state.message_log import MessageLog, SandboxMessage
from bothub_cli.sandbox.state.phones import PhoneBook
from bothub_cli.sandbox.state.pictures.fetch import PictureFetcher
from bothub_cli.sandbox.state.pictures.pictures import FetchedPictures
from bothub_cli.sandbox.state.rate_limits import SlidingWindow
from bothub_cli.sandbox.state.settings import SandboxSettings
from bothub_cli.sandbox.state.time import Agenda, SandboxClock
from bothub_cli.sandbox.state.uploaded_files import UploadedFile, UploadedFiles
from bothub_cli.sandbox.state.webhooks import WebhookQueue, WebhookTarget

SHUFFLE_DELAY = timedelta(seconds=5)  # longer than the default pace, so that a later status overtakes


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
        self.orange_tokens = self._make_granted_tokens("orange-token")
        self.gsma_tokens = self._make_granted_tokens("gsma-token")
        self.calls_per_second = SlidingWindow(seconds=1)
        self.token_requests_per_minute = SlidingWindow(seconds=60)
        self.messages = MessageLog(limit=self.settings.kept_messages)
        self.counts: Counter[str] = Counter()
        self.calls = CallLog()
        self.calls.on_refused = lambda record: self.feed.publish("refused", str(record.number))
        self.phones = PhoneBook()
        self.files = UploadedFiles(directory)
        # Its own chance: what else is drawn, such as tokens, does not shift which calls fail.
        chance = random.Random(None if seed is None else f"{seed} faults")  # noqa: S311 -- likewise
        self.faults = FaultBook(chance, on_change=lambda rule_id: self.note("fault", rule_id))
        self.attempts = Attempts()
        self.agenda = Agenda()
        self.webhook_queue = WebhookQueue(self.agenda)
        self.feed = Feed()
        self.pictures = self._make_pictures()
        self.on_note: Callable[[str, str], None] = _forget
        self.count_unwritten: Callable[[], int] = int  # changes that a store does not have yet; 0 without one
        self.webhook_queue.on_change = lambda delivery: self.note("delivery", delivery.delivery_id)
        self.bulk_results: dict[str, list[str]] = {}
        self.key_files: dict[str, str] = {}  # by bot, where whoever started the sandbox has written its private key

    def _make_granted_tokens(self, kind: str) -> GrantedTokens:
        return GrantedTokens(self.identifiers.token, on_change=lambda fingerprint: self.on_note(kind, fingerprint))

    def _make_pictures(self) -> FetchedPictures:
        fetch = self.settings.fetch_media
        fetcher = None if fetch == "never" else PictureFetcher(may_be_local=fetch == "local")
        return FetchedPictures(fetcher, self.files, own_files=self.settings.own_files, now=self.clock.monotonic)

    def note(self, kind: str, name: str) -> None:
        """Tell everyone who watches that something changed."""
        self.feed.publish(kind, name)
        self.on_note(kind, name)

    def take_message(self, message: SandboxMessage) -> None:
        """Keep a new message."""
        self.messages.add(message)
        self.note("message", message.msg_id)

    def announce_status(self, message: SandboxMessage, *, at: datetime) -> None:
        """Tell the bot, and everyone who watches, that a message has a new status."""
        self.note("status", message.msg_id)
        if message.bot_id not in self.webhook_queue.targets:
            return
        event = status_event(self.phones.get(message.number), message)
        is_late = message.webhook_fault is FaultKind.SHUFFLED_WEBHOOKS and not message.is_final
        copies = 2 if message.webhook_fault is FaultKind.DUPLICATE_WEBHOOKS else 1
        for _ in range(copies):
            delay = SHUFFLE_DELAY if is_late else timedelta()
            self.webhook_queue.post(message.bot_id, event, at=at, msg_id=message.msg_id, delay=delay)

    def set_webhook(self, bot_id: str, target: WebhookTarget | None) -> None:
        """Tell where a bot's events go; None for nowhere."""
        if target is None:
            self.webhook_queue.targets.pop(bot_id, None)
        else:
            self.webhook_queue.targets[bot_id] = target
        self.note("webhook", bot_id)

    def announce_file(self, stored: UploadedFile, *, at: datetime) -> None:
        """Tell the bot, and everyone who watches, that a file has a new status."""
        self.note("file", stored.file_id)
        self.webhook_queue.post(stored.bot_id, file_event(stored), at=at)

    def reset(self) -> None:
        """Forget everything that happened; bots, settings and webhooks stay."""
        for part in (
            self.messages,
            self.phones,
            self.files,
            self.faults,
            self.attempts,
            self.agenda,
            self.webhook_queue,
            self.orange_tokens,
            self.gsma_tokens,
            self.calls_per_second,
            self.token_requests_per_minute,
            self.bulk_results,
            self.counts,
            self.calls,
        ):
            part.clear()
        self.note("reset", "")

    def advance(self, duration: timedelta) -> None:
        """Move time forward, and do what became due on the way."""
        self.clock.advance(duration)
        self.note("clock", "")
        self.agenda.run_due(self.clock.now())
        self.agenda.on_change()


def _forget(_kind: str, _name: str) -> None:
    """Do nothing: this sandbox has no store."""
