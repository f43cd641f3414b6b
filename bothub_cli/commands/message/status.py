"""``bothub message status``: asks where a message is, once or until it has arrived."""

from typing import Annotated, Literal

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.message.read import MessageId, read_message_id
from bothub_cli.context import AppContext
from bothub_cli.delays import ask_until
from bothub_cli.durations import read_max_wait, read_seconds
from bothub_cli.errors import ExitCode, StillPendingError
from bothub_cli.events.store.read import trace_message
from bothub_cli.messages.event.statuses import has_reached, is_failure, is_final
from bothub_cli.output.blocks import TextLine
from bothub_cli.output.documents.message import LifeStep, MessageState
from bothub_cli.output.event_words import describe_event
from bothub_cli.protocol.messaging import MessageStatus


def read_life(context: AppContext, message_id: str) -> tuple[LifeStep, ...]:
    """Return the steps in order of time; none when nothing was noted, and then nothing is opened."""
    if not context.has_event_store:
        return ()

    life = trace_message(context.event_store, message_id, profile=context.one_profile)
    sending = [LifeStep(at=life.sent.sent_at, what=f"sent to {life.sent.number}")] if life.sent else []
    heard = [LifeStep(at=stored.received_at, what=describe_event(stored.event)) for stored in life.events]
    return tuple(sending + heard)


Goal = Literal["sent", "delivered", "displayed"]

PAUSE_MIN = 0.1  # seconds


@command(
    help="Show where a message is: pending, sent, delivered, displayed; or cancelled, revoked, failed.\n\n"
    "--watch asks until it is displayed (or --until another step). Exit codes then: 0 when it got there, 3 when it\n"
    "never will, 8 when the time was up first.",
    examples=(
        "bothub message status MSGID",
        "bothub message status MSGID --watch --until delivered --for 10m",
        'bothub message status "$(bothub send --to +33612345678 --text Hi --json | jq -r .message_id)" --watch',
    ),
    shared=API,
    answers=(MessageState,),
)
def run(
    context: AppContext,
    *,
    message_id: MessageId,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Ask again until it changes no more.")] = False,
    until: Annotated[Goal, typer.Option("--until", help="With --watch: stop at this step.")] = "displayed",
    within: Annotated[
        str, typer.Option("--for", metavar="TIME", help="With --watch: wait this long at most: 90, 5m, 2h.")
    ] = "5m",
    interval: Annotated[
        str, typer.Option("--interval", metavar="TIME", help="With --watch: the first pause; it grows.")
    ] = "2s",
) -> ExitCode:
    name = read_message_id(message_id)
    client = context.client()
    if not watch:
        context.show(_to_document(context, name, client.message_status(name)))
        return ExitCode.DONE
    return _watch(context, name, until=until, within=within, interval=interval)


def _watch(context: AppContext, name: str, *, until: Goal, within: str, interval: str) -> ExitCode:
    client, seconds = context.client(), read_max_wait(within, option="--for")
    last: MessageStatus | None = None
    answers = ask_until(
        lambda: client.message_status(name),
        lambda status: is_failure(status.status) or has_reached(status.status, until),
        clock=context.clock,
        pause=max(PAUSE_MIN, read_seconds(interval, option="--interval")),
        max_wait=seconds,
    )
    for status in answers:
        if last is None or status.status != last.status:
            context.printer.show_blocks([TextLine(f"{context.clock.now().astimezone():%H:%M:%S}  {status.status}")])
            context.printer.stdout.flush()
        last = status
    assert last is not None  # it is asked at least once
    if context.printer.options.json:
        context.show(_to_document(context, name, last))
    if has_reached(last.status, until):
        return ExitCode.DONE
    if is_failure(last.status):
        return ExitCode.SOME_FAILED
    raise StillPendingError(subject=f"the message ({last.status})", waited=seconds)


def _to_document(context: AppContext, name: str, status: MessageStatus) -> MessageState:
    return MessageState(
        message_id=status.msg_id or name,
        status=status.status or "unknown",
        timestamp=status.timestamp,
        final=is_final(status.status),
        history=read_life(context, status.msg_id or name),
    )
