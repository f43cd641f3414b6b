"""Shows messages before they go out, and what became of each: the answer of ``send``."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial

from bothub_cli.commands.send.options import Goal, PhoneProfile, SendChoices
from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, ExitCode, InputRefusedError, TerminatedError
from bothub_cli.messages import classify_billing
from bothub_cli.output.blocks import TextLine, Tone
from bothub_cli.output.documents.send import PlannedRequest, SendResult, SendSummary, WaitResult, results_table
from bothub_cli.sending.check import CheckedMessage, find_own_files
from bothub_cli.sending.compose import OutgoingMessage
from bothub_cli.sending.deliver import Delivery, Sender, SendingPlan, Tally, TellDelivery, send_all

ANSWERS = (SendResult, WaitResult, PlannedRequest)
WARNED_MAX = 20  # messages whose warnings are shown; nobody reads more while sending


def send_and_show(context: AppContext, messages: Iterator[OutgoingMessage], choices: SendChoices) -> ExitCode:
    """Check, show and send the messages, print what became of each, and return the exit code.

    Raises the error itself when there is one message, or when nothing may be sent.
    """
    tally = Tally()
    show = _show_requests if context.is_dry_run else _show_stream if choices.stream else _show_results
    plan = SendingPlan(
        rules=replace(choices.rules, own_files=find_own_files(context.settings.api_base.value)),
        clock=context.clock,
        tell_checked=partial(_show_checked, context, choices),
        open_sender=partial(_open_sender, context, choices),
        show=partial(show, context, choices, tally),
        prepare=None if context.is_dry_run else choices.prepare,
        streamed=choices.stream,
    )
    send_all(messages, plan)
    return tally.exit_code


def _show_checked(context: AppContext, choices: SendChoices, checked: Sequence[CheckedMessage]) -> None:
    """Show what was found in messages, and how they will look, before they go out."""
    _warn(context, checked)
    if choices.preview:
        _show_pictures(context, checked, choices.phone)
    if context.is_dry_run and not choices.stream and not choices.ignore_suppression:
        _warn_of_suppressed(context, checked)


def _warn(context: AppContext, checked: Sequence[CheckedMessage]) -> None:
    """Show what was found in each message once, however many people it goes to; of a long list, the beginning."""
    found = {(item.message.source, item.report.findings): item.message for item in checked if item.report.findings}
    if not found:
        return
    from bothub_cli.output.documents.note import Note  # most messages are faultless
    from bothub_cli.output.findings import finding_lines  # as above

    for (source, findings), message in itertools.islice(found.items(), WARNED_MAX):
        lines = [line for each in findings for line in finding_lines(each, line=message.find_line(each.pointer))]
        context.printer.warn_about(
            [Note.of_finding(each, where=source, line=message.find_line(each.pointer)) for each in findings],
            [TextLine(source, Tone.WARNING), *lines] if len(found) > 1 and source else lines,
        )
    if len(found) > WARNED_MAX:
        context.printer.warn(f"{len(found) - WARNED_MAX} more messages have warnings: bothub message check FILE")


def _show_pictures(context: AppContext, checked: Iterable[CheckedMessage], phone: PhoneProfile) -> None:
    """Draw each message that may go out once, however many people it goes to."""
    from bothub_cli.output.pictures import picture_of  # with it all that draws cards

    last: object = None
    for item in checked:
        payload = item.message.payload
        rcs_message = payload.get("RCSMessage") if isinstance(payload, Mapping) else None
        if item.refusal is None and (rcs_message is None or rcs_message is not last):
            context.printer.show_blocks([picture_of(item.message, phone)])
        last = rcs_message


def _warn_of_suppressed(context: AppContext, checked: Iterable[CheckedMessage]) -> None:
    """Say how many messages would be refused, where nothing goes out anyway."""
    if not context.has_event_store:
        return
    from bothub_cli.sending.outbox import count_suppressed  # with it the store: a dry run elsewhere opens none

    messages = (item.message for item in checked)
    count = count_suppressed(context.event_store, messages, profile=context.settings.profile.value)
    if count:
        context.printer.warn(f"refused when sent: {count} go to numbers on the suppression list")


def _open_sender(context: AppContext, choices: SendChoices) -> Sender | None:
    if context.is_dry_run:
        return None
    if choices.wait is not None:
        context.prepare_to_receive()
    return context.open_outbox(resend_unknown=choices.resend_unknown, ignore_suppression=choices.ignore_suppression)


@contextmanager
def _show_requests(
    context: AppContext, choices: SendChoices, tally: Tally, count: int | None
) -> Iterator[TellDelivery]:
    """Print the request of each message instead of sending it; where its picture was wanted, the picture is enough."""
    is_drawn = choices.preview and not context.options.curl and not context.printer.options.json
    from bothub_cli.cli.dry_run import find_target, show_send_request  # most sends are none

    place = find_target(context)
    billed: Counter[str] = Counter()

    def show(delivery: Delivery) -> None:
        if delivery.outcome == "refused":
            tally.count(delivery)
            context.printer.show_row(SendResult.of(delivery, context.printer.profile))
            return
        if not is_drawn:
            show_send_request(context, delivery.message, place, is_one_of_many=count != 1)
        if (billing := classify_billing(delivery.message.payload)) is not None:
            billed[f"{billing.name} × {billing.segments}" if billing.segments > 1 else billing.name] += 1

    yield show
    if billed:
        context.printer.note(f"billed as: {', '.join(f'{count} {name}' for name, count in billed.items())}")


def _show_results(
    context: AppContext, choices: SendChoices, tally: Tally, count: int | None
) -> AbstractContextManager[TellDelivery]:
    return _show_one(context, choices) if count == 1 else _show_many(context, choices, tally, count)


@contextmanager
def _show_one(context: AppContext, choices: SendChoices) -> Iterator[TellDelivery]:
    deliveries: list[Delivery] = []
    yield deliveries.append
    [delivery] = deliveries
    if delivery.error is not None:
        raise delivery.error
    result = SendResult.of(delivery, context.printer.profile)
    if choices.wait:
        _show_after_waiting(context, result, choices.wait)
    else:
        context.show(result)


@contextmanager
def _show_many(context: AppContext, choices: SendChoices, tally: Tally, count: int | None) -> Iterator[TellDelivery]:
    """Print what became of each, in order: as it comes, or on a terminal as one table under the progress bar."""
    from bothub_cli.output.live.progress import progress  # one message needs no bar

    as_table = context.printer.is_interactive and not context.printer.options.json
    results: list[SendResult] = []

    def show(delivery: Delivery) -> None:
        result = SendResult.of(delivery, context.printer.profile)
        results.append(result)
        tally.count(delivery)
        bar.advance()
        if not as_table:
            context.printer.show_row(result)

    try:
        with progress(context.printer, "sending", total=count) as bar:
            yield show
    finally:  # whatever ends it: which messages went out must be known
        if as_table:
            context.printer.show_blocks([results_table(results)])
    try:
        if choices.wait:
            tally.waited = _wait_for_all(context, results, choices.wait)
    finally:
        context.printer.show_summary(SendSummary.of(tally))


@contextmanager
def _show_stream(
    context: AppContext, _choices: SendChoices, tally: Tally, _count: int | None
) -> Iterator[TellDelivery]:
    """Show each message as it is read; neither a refused one nor a broken end undoes what went out."""

    def show(delivery: Delivery) -> None:
        context.printer.show_row(SendResult.of(delivery, context.printer.profile))
        tally.count(delivery)

    try:
        yield show
    except InputRefusedError as error:  # what follows cannot be read; what went out is still to be summed up
        if not tally.outcomes:
            raise
        context.printer.fail(error)
        tally.is_broken = True
    except (KeyboardInterrupt, TerminatedError):  # while waiting for the next message
        context.printer.show_summary(SendSummary.of(tally))
        raise
    context.printer.show_summary(SendSummary.of(tally))


def _show_after_waiting(context: AppContext, result: SendResult, goal: Goal) -> None:
    """Wait for a message and show its result, in any case, with the status that it reached.

    Raises StillPendingError, DeliveryFailedError.
    """
    context.printer.note(f"accepted as {result.message_id}; waiting until it is {goal.status}")
    try:
        _wait(context, result, goal, max_wait=goal.max_wait)
    finally:
        context.show(replace(result, status=_find_status(context, result)))


def _wait_for_all(context: AppContext, results: Sequence[SendResult], goal: Goal) -> ExitCode:
    """Wait for every accepted message and say how far it got: 8 when one is pending, 3 when one failed."""
    deadline = context.clock.monotonic() + goal.max_wait
    codes = {ExitCode.DONE}
    for result in results:
        if result.outcome != "accepted":
            continue
        try:
            _wait(context, result, goal, max_wait=max(deadline - context.clock.monotonic(), 0.0))
            is_reached = True
        except BothubError as error:
            is_reached = False
            codes.add(error.exit_code)
        context.printer.show_row(
            WaitResult(
                message_id=result.message_id,
                to=result.to,
                goal=goal.status,
                reached=is_reached,
                status=_find_status(context, result),
            )
        )
    return max(codes)


def _wait(context: AppContext, result: SendResult, goal: Goal, *, max_wait: float) -> None:
    from bothub_cli.sending.wait import wait_for_status  # with it all kinds of events

    wait_for_status(
        context.event_store,
        result.message_id,
        goal.status,
        answered=result.status,
        max_wait=max_wait,
        clock=context.clock,
    )


def _find_status(context: AppContext, result: SendResult) -> str | None:
    from bothub_cli.sending.wait import find_status  # as above

    return find_status(context.event_store, result.message_id, answered=result.status)
