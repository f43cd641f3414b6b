"""``bothub sandbox fault list``: lists the faults in force."""

from bothub_cli.cli.command import command
from bothub_cli.commands.sandbox.options import SANDBOX, AccessTokenFile, open_sandbox
from bothub_cli.context import AppContext
from bothub_cli.output.documents.sandbox import FaultLine, SandboxFaults


@command(
    help="List the faults that are in force in a running sandbox.",
    examples=("bothub sandbox fault list",),
    shared=SANDBOX,
    answers=(SandboxFaults,),
)
def run(context: AppContext, *, access_token_file: AccessTokenFile = None) -> None:
    rules = open_sandbox(context, access_token_file).read("faults")["faults"]
    context.show(SandboxFaults(faults=tuple(FaultLine.of(rule) for rule in rules)))
