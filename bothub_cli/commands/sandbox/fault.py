"""Lets calls to a running sandbox fail on purpose, lists what is in force, and ends it."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.commands.sandbox.options import SANDBOX, AccessTokenFile, open_sandbox, read_phone
from bothub_cli.context import AppContext
from bothub_cli.durations import read_max_wait
from bothub_cli.invocation.completion import complete_fault_id, complete_fault_kind
from bothub_cli.output.documents.sandbox import FaultLine, SandboxFaults
from bothub_cli.sandbox.remote import quote_part
from bothub_cli.sandbox.state.faults import FaultKind

_OF_WEBHOOKS = (FaultKind.DUPLICATE_WEBHOOKS, FaultKind.SHUFFLED_WEBHOOKS)
_REFUSED = ", ".join(kind for kind in FaultKind if not kind.accepts)
_SPOILT = ", ".join(kind for kind in FaultKind if kind.accepts and kind not in _OF_WEBHOOKS)
KINDS = f"{_REFUSED} (refused); {_SPOILT} (accepted, the answer is spoilt); {', '.join(_OF_WEBHOOKS)}"


@command(
    help=f"Let calls to a running sandbox fail, always or by chance. KIND is one of\n{KINDS}.",
    examples=(
        "bothub sandbox fault add 503 --times 2",
        "bothub sandbox fault add no-answer --probability 0.01",
        "bothub sandbox fault add 401-gsma --to +33612345678",
        "bothub sandbox fault add 429 --every 3 --text invoice",
        "bothub sandbox fault add slow --delay 3 --operation any",
    ),
    shared=("region", *SANDBOX),
    answers=(SandboxFaults,),
)
def add(
    context: AppContext,
    *,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="How it fails.", autocompletion=complete_fault_kind)],
    operation: Annotated[
        str, typer.Option("--operation", metavar="NAME", help="Which calls: messages, oauth, auth, …, any.")
    ] = "messages",
    to: Annotated[str | None, typer.Option("--to", metavar="NUMBER", help="Only messages to this number.")] = None,
    text: Annotated[
        str | None, typer.Option("--text", metavar="WORDS", help="Only messages that hold these words.")
    ] = None,
    every: Annotated[int, typer.Option("--every", metavar="N", min=1, help="Only every Nth such call.")] = 1,
    probability: Annotated[
        float, typer.Option("--probability", metavar="SHARE", min=0, max=1, help="How often: 0.1 is a tenth.")
    ] = 1.0,
    times: Annotated[
        int | None, typer.Option("--times", metavar="N", min=1, help="This many times, then no more. [default: always]")
    ] = None,
    delay: Annotated[
        str | None,
        typer.Option("--delay", metavar="TIME", help="This long, for slow and 429-retry-after: 3, 500ms, 1m."),
    ] = None,
    access_token_file: AccessTokenFile = None,
) -> None:
    phone = None if to is None else read_phone(context, to, where="--to")
    sandbox = open_sandbox(context, access_token_file)
    rule: dict[str, object] = {"kind": kind, "operation": operation, "probability": probability, "times": times}
    rule.update(number=phone, text=text, every=every)
    if delay is not None:
        rule["delay"] = read_max_wait(delay, option="--delay")
    context.show(SandboxFaults(faults=(FaultLine.of(sandbox.change("faults", rule)),)))


@command(
    help="List the faults that are in force in a running sandbox.",
    examples=("bothub sandbox fault list",),
    shared=SANDBOX,
    answers=(SandboxFaults,),
)
def list_all(context: AppContext, *, access_token_file: AccessTokenFile = None) -> None:
    rules = open_sandbox(context, access_token_file).read("faults")["faults"]
    context.show(SandboxFaults(faults=tuple(FaultLine.of(rule) for rule in rules)))


@command(
    help="End one fault of a running sandbox, or all; what is left is listed.",
    examples=("bothub sandbox fault clear", "bothub sandbox fault clear fault-2"),
    shared=SANDBOX,
    answers=(SandboxFaults,),
)
def clear(
    context: AppContext,
    *,
    rule_ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID…]", autocompletion=complete_fault_id, help="As `fault list` names them; none means all."
        ),
    ] = None,
    access_token_file: AccessTokenFile = None,
) -> None:
    sandbox = open_sandbox(context, access_token_file)
    for path in [f"faults/{quote_part(rule_id)}" for rule_id in rule_ids or ()] or ["faults"]:
        sandbox.remove(path)
    rules = sandbox.read("faults")["faults"]
    context.show(SandboxFaults(faults=tuple(FaultLine.of(rule) for rule in rules)))
