"""What ``send`` and ``send-card`` do once the messages are put together: check, show, send, report."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from typing import Literal

from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, ExitCode, UsageError
from bothub_cli.messages import MessageRefusedError, PayloadError, RcsMessage
from bothub_cli.output.blocks import Line, Picture, Table, Tone
from bothub_cli.output.documents.sending import SendFailure, SendResult, SendSummary
from bothub_cli.output.failures import hint_for
from bothub_cli.output.findings import finding_lines
from bothub_cli.output.progress import progress
from bothub_cli.sending.checking import FORECASTS_MAX, CheckedMessage, check_all, refuse_first
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.sending.deliver import Delivery, deliver_all

PhoneProfile = Literal["classic", "google", "ios"]

WARNED_MAX = 20  # messages whose warnings are shown; nobody reads more while sending
MESSAGES_MAX = 10_000  # messages of one command, which are all checked before the first goes out


@dataclass(frozen=True, slots=True, kw_only=True)
class SendChoices:
    """How the user wants messages to be checked, shown and sent.

    ``prepare`` is what is still to be done once they are checked, and shown or not: files to upload.
    """

    check: bool = True
    strict: bool = False
    skip_invalid: bool = False
    preview: bool = False
    phone: PhoneProfile = "classic"
    stream: bool = False
    resend_unknown: bool = False
    prepare: Callable[[Sequence[OutgoingMessage]], list[OutgoingMessage]] | None = None


def send_messages(context: AppContext, messages: Iterator[OutgoingMessage], choices: SendChoices) -> ExitCode:
    """Check, show and send the messages, print what became of each, and return the exit code.

    Raises the error itself when there is one message, or when nothing may be sent.
    """
    checked = _check(context, messages, choices)
    if choices.stream:
        return _send_many(context, checked, choices)
    outgoing = list(itertools.islice(checked, MESSAGES_MAX + 1))
    if len(outgoing) > MESSAGES_MAX:
        raise UsageError(
            problem=f"more than {MESSAGES_MAX} messages in one command",
            fix="send them as they are read: --stream; or run a campaign: bothub campaign run --help",
        )
    error = refuse_first(outgoing)
    if error is not None and (len(outgoing) == 1 or not choices.skip_invalid):
        raise error
    _warn(context, outgoing)
    sendable = [item.message for item in outgoing if not item.report.is_refused]
    if choices.preview:
        _show_pictures(context, sendable, choices.phone)
    if context.options.dry_run or context.options.curl:
        from bothub_cli.commands.dry_run import show_requests

        return show_requests(context, sendable)
    if choices.prepare is not None and sendable:
        outgoing = _prepare(outgoing, choices.prepare)
    return _send_one(context, outgoing[0], choices) if len(outgoing) == 1 else _send_many(context, outgoing, choices)


def _check(context: AppContext, messages: Iterable[OutgoingMessage], choices: SendChoices) -> Iterator[CheckedMessage]:
    if choices.check:
        forecasts = 0 if choices.stream else FORECASTS_MAX
        return check_all(messages, now=context.clock.now(), strict=choices.strict, forecasts=forecasts)
    return (CheckedMessage(message=message) for message in messages)


def _warn(context: AppContext, checked: Sequence[CheckedMessage]) -> None:
    """Show what was found in each message once, however many people it goes to; of a long list, the beginning."""
    found = {(item.message.source, item.report.findings): item.message for item in checked if item.report.findings}
    for (source, findings), message in itertools.islice(found.items(), WARNED_MAX):
        if len(found) > 1 and source:
            context.printer.warn_blocks([Line(source, Tone.WARNING)])
        context.printer.warn_blocks(finding_lines(findings, find_line=message.find_line))
    if len(found) > WARNED_MAX:
        context.printer.warn(f"{len(found) - WARNED_MAX} more messages have warnings: bothub message check FILE")


def _prepare(
    checked: Sequence[CheckedMessage], prepare: Callable[[Sequence[OutgoingMessage]], list[OutgoingMessage]]
) -> list[CheckedMessage]:
    messages = prepare([item.message for item in checked])
    return [replace(item, message=message) for item, message in zip(checked, messages, strict=True)]


def _show_pictures(context: AppContext, messages: Sequence[OutgoingMessage], phone: PhoneProfile) -> None:
    for message in messages:
        context.printer.show_blocks([picture_of(message, phone)])


def picture_of(message: OutgoingMessage, phone: PhoneProfile) -> Picture | Line:
    """Return the message as a phone will draw it, or a line that says why that cannot be told."""
    from bothub_cli.preview.terminal import render, render_text

    payload = message.payload if isinstance(message.payload, Mapping) else {}
    try:
        rcs_message = RcsMessage.from_payload(payload.get("RCSMessage"))
    except PayloadError as error:
        return Line(f"no picture: {error}", Tone.WARNING)
    return Picture(lambda: render(rcs_message, phone), lambda width: render_text(rcs_message, phone, width=width))


def _send_one(context: AppContext, message: CheckedMessage, choices: SendChoices) -> ExitCode:
    [delivery] = deliver_all([message], context.client(resend_unknown=choices.resend_unknown), context.clock)
    if delivery.error is not None:
        raise delivery.error
    context.show(result_of(delivery, context.printer.profile))
    return ExitCode.DONE


def _send_many(context: AppContext, messages: Iterable[CheckedMessage], choices: SendChoices) -> ExitCode:
    """Print what became of each, in order: as it comes, or on a terminal as one table under the progress bar."""
    client = context.client(resend_unknown=choices.resend_unknown)
    total = len(messages) if isinstance(messages, Sized) else None
    as_table = total is not None and context.printer.is_interactive and not context.printer.options.json
    results = []
    with progress(context.printer, "sending", total=total) as bar:
        for delivery in deliver_all(messages, client, context.clock):
            result = result_of(delivery, context.printer.profile)
            results.append(result)
            bar.advance()
            if not as_table:
                context.printer.show_row(result)
    if as_table:
        context.printer.show_blocks([_table(results)])
    return _close(context, results)


def result_of(delivery: Delivery, profile: str | None) -> SendResult:
    """Return the document that tells what became of a message."""
    accepted, error = delivery.accepted, delivery.error
    http = error.http if error else None
    return SendResult(
        index=delivery.index,
        outcome=delivery.outcome,
        to=delivery.message.contact,
        message_id=accepted.msg_id if accepted else None,
        status=accepted.status if accepted else None,
        source=delivery.message.source,
        request_id=accepted.request_id if accepted else http.request_id if http else None,
        http_status=http.status if http else None,
        elapsed_ms=None if delivery.elapsed is None else round(delivery.elapsed * 1000),
        error=_failure(error, profile) if error else None,
    )


def _failure(error: BothubError, profile: str | None) -> SendFailure:
    return SendFailure(
        code=error.code,
        exit_code=int(error.exit_code),
        message=error.message,
        hint=hint_for(error, profile),
        http_status=error.http.status if error.http else None,
        request_id=error.http.request_id if error.http else None,
        findings=error.report.findings if isinstance(error, MessageRefusedError) else (),
    )


def _table(results: Sequence[SendResult]) -> Table:
    rows = tuple((r.outcome, r.to or "-", r.message_id or (r.error.message if r.error else "-")) for r in results)
    return Table(columns=("outcome", "to", "message"), rows=rows, tones=tuple(r.tone for r in results))


def _close(context: AppContext, results: Sequence[SendResult]) -> ExitCode:
    """Print the summary; 13 when an outcome is unknown, else 3 when any failed (help exit-codes)."""
    count = {outcome: sum(r.outcome == outcome for r in results) for outcome in _OUTCOMES}
    context.printer.show_summary(
        SendSummary(
            total=len(results),
            accepted=count["accepted"],
            refused=count["refused"],
            failed=count["failed"],
            unknown=count["unknown"],
            not_sent=count["not-sent"],
        )
    )
    if count["unknown"]:
        return ExitCode.OUTCOME_UNKNOWN
    return ExitCode.DONE if count["accepted"] == len(results) else ExitCode.SOME_FAILED


_OUTCOMES = ("accepted", "refused", "failed", "unknown", "not-sent")
