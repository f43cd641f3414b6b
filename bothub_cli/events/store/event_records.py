"""What the event store holds of the webhook's calls, as values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from bothub_cli.events.opt_out import Spoken
from bothub_cli.messages.event.event import Event

# bytes of a webhook's body, also once it is decompressed; a whole message is 250 kB at most (GSMA RCC.07)
BODY_MAX: Final = 1024 * 1024

DeliveryState = Literal["pending", "done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedEvent:
    """A webhook call on its way into the store: the event, and the body it was read from."""

    event: Event
    body: bytes = field(repr=False)
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event in the store; its ``id`` grows with the order of arrival and is never used twice.

    ``spoken`` is the wish that changed the suppression list when it was stored; ``is_doubtful`` tells that a text may
    have been meant as one.
    """

    id: int
    profile: str
    received_at: datetime
    event: Event
    body: bytes = field(repr=False)
    spoken: Spoken | None = None
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A webhook body that is no event; ``size`` in bytes as it came.

    ``body`` is only its beginning where an older version kept it.
    """

    id: int = 0
    profile: str
    received_at: datetime
    reason: str
    content_type: str | None
    content_encoding: str | None = None
    size: int
    body: bytes = field(repr=False)

    @property
    def is_whole(self) -> bool:
        """Whether all of it was kept."""
        return self.size == len(self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDelivery:
    """One event on its way to one target; ``attempts`` were made so far."""

    id: int
    target: str
    conversation: str
    attempts: int
    state: DeliveryState
    next_at: datetime
    last_problem: str | None
    stored: StoredEvent
