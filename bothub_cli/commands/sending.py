"""What ``send`` and ``send-card`` do once the messages are put together: check, show, send, report."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bothub_cli.commands.awaiting import Goal, prepare, show_after_waiting, wait_for_all
from bothub_cli.commands.outbox import open_outbox
from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, ExitCode, UsageError
from bothub_cli.messages import PayloadError, RcsMessage
from bothub_cli.output.blocks import Line, Picture, Table, Tone
from bothub_cli.output.documents.sending import SendFailure, SendResult, SendSummary
from bothub_cli.output.failures import hint_for
from bothub_cli.output.findings import finding_lines
from bothub_cli.output.progress import progress
from bothub_cli.sending.checking import CheckedMessage, check_all, refuse_first
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.sending.deliver import Delivery, Sender, deliver_all

PhoneProfile = Literal["classic", "google", "ios"]

MESSAGES_MAX = 10_000  # messages of one command, which are all checked before the first goes out


@dataclass(frozen=True, slots=True, kw_only=True)
class SendChoices:
    """How the user wants messages to be checked, shown and sent."""

    check: bool = True
    strict: bool = False
    skip_invalid: bool = False
    preview: bool = False
    phone: PhoneProfile = "classic"
    stream: bool = False
    resend_unknown: bool = False
    ignore_suppression: bool = False
    wait: Goal | None = None


def send_messages(context: AppContext, messages: Iterator[OutgoingMessage], choices: SendChoices) -> ExitCode:
    """Check, show and send the messages, print what became of each, and return the exit code.

    Raises the error itself when there is one message, or when nothing may be sent.
    """
    if choices.stream:
        return _send_stream(context, messages, choices)
    outgoing = list(itertools.islice(messages, MESSAGES_MAX + 1))
    if len(outgoing) > MESSAGES_MAX:
        raise UsageError(
            problem=f"more than {MESSAGES_MAX} messages in one command",
            fix="send them as they are read: --stream; or run a campaign: bothub campaign run --help",
        )
    sendable, refused = _check(context, outgoing, choices)
    if choices.preview:
        _show_pictures(context, sendable, choices.phone)
    if context.options.dry_run or context.options.curl:
        from bothub_cli.commands.dry_run import show_requests

        return show_requests(context, sendable)
    if len(outgoing) == 1:
        return _send_one(context, sendable[0], choices)
    return _send_many(context, sendable, refused, choices)


def _check(
    context: AppContext, outgoing: Sequence[OutgoingMessage], choices: SendChoices
) -> tuple[list[OutgoingMessage], list[CheckedMessage]]:
    if not choices.check:
        return list(outgoing), []
    checked = list(check_all(outgoing, now=context.clock.now(), strict=choices.strict))
    error = refuse_first(checked)
    if error is not None and not choices.skip_invalid:
        raise error
    for item in checked:
        context.printer.warn_blocks(finding_lines(item.report.findings, find_line=item.message.find_line))
    refused = [item for item in checked if item.report.is_refused]
    return [item.message for item in checked if not item.report.is_refused], refused


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


def _send_one(context: AppContext, message: OutgoingMessage, choices: SendChoices) -> ExitCode:
    [delivery] = deliver_all([message], _open_sender(context, choices), context.clock)
    if delivery.error is not None:
        raise delivery.error
    result = result_of(delivery, context.printer.profile)
    if choices.wait:
        show_after_waiting(context, result, choices.wait)
    else:
        context.show(result)
    return ExitCode.DONE


def _open_sender(context: AppContext, choices: SendChoices) -> Sender:
    prepare(context, choices.wait)
    return open_outbox(context, resend_unknown=choices.resend_unknown, ignore_suppression=choices.ignore_suppression)


def _send_many(
    context: AppContext, sendable: Sequence[OutgoingMessage], refused: Sequence[CheckedMessage], choices: SendChoices
) -> ExitCode:
    sender = _open_sender(context, choices)
    results = [_refusal(index, item, context.printer.profile) for index, item in enumerate(refused)]
    collect = context.printer.is_interactive and not context.printer.options.json
    with progress(context.printer, "sending", total=len(sendable)) as bar:
        for delivery in deliver_all(sendable, sender, context.clock):
            result = result_of(delivery, context.printer.profile)
            results.append(result)
            bar.advance()
            if not collect:
                context.printer.show_row(result)
    if collect:
        context.printer.show_blocks([_table(results)])
    waited = wait_for_all(context, results, choices.wait) if choices.wait else ExitCode.DONE
    return _close(context, results) or waited


def _send_stream(context: AppContext, messages: Iterable[OutgoingMessage], choices: SendChoices) -> ExitCode:
    """Send each message as soon as it is read; what is refused is reported and the stream goes on."""
    sender = _open_sender(context, choices)
    counts: list[SendResult] = []
    sendable = _checked_stream(context, messages, choices, counts)
    for delivery in deliver_all(sendable, sender, context.clock):
        result = result_of(delivery, context.printer.profile)
        context.printer.show_row(result)
        counts.append(result)
    return _close(context, counts)


def _checked_stream(
    context: AppContext, messages: Iterable[OutgoingMessage], choices: SendChoices, results: list[SendResult]
) -> Iterator[OutgoingMessage]:
    for message in messages:
        if not choices.check:
            yield message
            continue
        [checked] = check_all([message], now=context.clock.now(), strict=choices.strict)
        if checked.report.is_refused:
            result = _refusal(len(results), checked, context.printer.profile)
            context.printer.show_row(result)
            results.append(result)
        else:
            yield message


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
    )


def _refusal(index: int, item: CheckedMessage, profile: str | None) -> SendResult:
    delivery = Delivery(index=index, message=item.message, outcome="refused", error=item.refusal)
    return result_of(delivery, profile)


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
