"""The answers of commands about messages that are not sent: written, checked, drawn; and about one that was."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from bothub_cli.amounts import count_words
from bothub_cli.clock import to_local
from bothub_cli.messages import BillingClass
from bothub_cli.output.blocks import Block, Pairs, Raw, Table, TextLine, Tone
from bothub_cli.output.columns import one_line
from bothub_cli.output.document import document
from bothub_cli.output.findings import FoundProblem, finding_lines

CheckVerdict = Literal["ok", "warned", "refused"]

_TONES: dict[CheckVerdict, Tone] = {"ok": Tone.GOOD, "warned": Tone.WARNING, "refused": Tone.BAD}


@document
class Skeleton:
    """A commented message to start from."""

    schema_name: ClassVar[str] = "skeleton"

    kind: str
    text: Annotated[str, "YAML, which passes the check as it is"]

    def blocks(self) -> Iterable[Block]:
        yield Raw(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkeletonKind:
    """One kind of message."""

    kind: str
    meaning: str


@document
class SkeletonList:
    """The kinds of messages that can be started from."""

    schema_name: ClassVar[str] = "skeleton-list"

    kinds: tuple[SkeletonKind, ...]

    def blocks(self) -> Iterable[Block]:
        yield Table(columns=("kind", "is"), rows=tuple((item.kind, item.meaning) for item in self.kinds))
        yield TextLine("bothub message new KIND > message.yaml", Tone.QUIET)


@document
class ConvertedMessage:
    """A message of Google's format as BotHub takes it."""

    schema_name: ClassVar[str] = "converted-message"

    index: Annotated[int, "position among the messages, from 0"]
    source: Annotated[str, "file and line where it begins"]
    rcs_message: Annotated[Mapping[str, Any], "the RCSMessage of FNW.11"]
    remarks: Annotated[tuple[str, ...], "what could not be said, or is still missing"]

    def blocks(self) -> Iterable[Block]:
        yield Raw(json.dumps(self.rcs_message, ensure_ascii=False, indent=2))


@document
class MessageCheck:
    """What the check found in one message."""

    schema_name: ClassVar[str] = "message-check"

    index: Annotated[int, "position among the messages, from 0"]
    source: Annotated[str, "file and line where it begins"]
    verdict: CheckVerdict
    errors: int
    warnings: int
    findings: tuple[FoundProblem, ...]
    billing: Annotated[BillingClass | None, "what it is billed as outside contracts of its own; null for no message"]

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"{self.verdict:<8}  {self.source}{self._counts()}", _TONES[self.verdict])
        if self.billing is not None:
            yield TextLine(f"    {say_billing(self.billing)}", Tone.QUIET)
        for finding in self.findings:
            yield from finding_lines(finding, line=finding.line)
            yield TextLine(f"    {finding.rule}, {finding.source}", Tone.QUIET)

    def _counts(self) -> str:
        counts = ((self.errors, "error"), (self.warnings, "warning"))
        words = ", ".join(count_words(number, word) for number, word in counts if number)
        return f": {words}" if words else ""


def say_billing(billing: BillingClass) -> str:
    """Say the billing class in one line: "billed as basic: a text alone, …"."""
    times = f" × {billing.segments}" if billing.segments > 1 else ""
    return f"billed as {billing.name}{times}: {billing.reason}"


@document
class CheckSummary:
    """How many messages the check accepted."""

    schema_name: ClassVar[str] = "check-summary"

    total: int
    ok: int
    accepted: Annotated[int, "the same as ok"]
    warned: int
    refused: int

    def blocks(self) -> Iterable[Block]:
        counts = ((self.ok, "ok"), (self.warned, "ok with warnings"), (self.refused, "refused"))
        words = ", ".join(f"{number} {word}" for number, word in counts if number)
        yield TextLine(f"{count_words(self.total, 'message')}: {words}", Tone.BAD if self.refused else Tone.GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A part of a message that a phone does not show, or not whole."""

    rule: str
    pointer: Annotated[str, "RFC 6901, into the RCSMessage"]
    sentence: str
    shown: Annotated[int, "characters, or DP of a medium, that are left"]
    total: int


@document
class MessageForecast:
    """What one kind of phone will show of a message; an estimate, since fonts differ."""

    schema_name: ClassVar[str] = "message-forecast"

    index: Annotated[int, "position among the messages, from 0"]
    source: Annotated[str, "file and line where it begins"]
    phone: str
    losses: tuple[Loss, ...]
    notes: Annotated[tuple[str, ...], "what this phone draws otherwise without losing anything"]
    files: Annotated[tuple[str, ...], "pictures that were written"]

    def blocks(self) -> Iterable[Block]:
        for name in self.files:
            yield TextLine(f"wrote {name}", Tone.GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeStep:
    """Something that happened to a message, as the event store knows it."""

    at: datetime
    what: str


@document
class MessageState:
    """Where a message is."""

    schema_name: ClassVar[str] = "message-state"

    message_id: str
    status: Annotated[str, "BotHub's word: pending, sent, delivered, displayed, cancelled, revoked, failed, …"]
    timestamp: Annotated[str | None, "as BotHub wrote it"]
    final: Annotated[bool, "it will not change any more"]
    history: Annotated[tuple[LifeStep, ...], "what was sent from here, and what the webhook heard"] = ()

    def blocks(self) -> Iterable[Block]:
        yield Pairs(
            tuple(
                (name, value)
                for name, value in (("message", self.message_id), ("status", self.status), ("since", self.timestamp))
                if value
            )
        )
        for step in self.history:
            yield TextLine(f"{to_local(step.at)}  {one_line(step.what)}", Tone.QUIET)


@document
class MessageStateSet:
    """A message was given a status."""

    schema_name: ClassVar[str] = "message-state-set"

    message_id: str
    status: str

    def blocks(self) -> Iterable[Block]:
        yield TextLine(f"{self.status}  {self.message_id}", Tone.GOOD)


@document
class TypingShown:
    """Who sees, or sees no longer, that an answer is being written."""

    schema_name: ClassVar[str] = "typing-shown"

    to: tuple[str, ...]
    active: bool

    def blocks(self) -> Iterable[Block]:
        for contact in self.to:
            yield TextLine(f"{'shows' if self.active else 'hides'} the typing indicator  {contact}", Tone.GOOD)
