"""Picks messages out of the log: by phone, bot, direction, status, words, and what came after."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from bothub_cli.sandbox.control.arguments import ControlError, phone
from bothub_cli.sandbox.state.message_log import MessageLog, SandboxMessage
from bothub_cli.sandbox.state.sandbox import Sandbox

LIMIT_DEFAULT = 100  # messages
LIMIT_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageQuery:
    """What a message must have; an absent condition is always met. ``after`` and ``before`` are
    sequence numbers of messages."""

    number: str | None = None
    bot_id: str | None = None
    direction: str | None = None
    status: str | None = None
    words: str | None = None
    after: int = 0
    before: int | None = None
    limit: int = LIMIT_DEFAULT

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "MessageQuery":
        """Read a query string: to (or number), bot_id, direction, status, text, after, before, limit.

        Raises ControlError for an unknown name or a bad value.
        """
        unknown = set(query) - {
            "to",
            "number",
            "bot_id",
            "direction",
            "status",
            "text",
            "after",
            "before",
            "limit",
            "timeout",
        }
        if unknown:
            raise ControlError(problem=f"unknown condition: {', '.join(sorted(unknown))}")
        contact = query.get("to", query.get("number"))
        return cls(
            # An unencoded "+33…" arrives as " 33…": harmless here, so it is understood.
            number=None if contact is None else phone(contact.replace(" ", "+", 1), "to"),
            bot_id=query.get("bot_id"),
            direction=query.get("direction"),
            status=query.get("status"),
            words=query.get("text"),
            after=_read_count(query, "after", default=0, maximum=2**53),
            before=_read_count(query, "before", default=0, maximum=2**53) or None,
            limit=_read_count(query, "limit", default=LIMIT_DEFAULT, maximum=LIMIT_MAX),
        )

    def matches(self, message: SandboxMessage) -> bool:
        """Tell whether the message is wanted."""
        return (
            message.sequence > self.after
            and not message.is_typing  # a sign, and no message
            and (self.before is None or message.sequence < self.before)
            and self.number in (None, message.number)
            and self.bot_id in (None, message.bot_id)
            and self.direction in (None, message.direction)
            and self.status in (None, message.status)
            and (self.words is None or self.words.casefold() in message.words)
        )

    def first(self, log: MessageLog) -> SandboxMessage | None:
        """Return the oldest message that matches."""
        found = None
        for message in log.newest_first(self.number):
            if message.sequence <= self.after:
                break
            if self.matches(message):
                found = message
        return found

    def newest(self, log: MessageLog) -> list[SandboxMessage]:
        """Return the newest messages that match, up to the limit, the oldest of them first."""
        found: list[SandboxMessage] = []
        for message in log.newest_first(self.number):
            if message.sequence <= self.after or len(found) == self.limit:
                break
            if self.matches(message):
                found.append(message)
        return found[::-1]


async def wait_for_message(
    sandbox: Sandbox, query: MessageQuery, *, timeout: float, closing: asyncio.Event
) -> SandboxMessage | None:
    """Return the oldest match as soon as there is one; None after ``timeout`` seconds, or when the sandbox closes."""
    with suppress(TimeoutError):
        async with asyncio.timeout(timeout):
            while not closing.is_set():
                newest = sandbox.messages.last_sequence
                message = query.first(sandbox.messages)
                if message is not None:
                    return message
                if query.status is None:  # what does not match never will: only a status changes
                    query = replace(query, after=max(query.after, newest))
                await sandbox.feed.sleep()
    return None


def _read_count(query: Mapping[str, str], name: str, *, default: int, maximum: int) -> int:
    written = query.get(name)
    if written is None:
        return default
    if not written.isascii() or not written.isdigit() or len(written) > 16 or int(written) > maximum:
        raise ControlError(problem=f"{name}: a whole number up to {maximum} is required")
    return int(written)
