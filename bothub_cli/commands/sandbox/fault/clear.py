"""``bothub sandbox fault clear``: ends faults."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.commands.sandbox.options import SANDBOX, AccessTokenFile, open_sandbox
from bothub_cli.context import AppContext
from bothub_cli.output.documents.sandbox import FaultLine, SandboxFaults


@command(
    help="End one fault of a running sandbox, or all; what is left is listed.",
    examples=("bothub sandbox fault clear", "bothub sandbox fault clear fault-2"),
    shared=SANDBOX,
    answers=(SandboxFaults,),
)
def run(
    context: AppContext,
    *,
    rule_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…]", help="As `fault list` names them; none means all.")
    ] = None,
    access_token_file: AccessTokenFile = None,
) -> None:
    from bothub_cli.sandbox.remote import quote_part

    sandbox = open_sandbox(context, access_token_file)
    for path in [f"faults/{quote_part(rule_id)}" for rule_id in rule_ids or ()] or ["faults"]:
        sandbox.remove(path)
    rules = sandbox.read("faults")["faults"]
    context.show(SandboxFaults(faults=tuple(FaultLine.of(rule) for rule in rules)))
