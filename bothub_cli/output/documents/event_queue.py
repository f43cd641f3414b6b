"""The answers about events on their way to other programs."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from bothub_cli.amounts import count_words
from bothub_cli.output.blocks import Block, TextLine, Tone
from bothub_cli.output.document import document

if TYPE_CHECKING:
    from bothub_cli.events.store.event_records import EventDelivery

QueueState = Literal["waiting", "given-up"]


@document
class QueuedEvent:
    """An event that a target of ``listen --forward-to`` or ``--exec`` has not taken yet."""

    schema_name: ClassVar[str] = "queued-event"

    id: Annotated[str, "of its place in the queue: an event that goes to two targets has two"]
    event_id: str
    profile: str
    kind: str
    number: str | None
    target: Annotated[str, "stands for the URL or command, which may hold secrets and are not kept"]
    state: Annotated[QueueState, "given-up: nothing tries it any more"]
    attempts: int
    next_at: Annotated[datetime | None, "when it is tried next, while a listener runs"]
    problem: Annotated[str | None, "how the last attempt ended"]

    @classmethod
    def of(cls, delivery: "EventDelivery") -> Self:
        """Return the document of a delivery."""
        is_waiting = delivery.state == "pending"
        return cls(
            id=str(delivery.id),
            event_id=str(delivery.stored.id),
            profile=delivery.stored.profile,
            kind=delivery.stored.event.kind,
            number=delivery.stored.event.number,
            target=delivery.target,
            state="waiting" if is_waiting else "given-up",
            attempts=delivery.attempts,
            next_at=delivery.next_at if is_waiting else None,
            problem=delivery.last_problem,
        )

    def blocks(self) -> Iterable[Block]:
        tries = count_words(self.attempts, "attempt")
        cells = [self.id.rjust(5), self.state.ljust(8), self.target, f"event {self.event_id}", self.kind, tries]
        if self.problem:
            cells.append(" ".join(self.problem.split("\n")))
        yield TextLine("  ".join(cells), Tone.PLAIN if self.state == "waiting" else Tone.BAD)


@document
class QueueSummary:
    """The end of a list of queued events."""

    schema_name: ClassVar[str] = "queue-summary"

    total: int
    waiting: int
    given_up: int
    more: Annotated[bool, "newer ones were left out: --limit"]

    def blocks(self) -> Iterable[Block]:
        left_out = "; newer ones are left out: --limit 0 shows all" if self.more else ""
        yield TextLine(f"{self.waiting} waiting, {self.given_up} given up{left_out}", Tone.QUIET)


@document
class QueueChange:
    """Queued events are tried again, or dropped; or would be, with ``--dry-run``."""

    schema_name: ClassVar[str] = "queue-change"

    action: Literal["retry", "drop"]
    changed: int
    dry_run: bool

    def blocks(self) -> Iterable[Block]:
        verb = {"retry": "tried again now", "drop": "dropped"}[self.action]
        yield TextLine(f"{self.changed} {'would be ' if self.dry_run else ''}{verb}", Tone.GOOD)
