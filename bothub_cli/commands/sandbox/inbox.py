"""``bothub sandbox inbox``: lists what arrived in a running sandbox, or waits for it."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.commands.sandbox.options import SANDBOX, AccessTokenFile, open_sandbox, read_phone
from bothub_cli.context import AppContext
from bothub_cli.durations import read_max_wait
from bothub_cli.errors import StillPendingError
from bothub_cli.output.documents.sandbox import InboxMessage, SandboxInbox
from bothub_cli.sandbox.state.message_log import Direction


@command(
    help="List the messages of a running sandbox, in both directions, the newest last.\n"
    "With --wait: the first one that matches, as soon as it is there; exit code 8 when none came in time.",
    examples=(
        "bothub sandbox inbox",
        "bothub sandbox inbox --to +33612345678 --json",
        "bothub sandbox inbox --wait --to +33612345678 --text 'order 42' --for 10s",
        "bothub sandbox inbox --wait --direction to_bot --after 17",
    ),
    shared=("region", *SANDBOX),
    answers=(SandboxInbox,),
)
def run(
    context: AppContext,
    *,
    to: Annotated[str | None, typer.Option("--to", metavar="NUMBER", help="Only this phone's.")] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="WORDS", help="Only with these words in it.")] = None,
    status: Annotated[
        str | None,
        typer.Option("--status", metavar="WORD", help="Only with this status: sent, delivered, displayed, …"),
    ] = None,
    direction: Annotated[Direction | None, typer.Option("--direction", help="Only this way.")] = None,
    after: Annotated[
        int, typer.Option("--after", metavar="N", min=0, help="Only later than the message of this sequence.")
    ] = 0,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="The newest, this many at most.")
    ] = 20,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the first that matches.")] = False,
    within: Annotated[str, typer.Option("--for", metavar="TIME", help="With --wait: this long at most.")] = "1m",
    access_token_file: AccessTokenFile = None,
) -> None:
    phone = None if to is None else read_phone(context, to, where="--to")
    sandbox = open_sandbox(context, access_token_file)
    conditions = {"to": phone, "text": text, "status": status, "direction": direction, "after": after}
    if not wait:
        found = sandbox.read("messages", **conditions, limit=limit)["messages"]
        context.show(SandboxInbox(messages=tuple(InboxMessage.of(message) for message in found)))
        return
    seconds = read_max_wait(within, option="--for")
    message = sandbox.wait_for_message(max_wait=seconds, **conditions)
    if message is None:
        raise StillPendingError(subject="the message", waited=seconds)
    context.show(SandboxInbox(messages=(InboxMessage.of(message),)))
