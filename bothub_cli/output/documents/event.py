"""The answers about what the webhook heard, and what was sent before."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from bothub_cli.amounts import count_words
from bothub_cli.clock import to_local
from bothub_cli.messages.event.statuses import has_reached, is_failure
from bothub_cli.output.blocks import Block, Pairs, Raw, TextLine, Tone
from bothub_cli.output.columns import fit, one_line
from bothub_cli.output.document import document
from bothub_cli.output.plain import to_json_text

if TYPE_CHECKING:
    from bothub_cli.events.store.event_records import DeadLetter, StoredEvent
    from bothub_cli.events.store.sent import SentMessage

_TONES = {"message": Tone.STRONG, "response": Tone.STRONG, "newUser": Tone.STRONG, "unknown": Tone.WARNING}
_CHAT_HANG = len("2026-11-24 14:00:00  user  ")
EXCERPT_MAX = 2000  # characters of a body that was no event


def _describe_wish(stored: "StoredEvent") -> Literal["opted out", "opted in", "perhaps"] | None:
    if stored.spoken is not None:
        return "opted out" if stored.spoken.is_stop else "opted in"
    return "perhaps" if stored.is_doubtful else None


@document
class EventRow:
    """One event of the store."""

    schema_name: ClassVar[str] = "event"

    id: Annotated[str, "grows with the order of arrival"]
    profile: str
    received_at: datetime
    kind: Annotated[str, "FNW.11's name, or the platform's own where FNW.11 has none"]
    number: Annotated[str | None, "the user's number, as the platform writes it"]
    chat_id: str | None
    message_id: str | None
    status: str | None
    text: Annotated[str | None, "what the user wrote, or the label that was tapped"]
    postback: str | None
    timestamp: Annotated[datetime | None, "when it happened, as the platform says"]
    wish: Annotated[
        Literal["opted out", "opted in", "perhaps"] | None,
        "what it changed on the suppression list; perhaps: it was not taken for a STOP, and a person should look",
    ]
    what: Annotated[str, "the event in a few words, for people"]
    payload: Annotated[Mapping[str, Any], "the body as it came"]

    @classmethod
    def of(cls, stored: "StoredEvent") -> Self:
        """Return the document of a stored event."""
        from bothub_cli.output.event_words import describe_event  # with it all that an event can hold

        event = stored.event
        return cls(
            id=str(stored.id),
            profile=stored.profile,
            received_at=stored.received_at,
            kind=event.kind,
            number=event.number,
            chat_id=event.chat_id,
            message_id=event.msg_id,
            status=event.status,
            text=event.text,
            postback=event.postback,
            timestamp=event.timestamp,
            wish=_describe_wish(stored),
            what=describe_event(event),
            payload=event.payload,
        )

    @property
    def who(self) -> str:
        """The user, by the best name there is."""
        return self.number or self.chat_id or "-"

    @property
    def marked(self) -> str:
        """What happened, and what it changed on the suppression list."""
        mark = "perhaps meant as STOP" if self.wish == "perhaps" else self.wish
        return f"{self.what}  ({mark})" if mark else self.what

    @property
    def tone(self) -> Tone:
        """The colour of the row."""
        if self.wish is not None:
            return Tone.WARNING
        if is_failure(self.status):
            return Tone.BAD
        return Tone.GOOD if has_reached(self.status, "delivered") else _TONES.get(self.kind, Tone.QUIET)

    def blocks(self) -> Iterable[Block]:
        time = to_local(self.received_at)
        cells = [self.id.rjust(5), time, self.kind.ljust(13), self.who.ljust(13), self.marked]
        if self.postback is not None:
            cells.append(f"[{self.postback}]")
        if self.kind == "messageStatus" and self.message_id:
            cells.append(self.message_id)
        yield TextLine("  ".join(" ".join(cell.split("\n")) for cell in cells), self.tone)


@document
class EventDetails:
    """One event with its body, byte for byte."""

    schema_name: ClassVar[str] = "event-details"

    event: EventRow
    body: Annotated[str, "the body as it came; bytes that are not UTF-8 as \\xNN"]

    def blocks(self) -> Iterable[Block]:
        event = self.event
        rows = [("event", f"{event.id} ({event.kind})"), ("profile", event.profile)]
        rows.append(("received", f"{event.received_at.astimezone():%Y-%m-%d %H:%M:%S %z}"))
        rows += [("from", event.who), ("message", event.message_id or "-"), ("what", event.marked)]
        if event.postback is not None:
            rows.append(("postback", event.postback))
        yield Pairs(tuple(rows))
        yield Raw(to_json_text(event.payload, indent=2))


@document
class SentRow:
    """A message that was sent from here."""

    schema_name: ClassVar[str] = "sent-message"

    profile: str
    message_id: str | None
    number: str
    sent_at: datetime
    status: Annotated[str | None, "what the send call answered"]
    text: Annotated[str | None, "what was sent, or only its length"]
    masked: Annotated[bool, "the text is not kept, only its length"]

    @classmethod
    def of(cls, sent: "SentMessage") -> Self:
        """Return the document of a message that was sent."""
        return cls(
            profile=sent.profile,
            message_id=sent.msg_id,
            number=sent.number,
            sent_at=sent.sent_at,
            status=sent.status,
            text=sent.summary,
            masked=sent.is_masked,
        )

    def blocks(self) -> Iterable[Block]:
        time = to_local(self.sent_at)
        cells = [" sent", time, (self.status or "").ljust(13), self.number.ljust(13), one_line(self.text or "-")]
        yield TextLine("  ".join([*cells, self.message_id or ""]).rstrip(), Tone.PLAIN)


@document
class DeadLetterRow:
    """A body that came to the webhook and was no event."""

    schema_name: ClassVar[str] = "dead-letter"

    id: str
    profile: str
    received_at: datetime
    reason: str
    content_type: str | None
    size: Annotated[int, "bytes that came"]
    body: Annotated[str, "its beginning; bytes that are not UTF-8 as \\xNN"]

    @classmethod
    def of(cls, letter: "DeadLetter") -> Self:
        """Return the document of a dead letter."""
        return cls(
            id=str(letter.id),
            profile=letter.profile,
            received_at=letter.received_at,
            reason=letter.reason,
            content_type=letter.content_type,
            size=letter.size,
            body=letter.body.decode("utf-8", "backslashreplace")[:EXCERPT_MAX],
        )

    def blocks(self) -> Iterable[Block]:
        time = to_local(self.received_at)
        start = fit(one_line(self.body), 60).rstrip()
        yield TextLine(f"{self.id:>5}  {time}  {self.reason}: {start}", Tone.WARNING)


@document
class DeadLetterDetails:
    """A body that was no event, as far as it was kept."""

    schema_name: ClassVar[str] = "dead-letter-details"

    letter: DeadLetterRow
    content_encoding: str | None
    body: Annotated[str, "as it came; bytes that are not UTF-8 as \\xNN"]

    def blocks(self) -> Iterable[Block]:
        letter = self.letter
        rows = [("dead letter", letter.id), ("profile", letter.profile)]
        rows.append(("received", f"{letter.received_at.astimezone():%Y-%m-%d %H:%M:%S %z}"))
        rows += [("reason", letter.reason), ("content type", letter.content_type or "-")]
        if self.content_encoding:
            rows.append(("encoding", self.content_encoding))
        rows.append(("bytes", str(letter.size)))
        yield Pairs(tuple(rows))
        yield TextLine(self.body)


@document
class DeadLetterReplayed:
    """How a body fared that was no event before."""

    schema_name: ClassVar[str] = "dead-letter-replayed"

    id: str
    taken: bool
    events: Annotated[int, "how many new events came of it"]
    problem: Annotated[str | None, "why it is still none; it is kept"]

    def blocks(self) -> Iterable[Block]:
        if self.problem is None:
            yield TextLine(f"{self.id:>5}  taken, {count_words(self.events, 'event')}", Tone.GOOD)
        else:
            yield TextLine(f"{self.id:>5}  {self.problem}", Tone.BAD)


@document
class EventSummary:
    """The end of a list of events."""

    schema_name: ClassVar[str] = "event-summary"

    total: int
    more: Annotated[bool, "older ones were left out: --limit"]

    def blocks(self) -> Iterable[Block]:
        left_out = "; older ones are left out: --limit 0 shows all" if self.more else ""
        yield TextLine(f"{count_words(self.total, 'event')}{left_out}", Tone.QUIET)


@document
class ChatLine:
    """One line of a conversation."""

    schema_name: ClassVar[str] = "chat-line"

    at: datetime
    direction: Annotated[Literal["to_user", "from_user"], "who speaks"]
    kind: str
    text: Annotated[str | None, "what was said; of ours perhaps only the length"]
    postback: str | None
    message_id: str | None
    status: Annotated[str | None, "how far a message of ours got"]
    profile: str

    def blocks(self) -> Iterable[Block]:
        time = to_local(self.at)
        if self.direction == "to_user":
            said = f"{one_line(self.text or '-')}  ({self.status or 'unknown'})"
            yield TextLine(f"{time}  bot   {said}", hang=_CHAT_HANG)
        else:
            mark = f"  [{one_line(self.postback)}]" if self.postback is not None else ""
            yield TextLine(f"{time}  user  {one_line(self.text or '-')}{mark}", Tone.STRONG, _CHAT_HANG)


@document
class EventTriggered:
    """A made-up event went to a webhook; or would go, with ``--dry-run``."""

    schema_name: ClassVar[str] = "event-triggered"

    url: str
    taken: Annotated[bool, "false with --dry-run"]
    body: Annotated[str, "what was posted"]

    def blocks(self) -> Iterable[Block]:
        if self.taken:
            yield TextLine(f"the webhook at {self.url} took the event", Tone.GOOD)
        else:
            yield Raw(self.body)


@document
class EventReplayed:
    """How one event fared when it was posted again."""

    schema_name: ClassVar[str] = "event-replayed"

    id: str
    kind: str
    taken: bool
    problem: str | None

    def blocks(self) -> Iterable[Block]:
        if self.problem is None:
            yield TextLine(f"{self.id:>5}  {self.kind:<13}  taken", Tone.GOOD)
        else:
            yield TextLine(f"{self.id:>5}  {self.kind:<13}  {self.problem}", Tone.BAD)


@document
class ReplaySummary:
    """How many events were taken."""

    schema_name: ClassVar[str] = "replay-summary"

    total: int
    taken: int
    failed: int

    def blocks(self) -> Iterable[Block]:
        words = f"{self.taken} taken" + (f", {self.failed} not taken" if self.failed else "")
        yield TextLine(f"{count_words(self.total, 'event')}: {words}", Tone.WARNING if self.failed else Tone.GOOD)


@document
class EventsPurged:
    """Old events, messages and dead letters are gone; or would go, with ``--dry-run``."""

    schema_name: ClassVar[str] = "events-purged"

    before: datetime
    removed: int
    dry_run: bool

    def blocks(self) -> Iterable[Block]:
        verb = "would be removed" if self.dry_run else "removed"
        yield TextLine(f"{self.removed} {verb}: all before {self.before.astimezone():%Y-%m-%d %H:%M}", Tone.GOOD)
