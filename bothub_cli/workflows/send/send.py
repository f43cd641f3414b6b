"""What ``send`` and ``send-card`` do once the messages are put together: check, show, send, report."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bothub_cli.context import AppContext
from bothub_cli.errors import (
    BothubError,
    ExitCode,
    InputRefusedError,
    TerminatedError,
    UsageError,
)
from bothub_cli.messages import MessageRefusedError, classify_billing
from bothub_cli.output.blocks import Line, Picture, Table, Tone
from bothub_cli.output.documents.send import SendFailure, SendResult, SendSummary
from bothub_cli.sending.check import FORECASTS_MAX, CheckedMessage, check_all, refuse_first
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.sending.deliver import Delivery, Sender, Tally, deliver_all
from bothub_cli.workflows.send.outbox import open_outbox, warn_of_suppressed
from bothub_cli.workflows.send.wait import Goal, prepare_to_wait, show_after_waiting, wait_for_all

PhoneProfile = Literal["classic", "google", "ios"]
Preparation = Callable[[Sequence[OutgoingMessage]], list[OutgoingMessage]]

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
    ignore_suppression: bool = False
    wait: Goal | None = None
    prepare: Preparation | None = None


def send_messages(context: AppContext, messages: Iterator[OutgoingMessage], choices: SendChoices) -> ExitCode:
    """Check, show and send the messages, print what became of each, and return the exit code.

    Raises the error itself when there is one message, or when nothing may be sent.
    """
    checked = _check(context, messages, choices)
    if choices.stream:
        return _send_stream(context, checked, choices)
    outgoing = list(itertools.islice(checked, MESSAGES_MAX + 1))
    if len(outgoing) > MESSAGES_MAX:
        raise UsageError(
            problem=f"more than {MESSAGES_MAX} messages in one command",
            fix="send them as they are read: --stream; or run a campaign: bothub campaign run --help",
        )
    error = refuse_first(outgoing)
    if error is not None and not (choices.skip_invalid and any(not item.report.is_refused for item in outgoing)):
        raise error
    _warn(context, outgoing)
    if choices.preview:
        _show_pictures(context, outgoing, choices.phone)
    if _is_rehearsal(context):
        if not choices.ignore_suppression:
            warn_of_suppressed(context, (item.message for item in outgoing))
        return _rehearse(context, outgoing, is_many=len(outgoing) > 1)
    if choices.prepare is not None:
        outgoing = _prepare(outgoing, choices.prepare)
    return _send_one(context, outgoing[0], choices) if len(outgoing) == 1 else _send_many(context, outgoing, choices)


def _check(context: AppContext, messages: Iterable[OutgoingMessage], choices: SendChoices) -> Iterator[CheckedMessage]:
    if choices.check:
        forecasts = 0 if choices.stream else FORECASTS_MAX
        addressed = map(_require_contact, messages)
        return check_all(addressed, now=context.clock.now(), strict=choices.strict, forecasts=forecasts)
    return (CheckedMessage(message=message) for message in messages)


def _require_contact(message: OutgoingMessage) -> OutgoingMessage:
    """Return a message that names somebody, or that comes from a file, where the check says what is missing."""
    if message.draft is None and message.contact is None:
        raise UsageError(problem="nobody to send to", fix="say who: --to NUMBER, or --to-chat-id ID")
    return message


def _is_rehearsal(context: AppContext) -> bool:
    return context.options.dry_run or context.options.curl


def _rehearse(context: AppContext, checked: Iterable[CheckedMessage], *, is_many: bool) -> ExitCode:
    """Print the request of each message instead of sending it."""
    from bothub_cli.workflows.dry_run import find_place, show_send_request

    place = find_place(context)
    code = ExitCode.DONE
    billed: Counter[str] = Counter()
    for index, item in enumerate(checked):
        if item.refusal is not None:
            refused = Delivery(index=index, message=item.message, outcome="refused", error=item.refusal)
            context.printer.show_row(result_of(refused, context.printer.profile))
            code = ExitCode.SOME_FAILED
        else:
            show_send_request(context, item.message, place, is_one_of_many=is_many)
            if (billing := classify_billing(item.message.payload)) is not None:
                billed[f"{billing.name} × {billing.segments}" if billing.segments > 1 else billing.name] += 1
    if billed:
        context.printer.note(f"billed as: {', '.join(f'{count} {name}' for name, count in billed.items())}")
    return code


def _warn(context: AppContext, checked: Sequence[CheckedMessage]) -> None:
    """Show what was found in each message once, however many people it goes to; of a long list, the beginning."""
    from bothub_cli.output.findings import finding_lines

    found = {(item.message.source, item.report.findings): item.message for item in checked if item.report.findings}
    for (source, findings), message in itertools.islice(found.items(), WARNED_MAX):
        if len(found) > 1 and source:
            context.printer.warn_blocks([Line(source, Tone.WARNING)])
        context.printer.warn_blocks(finding_lines(findings, find_line=message.find_line))
    if len(found) > WARNED_MAX:
        context.printer.warn(f"{len(found) - WARNED_MAX} more messages have warnings: bothub message check FILE")


def _prepare(checked: Sequence[CheckedMessage], prepare: Preparation) -> list[CheckedMessage]:
    messages = prepare([item.message for item in checked])
    return [replace(item, message=message) for item, message in zip(checked, messages, strict=True)]


def _show_pictures(context: AppContext, checked: Iterable[CheckedMessage], phone: PhoneProfile) -> None:
    """Draw each message that may go out once, however many people it goes to."""
    last: object = None
    for item in checked:
        payload = item.message.payload
        rcs_message = payload.get("RCSMessage") if isinstance(payload, Mapping) else None
        if item.refusal is None and (rcs_message is None or rcs_message is not last):
            context.printer.show_blocks([picture_of(item.message, phone)])
        last = rcs_message


def picture_of(message: OutgoingMessage, phone: PhoneProfile) -> Picture | Line:
    """Return the message as a phone will draw it, or a line that says why that cannot be told."""
    from bothub_cli.messages import PayloadError, RcsMessage
    from bothub_cli.preview.terminal.draw import render, render_text

    payload = message.payload if isinstance(message.payload, Mapping) else {}
    try:
        rcs_message = RcsMessage.from_payload(payload.get("RCSMessage"))
    except PayloadError as error:
        return Line(f"no picture: {error}", Tone.WARNING)
    return Picture(lambda: render(rcs_message, phone), lambda width: render_text(rcs_message, phone, width=width))


def _send_one(context: AppContext, message: CheckedMessage, choices: SendChoices) -> ExitCode:
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
    prepare_to_wait(context, choices.wait)
    return open_outbox(context, resend_unknown=choices.resend_unknown, ignore_suppression=choices.ignore_suppression)


def _send_stream(context: AppContext, messages: Iterable[CheckedMessage], choices: SendChoices) -> ExitCode:
    """Show and send each message as it is read; neither a refused one nor a broken end undoes what went out."""
    told = _told_one_by_one(context, messages, choices)
    if _is_rehearsal(context):
        return _rehearse(context, told, is_many=True)
    sender = _open_sender(context, choices)
    tally = Tally()
    try:
        for delivery in deliver_all(told, sender, context.clock):
            context.printer.show_row(result_of(delivery, context.printer.profile))
            tally.count(delivery)
    except InputRefusedError as error:  # what follows cannot be read; what went out is still to be summed up
        if not tally.outcomes:
            raise
        context.printer.fail(error)
        tally.is_broken = True
    except (KeyboardInterrupt, TerminatedError):  # while waiting for the next message
        _close(context, tally)
        raise
    return _close(context, tally)


def _told_one_by_one(
    context: AppContext, messages: Iterable[CheckedMessage], choices: SendChoices
) -> Iterator[CheckedMessage]:
    for item in messages:
        _warn(context, [item])
        if choices.preview:
            _show_pictures(context, [item], choices.phone)
        yield item


def _send_many(context: AppContext, messages: Sequence[CheckedMessage], choices: SendChoices) -> ExitCode:
    """Print what became of each, in order: as it comes, or on a terminal as one table under the progress bar."""
    from bothub_cli.output.progress import progress

    sender = _open_sender(context, choices)
    as_table = context.printer.is_interactive and not context.printer.options.json
    results: list[SendResult] = []
    tally = Tally()
    try:
        with progress(context.printer, "sending", total=len(messages)) as bar:
            for delivery in deliver_all(messages, sender, context.clock):
                result = result_of(delivery, context.printer.profile)
                results.append(result)
                tally.count(delivery)
                bar.advance()
                if not as_table:
                    context.printer.show_row(result)
    finally:  # whatever ends it: which messages went out must be known
        if as_table:
            context.printer.show_blocks([_table(results)])
    try:
        waited = wait_for_all(context, results, choices.wait) if choices.wait else ExitCode.DONE
    finally:
        code = _close(context, tally)
    return code or waited


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
    from bothub_cli.output.failures import hint_for

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


def _close(context: AppContext, tally: Tally) -> ExitCode:
    """Print the summary and return the exit code."""
    count = tally.outcomes
    context.printer.show_summary(
        SendSummary(
            total=count.total(),
            accepted=count["accepted"],
            refused=count["refused"],
            failed=count["failed"],
            unknown=count["unknown"],
            not_sent=count["not-sent"],
        )
    )
    return tally.exit_code
