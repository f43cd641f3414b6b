"""``bothub token refresh``: gets both tokens anew."""

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API
from bothub_cli.commands.token.show import token_status
from bothub_cli.context import AppContext
from bothub_cli.output.documents.token import TokenStatus


@command(
    help="Get both tokens anew, whatever the cache holds, and keep them. When it fails, the old ones stay.",
    examples=("bothub token refresh", "bothub token refresh --profile shop -v"),
    shared=API,
    answers=(TokenStatus,),
)
def run(context: AppContext) -> None:
    context.tokens.refresh()
    context.show(token_status(context))
