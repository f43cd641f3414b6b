"""Checks what is about to go out: all messages, all problems, before the first request."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bothub_cli.errors import InputRefusedError, UsageError
from bothub_cli.messages import CheckReport, Finding, MessageRefusedError, check_payload
from bothub_cli.messages.check.report import E164, NOTHING_FOUND
from bothub_cli.messages.check.rules import CONTACT_NUMBER
from bothub_cli.record import record
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.urls import SANDBOX_FILES, is_loopback_url

_CAN_BE_CUT = {"richcardMessage", "suggestedChipList"}
_RECEIVER = "/messageContact/userContact"
MESSAGES_MAX = 10_000  # messages that are all checked before the first goes out
FORECASTS_MAX = 100  # different messages of one command whose losses are forecast (0.6 ms each); --strict does all


@record
class CheckedMessage:
    """A message with what the check found in it."""

    message: OutgoingMessage
    report: CheckReport = NOTHING_FOUND

    @property
    def refusal(self) -> InputRefusedError | None:
        """The error to raise or to report; None when the message may go out."""
        if self.message.draft is not None and self.message.draft.refusal is not None:
            return self.message.draft.refusal
        if not self.report.is_refused:
            return None
        found = {finding.pointer: self.message.find_line(finding.pointer) for finding in self.report.findings}
        lines = {pointer: line for pointer, line in found.items() if line is not None}
        return MessageRefusedError(where=self.message.source, report=self.report, lines=lines)


@record
class CheckRules:
    """How messages are checked; ``skip_invalid`` lets the good ones of many go, ``strict`` makes warnings errors."""

    check: bool = True
    strict: bool = False
    skip_invalid: bool = False
    own_files: str | None = None  # how the addresses of files begin that were uploaded to the API itself


def find_own_files(api_base: str) -> str | None:
    """Return how the addresses of a sandbox's uploaded files begin; None for the real API, which keeps them elsewhere.

    A sandbox has them at its own address, which is neither public nor https.
    """
    return f"{api_base.rstrip('/')}{SANDBOX_FILES}" if is_loopback_url(api_base) else None


def check_together(messages: Iterable[OutgoingMessage], rules: CheckRules, *, now: datetime) -> list[CheckedMessage]:
    """Check messages before the first of them goes out; of several, those to skip are among them.

    Raises InputRefusedError when nothing may be sent, with every finding, and UsageError for too many messages.
    """
    checked = list(itertools.islice(check_each(messages, rules, now=now, forecasts=FORECASTS_MAX), MESSAGES_MAX + 1))
    if len(checked) > MESSAGES_MAX:
        raise UsageError(
            problem=f"more than {MESSAGES_MAX} messages in one command",
            fix="send them as they are read: --stream; or run a campaign: bothub campaign run --help",
        )
    error = refuse_first(checked)
    if error is not None and not (rules.skip_invalid and any(item.refusal is None for item in checked)):
        raise error
    return checked


def check_each(
    messages: Iterable[OutgoingMessage], rules: CheckRules, *, now: datetime, forecasts: int = 0
) -> Iterator[CheckedMessage]:
    """Check each message as it comes; pointers are into the full body, lines into the file that it came from.

    What phones will cut is among the warnings: worked out once for a message to many people, and for the first
    ``forecasts`` different messages only, unless warnings count as errors.
    Raises UsageError for a message to nobody; of one from a file the check says what is missing.
    """
    forecast: tuple[Finding, ...] = ()
    last: object = None
    count = 0
    for message in messages:
        if not rules.check or (message.draft is not None and message.draft.refusal is not None):
            yield CheckedMessage(message=message)  # unchecked, or nothing to check
            continue
        if message.draft is None and message.contact is None:
            raise UsageError(problem="nobody to send to", fix="say who: --to NUMBER, or --to-chat-id ID")
        report = check_body(message, now=now, strict=rules.strict, own_files=rules.own_files)
        rcs_message = message.payload.get("RCSMessage") if isinstance(message.payload, Mapping) else None
        if rcs_message is not last or last is None:
            last, count = rcs_message, count + 1
            is_wanted = rules.strict or count <= forecasts
            forecast = forecast_losses(rcs_message, pointer="/RCSMessage", strict=rules.strict) if is_wanted else ()
        yield CheckedMessage(message=message, report=with_losses(report, forecast))


def check_body(message: OutgoingMessage, *, now: datetime, strict: bool, own_files: str | None = None) -> CheckReport:
    """Check one message as it is to go out; pointers are into the full body."""
    report = check_payload(message.payload, now=now, strict=strict, bare=False, own_files=own_files)
    return report if message.wrong_number is None else _with_wrong_number(report, message.wrong_number)


def _with_wrong_number(report: CheckReport, error: InputRefusedError) -> CheckReport:
    """Say of the receiver what the reader of numbers says, in place of what the check of the wire's form does."""
    finding = Finding(
        severity=CONTACT_NUMBER.severity,
        rule=CONTACT_NUMBER.id,
        pointer=_RECEIVER,
        message=error.problem,
        source=E164,
        fix=error.fix,
    )
    return CheckReport(findings=(finding, *(each for each in report.findings if each.pointer != _RECEIVER)))


def forecast_losses(rcs_message: object, *, pointer: str, strict: bool) -> tuple[Finding, ...]:
    """Return what phones will cut of a message, as warnings; nothing for one that is too broken to lay out."""
    if not isinstance(rcs_message, Mapping) or not _CAN_BE_CUT & rcs_message.keys():
        return ()  # a text alone is never cut, and its forecast would load all that draws cards
    from bothub_cli.messages import PayloadError, RcsMessage  # with it all cards and suggestions
    from bothub_cli.preview.forecast.findings import read_findings  # with it all that lays out cards

    try:
        losses = read_findings(RcsMessage.from_payload(rcs_message), pointer=pointer)
    except PayloadError:
        return ()  # the check has said what is wrong with it
    return tuple(replace(loss, severity="error") for loss in losses) if strict else losses


def with_losses(report: CheckReport, losses: tuple[Finding, ...]) -> CheckReport:
    """Add a forecast to a report; a message that is refused anyway is mended first."""
    if report.is_refused or not losses:
        return report
    return CheckReport(findings=(*report.findings, *losses))


def refuse_first(checked: Iterable[CheckedMessage]) -> InputRefusedError | None:
    """Return one error for all refused messages, with every finding of each; None when all may go out."""
    refused = [item for item in checked if item.refusal is not None]
    if not refused:
        return None
    if len(refused) == 1 or not any(item.report.is_refused for item in refused):
        return refused[0].refusal
    findings = tuple(finding for item in refused for finding in _placed(item))
    return MessageRefusedError(
        where="nothing was sent", problem=f"{len(refused)} messages are refused", report=CheckReport(findings=findings)
    )


def _placed(item: CheckedMessage) -> Iterator[Finding]:
    for finding in item.report.findings:
        source = f"{item.message.source}: " if item.message.source else ""
        yield replace(finding, message=f"{source}{finding.message}")
