"""``bothub sandbox reset``: lets a running sandbox forget everything that happened."""

from bothub_cli.cli.command import command
from bothub_cli.commands.sandbox.options import SANDBOX, AccessTokenFile, open_sandbox
from bothub_cli.context import AppContext
from bothub_cli.output.documents.sandbox import SandboxForgot


@command(
    help="Let a running sandbox forget all messages, phones, faults and tokens; bots, settings and webhooks stay.",
    examples=("bothub sandbox reset",),
    shared=SANDBOX,
    answers=(SandboxForgot,),
)
def run(context: AppContext, *, access_token_file: AccessTokenFile = None) -> None:
    sandbox = open_sandbox(context, access_token_file)
    sandbox.change("reset")
    context.show(SandboxForgot(url=sandbox.base))
