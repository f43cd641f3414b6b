"""``bothub event wait``: waits until the webhook hears something."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.commands.event import options
from bothub_cli.context import AppContext
from bothub_cli.durations import read_max_wait, read_since
from bothub_cli.errors import StillPendingError
from bothub_cli.events.store.read import find_last_id
from bothub_cli.events.store.wait import Awaited, read_goal, wait_for
from bothub_cli.messages.event.event import EVENT_KINDS
from bothub_cli.messages.event.statuses import FAILURES, PROGRESS
from bothub_cli.output.documents.event import EventRow
from bothub_cli.sending.wait import LISTENER_ADVICE


@command(
    help="Wait until a message has a status, or until an event of a kind comes, and show the event.\n\n"
    "What was heard before counts when --message-id or --since is given; else only what comes from now on.\n"
    "A later status counts too: displayed is beyond delivered. Exit code 8 when the time is up, 3 when the message\n"
    "failed. A listener must run beside it: bothub listen.",
    examples=(
        "bothub event wait --for delivered --message-id MSGID --timeout 30s",
        "bothub event wait --for response --number +33612345678 --timeout 5m",
        "bothub event wait --for message --since 1m --json --fields number,text",
    ),
    shared=("profile", "region", *OUTPUT),
    answers=(EventRow,),
)
def run(
    context: AppContext,
    *,
    goal: Annotated[
        str,
        typer.Option(
            "--for",
            metavar="WHAT",
            help="sent, delivered, displayed, failed; or message, response, …",
            autocompletion=lambda: [*PROGRESS, *sorted(FAILURES), *EVENT_KINDS],
        ),
    ],
    message_id: options.MessageIdOption = None,
    number: options.NumberOption = None,
    since: options.SinceOption = None,
    timeout: Annotated[str, typer.Option("--timeout", metavar="TIME", help="Wait this long at most: 30s, 5m.")] = "30s",
) -> None:
    max_wait = read_max_wait(timeout, option="--timeout")
    store = context.event_store
    awaited = Awaited(
        goal=read_goal(goal),
        msg_id=message_id,
        number=None if number is None else options.read_user(context, number),
        profile=context.one_profile,
        since=None if since is None else read_since(since, now=context.clock.now()),
        after_id=find_last_id(store) if message_id is None and since is None else None,
    )
    try:
        found = wait_for(store, awaited, timeout=max_wait, clock=context.clock)
    except StillPendingError as error:
        raise StillPendingError(subject=error.subject, waited=error.waited, advice=LISTENER_ADVICE) from error
    context.show(EventRow.of(found))
