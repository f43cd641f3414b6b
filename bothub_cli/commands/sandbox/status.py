"""``bothub sandbox status``: tells whether a sandbox runs, and what happened in it."""

from bothub_cli.cli.command import command
from bothub_cli.commands.sandbox.options import SANDBOX, AccessTokenFile, open_sandbox
from bothub_cli.context import AppContext
from bothub_cli.output.documents.sandbox_status import RefusedCall, SandboxStatus


@command(
    help="Tell whether a sandbox runs, with which bots and webhooks, how many calls it had, and which it refused.\n"
    "Exit code 5 when nothing answers there.",
    examples=("bothub sandbox status", "bothub sandbox status --json"),
    shared=SANDBOX,
    answers=(SandboxStatus,),
)
def run(context: AppContext, *, access_token_file: AccessTokenFile = None) -> None:
    sandbox = open_sandbox(context, access_token_file)
    found = sandbox.read("status")
    context.show(
        SandboxStatus(
            url=sandbox.base,
            bots=tuple(found["bots"]),
            messages=found["messages"],
            phones=found["phones"],
            calls=found["calls"],
            refused=found["refused"],
            webhooks=tuple(found["webhooks"]),
            faults=found["faults"],
            advanced_seconds=found["advanced_seconds"],
            last_refused=tuple(RefusedCall(**call) for call in found["last_refused"]),
        )
    )
