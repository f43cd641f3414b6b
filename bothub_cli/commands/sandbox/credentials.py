"""``bothub sandbox credentials``: how to log in to a running sandbox without bothub."""

from bothub_cli.cli.command import command
from bothub_cli.commands.sandbox.options import SANDBOX, AccessTokenFile, open_sandbox
from bothub_cli.context import AppContext
from bothub_cli.output.documents.sandbox import BotCredentials, SandboxCredentials


@command(
    help="Show how to log in to a running sandbox from code of your own: addresses, Authorization header, private key.",
    examples=("bothub sandbox credentials", "bothub sandbox credentials --json | jq -r .bots[0].authorization"),
    shared=SANDBOX,
    answers=(SandboxCredentials,),
)
def run(context: AppContext, *, access_token_file: AccessTokenFile = None) -> None:
    sandbox = open_sandbox(context, access_token_file)
    bots = tuple(BotCredentials(**bot) for bot in sandbox.read("credentials")["credentials"])
    shown = SandboxCredentials(url=sandbox.base, token_url=f"{sandbox.base}/oauth/v3/token", bots=bots)
    context.show(shown, as_it_is=True)
