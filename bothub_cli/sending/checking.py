"""Checks what is about to go out: all messages, all problems, before the first request."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bothub_cli.messages import CheckReport, Finding, MessageRefusedError, check_payload
from bothub_cli.messages.report import NOTHING_FOUND
from bothub_cli.sending.compose import OutgoingMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedMessage:
    """A message with what the check found in it."""

    message: OutgoingMessage
    report: CheckReport = NOTHING_FOUND

    @property
    def refusal(self) -> MessageRefusedError | None:
        """The error to raise or to report; None when the message may go out."""
        if not self.report.is_refused:
            return None
        return MessageRefusedError(where=self.message.source, report=self.report)


def check_all(messages: Iterable[OutgoingMessage], *, now: datetime, strict: bool) -> Iterator[CheckedMessage]:
    """Check each message; pointers are into the full body, lines into the file that it came from."""
    for message in messages:
        report = check_payload(message.payload, now=now, strict=strict, bare=False)
        yield CheckedMessage(message=message, report=report)


def refuse_first(checked: Iterable[CheckedMessage]) -> MessageRefusedError | None:
    """Return one error for all refused messages, with every finding of each; None when all may go out."""
    refused = [item for item in checked if item.report.is_refused]
    if not refused:
        return None
    if len(refused) == 1:
        return refused[0].refusal
    findings = tuple(finding for item in refused for finding in _placed(item))
    return MessageRefusedError(
        where="nothing was sent", problem=f"{len(refused)} messages are refused", report=CheckReport(findings=findings)
    )


def _placed(item: CheckedMessage) -> Iterator[Finding]:
    for finding in item.report.findings:
        source = f"{item.message.source}: " if item.message.source else ""
        yield replace(finding, message=f"{source}{finding.message}")
