"""The answers of commands that send messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar

from bothub_cli.errors import BothubError
from bothub_cli.messages import BillingClass
from bothub_cli.messages.check.report import Finding, MessageRefusedError
from bothub_cli.output.blocks import Block, Raw, Table, TextLine, Tone
from bothub_cli.output.document import document
from bothub_cli.record import record
from bothub_cli.sending.deliver import Delivery, Outcome, Tally

_TONES: dict[Outcome, Tone] = {
    "accepted": Tone.GOOD,
    "refused": Tone.BAD,
    "failed": Tone.BAD,
    "unknown": Tone.WARNING,
    "not-sent": Tone.WARNING,
}


@record
class SendFailure:
    """Why a message was not accepted."""

    code: str
    exit_code: int
    message: str
    hint: str | None
    http_status: int | None
    request_id: str | None
    findings: Annotated[tuple[Finding, ...], "what the check found, when it refused the message"] = ()

    @classmethod
    def of(cls, error: BothubError, profile: str | None) -> SendFailure:
        """Return what an error says, its hint with the profile in it."""
        from bothub_cli.output.failures import hint_for  # what is accepted needs no word of failures

        return cls(
            code=error.code,
            exit_code=int(error.exit_code),
            message=error.message,
            hint=hint_for(error, profile),
            http_status=error.http.status if error.http else None,
            request_id=error.http.request_id if error.http else None,
            findings=error.report.findings if isinstance(error, MessageRefusedError) else (),
        )


@document
class SendResult:
    """What became of one message."""

    schema_name: ClassVar[str] = "send-result"

    index: Annotated[int, "position among the messages of this command, from 0"]
    outcome: Annotated[
        Outcome,
        "accepted by BotHub; refused by the check or for good by BotHub; failed for a time; unknown: it went out and "
        "no answer came; not-sent: the command stopped before it",
    ]
    to: Annotated[str | None, "the user's number, or the chatId"]
    message_id: Annotated[str | None, "BotHub's msgId, for status and webhooks"]
    status: Annotated[str | None, "BotHub's word for where the message is"]
    source: Annotated[str | None, "file and line that the message came from"]
    request_id: Annotated[str | None, "the gateway's X-OAPI-Request-Id"]
    http_status: int | None
    elapsed_ms: Annotated[int | None, "from the first request to the answer"]
    error: SendFailure | None
    warnings: Annotated[tuple[Finding, ...], "what the check found that stops nothing"] = ()

    @classmethod
    def of(cls, delivery: Delivery, profile: str | None) -> SendResult:
        """Return what became of a message."""
        accepted, error = delivery.accepted, delivery.error
        http = error.http if error else None
        return cls(
            index=delivery.index,
            outcome=delivery.outcome,
            to=delivery.message.contact,
            message_id=accepted.msg_id if accepted else None,
            status=accepted.status if accepted else None,
            source=delivery.message.source,
            request_id=accepted.request_id if accepted else http.request_id if http else None,
            http_status=http.status if http else None,
            elapsed_ms=None if delivery.elapsed is None else round(delivery.elapsed * 1000),
            error=SendFailure.of(error, profile) if error else None,
            warnings=delivery.warnings,
        )

    def blocks(self) -> Iterable[Block]:
        who = self.to or "(no contact)"
        what = self.message_id or (self.error.message if self.error else "")
        if self.outcome == "accepted" and self.status not in (None, "pending"):
            what = f"{what}  {self.status}"
        yield TextLine(f"{self.outcome:<8}  {who}  {what}".rstrip(), _TONES[self.outcome])
        if self.error and self.error.hint:
            yield TextLine(f"          hint: {self.error.hint}", Tone.QUIET)

    @property
    def tone(self) -> Tone:
        """The colour of the row in a table."""
        return _TONES[self.outcome]


def results_table(results: Sequence[SendResult]) -> Table:
    """Return many results as one table."""
    rows = tuple((r.outcome, r.to or "-", r.message_id or (r.error.message if r.error else "-")) for r in results)
    return Table(columns=("outcome", "to", "message"), rows=rows, tones=tuple(r.tone for r in results))


@document
class WaitResult:
    """How far a message got while ``--wait`` waited for it."""

    schema_name: ClassVar[str] = "wait-result"

    message_id: str | None
    to: str | None
    goal: Annotated[str, "the status that was waited for"]
    reached: bool
    status: Annotated[str | None, "the furthest status that is known"]

    def blocks(self) -> Iterable[Block]:
        yield TextLine(
            f"{self.status or 'unknown':<9}  {self.to}  {self.message_id}", Tone.GOOD if self.reached else Tone.WARNING
        )


@document
class SendSummary:
    """How many messages ended how."""

    schema_name: ClassVar[str] = "send-summary"

    total: int
    accepted: int
    refused: int
    failed: int
    unknown: int
    not_sent: int

    @classmethod
    def of(cls, tally: Tally) -> SendSummary:
        """Return what was counted."""
        count = tally.outcomes
        return cls(
            total=count.total(),
            accepted=count["accepted"],
            refused=count["refused"],
            failed=count["failed"],
            unknown=count["unknown"],
            not_sent=count["not-sent"],
        )

    def blocks(self) -> Iterable[Block]:
        counts = [
            (self.accepted, "accepted"),
            (self.refused, "refused"),
            (self.failed, "failed"),
            (self.unknown, "unknown"),
            (self.not_sent, "not sent"),
        ]
        words = ", ".join(f"{count} {word}" for count, word in counts if count)
        tone = Tone.GOOD if self.accepted == self.total else Tone.WARNING
        yield TextLine(f"{self.total} message{'s' * (self.total != 1)}: {words or 'nothing to do'}", tone)


@document
class PlannedRequest:
    """A request that would go out, with its secrets masked (``--dry-run``)."""

    schema_name: ClassVar[str] = "planned-request"

    operation: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: Annotated[Any, "the JSON body, or the fields of a form; null without either"]
    text: Annotated[str, "the same as HTTP text, or as a curl line"]
    billing: Annotated[BillingClass | None, "what the message is billed as; null for a request of another kind"] = None

    def blocks(self) -> Iterable[Block]:
        yield Raw(self.text)
