"""Every message that went through the sandbox, in both directions, with the history of its status."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

from bothub_cli.clock import to_rfc3339
from bothub_cli.messages.event.statuses import is_final
from bothub_cli.sandbox.state.faults import FaultKind

Direction = Literal["to_phone", "to_bot"]


class LoggedStatus(NamedTuple):
    """A message's status from that instant on; a tuple, for each message makes four and keeps them."""

    status: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRequest:
    """The HTTP request that brought a message, as it came; the headers hold secrets."""

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(slots=True, kw_only=True)
class SandboxMessage:
    """One message."""

    msg_id: str
    """Its name."""
    bot_id: str
    """Whose it is."""
    number: str
    """The person's, E.164."""
    direction: Direction
    """Who wrote it."""
    payload: Mapping[str, Any]  # JSON from outside
    """The JSON that was sent, untouched."""
    received_at: datetime
    """When the sandbox took it."""
    history: list[LoggedStatus]
    """Where it was, and since when."""
    request: ReceivedRequest | None = None
    """The call that brought it."""
    webhook_fault: FaultKind | None = None
    """What its events suffer, when somebody wanted that."""
    sequence: int = 0
    """Counts all messages of the sandbox."""
    _words: str | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def status(self) -> str:
        return self.history[-1].status

    @property
    def words(self) -> str:
        """All texts of the message, one a line, in small letters: what a search looks through; made at the first."""
        if self._words is None:
            self._words = text_to_search(self.payload)
        return self._words

    @property
    def is_final(self) -> bool:
        return is_final(self.status)

    @property
    def is_typing(self) -> bool:
        """Whether it only says that somebody writes."""
        return "isTyping" in self.payload.get("RCSMessage", {})

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was cancelled, or expired, before it arrived: no phone shows it."""
        return self.status in ("cancelled", "revoked")

    def status_document(self) -> dict[str, object]:
        """Return what FNW.11 tells about a message's status."""
        change = self.history[-1]
        return {"RCSMessage": {"msgId": self.msg_id, "status": change.status, "timestamp": to_rfc3339(change.at)}}


def text_to_search(payload: Mapping[str, Any]) -> str:
    """Return all texts of a message, one a line, in small letters."""
    return "\n".join(texts_of(payload)).casefold()


def texts_of(payload: Any) -> Iterator[str]:
    """Yield the strings of a message that was checked, so that it is not too deep."""
    for value in payload.values() if isinstance(payload, dict) else payload:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from texts_of(value)


class MessageLog:
    """The newest messages, up to ``limit``, in the order in which they came."""

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._messages: dict[str, SandboxMessage] = {}
        self._order: deque[str] = deque()
        self._conversations: dict[str, deque[SandboxMessage]] = {}  # by number; who spoke last stands last
        self._last_sequence = 0

    def add(self, message: SandboxMessage) -> None:
        """Keep a message; the oldest makes room."""
        message.sequence = self._last_sequence + 1
        self.put(message)

    def put(self, message: SandboxMessage) -> None:
        """Take in a message that has its sequence number already."""
        self._last_sequence = message.sequence
        self._messages[message.msg_id] = message
        self._order.append(message.msg_id)
        conversation = self._conversations.pop(message.number, None)
        self._conversations[message.number] = conversation = conversation or deque()
        conversation.append(message)
        if len(self._order) > self._limit:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        oldest = self._messages.pop(self._order.popleft())
        conversation = self._conversations[oldest.number]
        conversation.popleft()
        if not conversation:
            del self._conversations[oldest.number]

    @property
    def last_sequence(self) -> int:
        """The number of the message that came last."""
        return self._last_sequence

    def find(self, msg_id: str) -> SandboxMessage | None:
        return self._messages.get(msg_id)

    def newest_first(self, number: str | None = None) -> Iterator[SandboxMessage]:
        """Yield every message, or what was said with one number, the newest first."""
        if number is not None:
            return reversed(self.conversation(number))
        return (self._messages[msg_id] for msg_id in reversed(self._order))

    def conversation(self, number: str) -> Sequence[SandboxMessage]:
        """Return what was said with one number, oldest first."""
        return self._conversations.get(number, ())

    def conversations(self) -> Iterator[tuple[str, Sequence[SandboxMessage]]]:
        """Yield each number with what was said with it; who spoke last comes first."""
        return reversed(self._conversations.items())

    def __iter__(self) -> Iterator[SandboxMessage]:
        return (self._messages[msg_id] for msg_id in self._order)

    def __len__(self) -> int:
        return len(self._order)

    def clear(self) -> None:
        self._messages.clear()
        self._conversations.clear()
        self._order.clear()
