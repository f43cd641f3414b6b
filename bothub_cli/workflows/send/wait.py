"""``send --wait``: waits until the webhook has heard how far each sent message got."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from bothub_cli.context import AppContext
from bothub_cli.errors import BothubError, ExitCode, StillPendingError, UsageError
from bothub_cli.output.documents.send import SendResult, WaitResult

DEFAULT_PATIENCE = "60s"
LISTENER_ADVICE = "events come only while a listener runs: bothub listen{profile}"

WaitOption = Annotated[
    str | None,
    typer.Option(
        "--wait", metavar="STATUS", help="Then wait until it is sent, delivered or displayed; needs a listener."
    ),
]
WaitTimeoutOption = Annotated[
    str, typer.Option("--wait-timeout", metavar="TIME", help="With --wait: at most so long in all: 30s, 5m.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What is waited for, and how long in all, in seconds."""

    status: str
    patience: float


def read_wait(status: str | None, patience: str, *, stream: bool) -> Goal | None:
    """Read ``--wait`` and ``--wait-timeout`` before anything is sent. Raises UsageError."""
    if status is None:
        return None
    from bothub_cli.durations import read_patience
    from bothub_cli.events.store.wait import Awaited, read_goal

    if stream:
        raise UsageError(problem="--wait and --stream exclude each other", fix="bothub event wait --help")
    goal = read_goal(status)
    if not Awaited(goal=goal).is_status:
        raise UsageError(
            problem=f'--wait takes a status, and "{status}" is an event', fix=f"bothub event wait --for {status}"
        )
    return Goal(status=goal, patience=read_patience(patience, option="--wait-timeout"))


def prepare_to_wait(context: AppContext, goal: Goal | None) -> None:
    """Make the store ready before the first message; for the sandbox inside this process, listen to it as well."""
    if goal is None:
        return
    database = context.event_store
    if context.options.sandbox:
        from bothub_cli.events.receive.server import ListenerServer, ListenerSettings
        from bothub_cli.events.receive.webhook import WebhookSettings
        from bothub_cli.sandbox.state.webhooks import WebhookTarget

        webhook = WebhookSettings(profile=context.settings.profile.value)
        listener = context.keep_open(ListenerServer(ListenerSettings(store=database.path, webhook=webhook)))
        context.sandbox.set_webhook(context.bot_id, WebhookTarget(url=listener.url))


def show_after_waiting(context: AppContext, result: SendResult, goal: Goal) -> None:
    """Wait for a message and show its result, in any case, with the status that it reached.

    Raises StillPendingError, DeliveryFailedError.
    """
    context.printer.note(f"accepted as {result.message_id}; waiting until it is {goal.status}")
    try:
        _wait(context, result, goal, patience=goal.patience)
    finally:
        context.show(replace(result, status=_status_of(context, result)))


def wait_for_all(context: AppContext, results: Sequence[SendResult], goal: Goal) -> ExitCode:
    """Wait for every accepted message and say how far it got: 8 when one is pending, 3 when one failed."""
    deadline = context.clock.monotonic() + goal.patience
    codes = {ExitCode.DONE}
    for result in results:
        if result.outcome != "accepted":
            continue
        try:
            _wait(context, result, goal, patience=max(deadline - context.clock.monotonic(), 0.0))
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
                status=_status_of(context, result),
            )
        )
    return max(codes)


def _wait(context: AppContext, result: SendResult, goal: Goal, *, patience: float) -> None:
    from bothub_cli.events.store.wait import Awaited, wait_for

    if result.message_id is None:
        raise StillPendingError(subject="a message without an id", waited=0, advice="BotHub's answer named no msgId")
    awaited = Awaited(goal=goal.status, msg_id=result.message_id)
    try:
        wait_for(context.event_store, awaited, timeout=patience, clock=context.clock)
    except StillPendingError as error:
        is_deaf = _status_of(context, result) == result.status  # nothing was heard of it at all
        advice = LISTENER_ADVICE if is_deaf else None
        raise StillPendingError(subject=error.subject, waited=error.waited, advice=advice) from error


def _status_of(context: AppContext, result: SendResult) -> str | None:
    from bothub_cli.events.store.read import trace_message

    if result.message_id is None:
        return result.status
    return trace_message(context.event_store, result.message_id).status or result.status
