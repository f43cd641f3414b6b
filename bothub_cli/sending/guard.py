"""Stands before the API: keeps messages from people who said STOP, and notes those that were accepted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bothub_cli.errors import InputRefusedError
from bothub_cli.protocol.messaging import Accepted
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.sending.deliver import Sender


@dataclass(eq=False, kw_only=True)
class SuppressedError(InputRefusedError):
    """The user does not want to be written to; the text never holds the number."""

    code: ClassVar[str] = "message.suppressed"

    problem: str = "this number is on the suppression list"
    since: datetime

    @property
    def message(self) -> str:
        return f"{self.problem} since {self.since.astimezone():%Y-%m-%d}: its user is not to be written to"

    @property
    def hint(self) -> str | None:
        return "see bothub suppression list{profile}; to send all the same: --ignore-suppression"


class GuardedSender:
    """Sends what may be sent, and hands what was accepted to ``record``."""

    def __init__(
        self,
        sender: Sender,
        *,
        find_suppression: Callable[[str], datetime | None],
        record: Callable[[OutgoingMessage, Accepted], None],
    ) -> None:
        self._sender = sender
        self._find_suppression = find_suppression
        self._record = record

    def send(self, payload: Mapping[str, object]) -> Accepted:
        """Send one body. Raises SuppressedError before anything goes out, and what the sender raises."""
        message = OutgoingMessage(payload=payload)
        if message.contact and (since := self._find_suppression(message.contact)):
            raise SuppressedError(since=since)
        accepted = self._sender.send(payload)
        self._record(message, accepted)
        return accepted
