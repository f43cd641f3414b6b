"""The way out for every message: past the suppression list, and into the event store."""

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import ClassVar

from bothub_cli.clock import Clock
from bothub_cli.errors import BothubError, ConfigurationError, InputRefusedError
from bothub_cli.events.store.database import Database
from bothub_cli.events.store.sent import SentLog, SentMessage
from bothub_cli.events.store.suppression import SuppressionList
from bothub_cli.messages.model.summary import summarise
from bothub_cli.protocol.messaging import Accepted
from bothub_cli.record import record
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.sending.deliver import Sender


@record(frozen=False, eq=False)
class SuppressedError(InputRefusedError):
    """The user does not want to be written to; the text never holds the number."""

    code: ClassVar[str] = "message.suppressed"

    problem: str = "this number is on the suppression list"
    """Why, in words; never the number."""
    since: datetime
    """When this user said so."""

    @property
    def message(self) -> str:
        return f"{self.problem} since {self.since.astimezone():%Y-%m-%d}: its user is not to be written to"

    @property
    def remedy(self) -> str | None:
        return "see bothub suppression list{profile}; to send all the same: --ignore-suppression"


class SendingStore:
    """What the event store says about whom to spare, and is told of what went out; opened when it is first needed.

    ``find_store`` returns the event store, or None where there is none, and nobody is spared; ``open_store`` makes it.
    ``find_elsewhere`` asks the list that several machines share, where there is one: it counts like one's own.
    ``warn`` hears that a message went out and could not be noted. Threads may share it: they share the store in turn.
    """

    def __init__(
        self,
        *,
        profile: str,
        find_store: Callable[[], Database | None],
        open_store: Callable[[], Database],
        clock: Clock,
        warn: Callable[[str], None],
        is_recorded: bool,
        keep_texts: bool = False,
        find_elsewhere: Callable[[Collection[str]], Mapping[str, datetime]] | None = None,
    ) -> None:
        self._profile = profile
        self._find_store = find_store
        self._open_store = open_store
        self._clock = clock
        self._warn = warn
        self._is_recorded = is_recorded
        self._keep_texts = keep_texts
        self._find_elsewhere = find_elsewhere
        self._lock = threading.Lock()

    def refuse_suppressed(self, payload: Mapping[str, object]) -> None:
        """Raise SuppressedError for a message to somebody who said STOP.

        A store that cannot be read raises ConfigurationError: in doubt nobody is written to.
        """
        contact = OutgoingMessage(payload=payload).contact
        since = self.suppressed_since(contact) if contact else None
        if since is not None:
            raise SuppressedError(since=since)

    def suppressed_since(self, contact: str) -> datetime | None:
        """Return since when somebody is not to be written to, None for who may be. Raises ConfigurationError."""
        return self.find_suppressed([contact]).get(contact)

    def find_suppressed(self, contacts: Iterable[str]) -> dict[str, datetime]:
        """Return those who are not to be written to, each with the moment since when. Raises ConfigurationError."""
        wanted = dict.fromkeys(contacts)
        found: dict[str, datetime] = {}
        try:
            with self._lock:
                if (store := self._find_store()) is not None:
                    listed = SuppressionList(store, profile=self._profile)
                    found = {contact: entry.since for contact in wanted if (entry := listed.find(contact)) is not None}
                if self._find_elsewhere is not None and (others := wanted.keys() - found):
                    found |= self._find_elsewhere(others)
        except ConfigurationError as error:
            problem = f"{error.problem}; nothing was sent"
            raise ConfigurationError(problem=problem, where=error.where, fix=error.fix) from error
        return found

    def record(self, payload: Mapping[str, object], accepted: Accepted) -> None:
        """Note a message; it is on its way, so a store that refuses is only told."""
        if not self._is_recorded:
            return
        message = OutgoingMessage(payload=payload)
        sent = SentMessage(
            profile=self._profile,
            msg_id=accepted.msg_id,
            number=message.contact or "",
            sent_at=self._clock.now(),
            status=accepted.status,
            summary=summarise(message.payload),
        )
        try:
            with self._lock:
                SentLog(self._open_store(), keep_texts=self._keep_texts).record([sent])
        except BothubError as error:
            self._is_recorded = False
            self._warn(f"sent, but not noted in the event store: {error.message}")


class Outbox:
    """Sends what may be sent, and notes what was accepted."""

    def __init__(self, sender: Sender, store: SendingStore, *, ignore_suppression: bool = False) -> None:
        self._sender = sender
        self._store = store
        self._ignore_suppression = ignore_suppression

    def send(self, payload: Mapping[str, object]) -> Accepted:
        """Send one body. Raises SuppressedError before anything goes out, and what the sender raises."""
        if not self._ignore_suppression:
            self._store.refuse_suppressed(payload)
        accepted = self._sender.send(payload)
        self._store.record(payload, accepted)
        return accepted


def count_suppressed(store: Database, messages: Iterable[OutgoingMessage], *, profile: str) -> int:
    """Return how many messages would be refused because of the suppression list."""
    listed = SuppressionList(store, profile=profile)
    return sum(listed.find(message.contact) is not None for message in messages if message.contact)
