"""What ``send`` and ``send-card`` do once the messages are put together: check, show, send, report."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, ExitCode, InputRefusedError, UsageError
from bothub_cli.messages import CheckReport, PayloadError, RcsMessage
from bothub_cli.output.blocks import Line, Picture, Table, Tone
from bothub_cli.output.documents.sending import SendFailure, SendOutcome, SendResult, SendSummary
from bothub_cli.output.failures import hint_for
from bothub_cli.output.findings import finding_lines
from bothub_cli.output.progress import progress
from bothub_cli.sending.checking import CheckedMessage, check_all, refuse_first
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.sending.deliver import Delivery, deliver_all

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
    checked = _check(context, outgoing, choices)
    if choices.preview:
        _show_pictures(context, checked, choices.phone)
    if _is_rehearsal(context):
        return _rehearse(context, checked, is_many=len(checked) > 1)
    if len(checked) == 1:
        return _send_one(context, checked[0], choices)
    return _send_many(context, checked, choices)


def _is_rehearsal(context: AppContext) -> bool:
    return context.options.dry_run or context.options.curl


def _check(context: AppContext, outgoing: Sequence[OutgoingMessage], choices: SendChoices) -> list[CheckedMessage]:
    """Return the messages with what the check found.

    Raises UsageError when nobody is named to send to, MessageRefusedError when a message must not go out, or,
    with ``--skip-invalid``, when none may.
    """
    checked = list(_checked(context, outgoing, choices))
    error = refuse_first(checked)
    if error is not None and not (choices.skip_invalid and any(not item.report.is_refused for item in checked)):
        raise error
    _tell_findings(context, checked)
    return checked


def _checked(
    context: AppContext, messages: Iterable[OutgoingMessage], choices: SendChoices
) -> Iterator[CheckedMessage]:
    """Yield each message with its report; an empty one with ``--no-check``."""
    if not choices.check:
        yield from (CheckedMessage(message=message, report=CheckReport()) for message in messages)
        return
    for message in messages:
        if message.draft is None and message.contact is None:
            raise UsageError(problem="nobody to send to", fix="say who: --to NUMBER, or --to-chat-id ID")
        yield from check_all([message], now=context.clock.now(), strict=choices.strict)


def _tell_findings(context: AppContext, checked: Iterable[CheckedMessage]) -> None:
    """Show what the check found, once for a message that goes to several people."""
    told: set[tuple[str | None, str, str]] = set()
    for item in checked:
        fresh = [each for each in item.report.findings if (item.message.source, each.pointer, each.message) not in told]
        told.update((item.message.source, each.pointer, each.message) for each in fresh)
        context.printer.warn_blocks(finding_lines(fresh, find_line=item.message.find_line))


def _rehearse(context: AppContext, checked: Iterable[CheckedMessage], *, is_many: bool) -> ExitCode:
    """Print the request of each message instead of sending it."""
    from bothub_cli.commands.dry_run import show_request

    code = ExitCode.DONE
    for index, item in enumerate(checked):
        if item.report.is_refused:
            context.printer.show_row(_refusal(index, item, context.printer.profile))
            code = ExitCode.SOME_FAILED
        else:
            show_request(context, item.message, is_one_of_many=is_many)
    return code


def _show_pictures(context: AppContext, checked: Iterable[CheckedMessage], phone: PhoneProfile) -> None:
    for item in checked:
        if not item.report.is_refused:
            context.printer.show_blocks([picture_of(item.message, phone)])


def picture_of(message: OutgoingMessage, phone: PhoneProfile) -> Picture | Line:
    """Return the message as a phone will draw it, or a line that says why that cannot be told."""
    from bothub_cli.preview.terminal import render, render_text

    payload = message.payload if isinstance(message.payload, Mapping) else {}
    try:
        rcs_message = RcsMessage.from_payload(payload.get("RCSMessage"))
    except PayloadError as error:
        return Line(f"no picture: {error}", Tone.WARNING)
    return Picture(lambda: render(rcs_message, phone), lambda width: render_text(rcs_message, phone, width=width))


def _send_one(context: AppContext, item: CheckedMessage, choices: SendChoices) -> ExitCode:
    [delivery] = deliver_all([item], context.client(resend_unknown=choices.resend_unknown), context.clock)
    if delivery.error is not None:
        raise delivery.error
    context.show(result_of(delivery, context.printer.profile))
    return ExitCode.DONE


def _send_many(context: AppContext, checked: Sequence[CheckedMessage], choices: SendChoices) -> ExitCode:
    sender = context.client(resend_unknown=choices.resend_unknown)
    results: list[SendResult] = []
    collect = context.printer.is_interactive and not context.printer.options.json
    with progress(context.printer, "sending", total=len(checked)) as bar:
        for delivery in deliver_all(checked, sender, context.clock):
            result = result_of(delivery, context.printer.profile)
            results.append(result)
            bar.advance()
            if not collect:
                context.printer.show_row(result)
    if collect:
        context.printer.show_blocks([_table(results)])
    return _close(context, Counter(result.outcome for result in results))


def _send_stream(context: AppContext, messages: Iterator[OutgoingMessage], choices: SendChoices) -> ExitCode:
    """Check, show and send each message as it is read; a refused one does not stop the others."""
    checked = _told_one_by_one(context, _checked(context, messages, choices), choices)
    if _is_rehearsal(context):
        return _rehearse(context, checked, is_many=True)
    sender = context.client(resend_unknown=choices.resend_unknown)
    outcomes: Counter[SendOutcome] = Counter()
    broken = False
    try:
        for delivery in deliver_all(checked, sender, context.clock):
            context.printer.show_row(result_of(delivery, context.printer.profile))
            outcomes[delivery.outcome] += 1
    except InputRefusedError as error:  # what follows cannot be read; what went out is still to be summed up
        if not outcomes:
            raise
        context.printer.fail(error)
        broken = True
    code = _close(context, outcomes)
    return ExitCode.SOME_FAILED if broken and code is ExitCode.DONE else code


def _told_one_by_one(
    context: AppContext, checked: Iterable[CheckedMessage], choices: SendChoices
) -> Iterator[CheckedMessage]:
    for item in checked:
        _tell_findings(context, [item])
        if choices.preview:
            _show_pictures(context, [item], choices.phone)
        yield item


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


def _close(context: AppContext, count: Counter[SendOutcome]) -> ExitCode:
    """Print the summary; 13 when an outcome is unknown, else 3 when any failed (help exit-codes)."""
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
    if count["unknown"]:
        return ExitCode.OUTCOME_UNKNOWN
    return ExitCode.DONE if count["accepted"] == count.total() else ExitCode.SOME_FAILED
