"""``bothub token clear``: forgets the cached tokens."""

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, PROFILE
from bothub_cli.context import AppContext
from bothub_cli.output.documents.token import TokensCleared


@command(
    help="Forget the cached tokens of a profile; the next command gets new ones.",
    examples=("bothub token clear", "bothub token clear --profile shop"),
    shared=(*PROFILE, *OUTPUT),
    answers=(TokensCleared,),
)
def run(context: AppContext) -> None:
    path = context.tokens.status().path
    context.show(TokensCleared(removed=context.tokens.clear(), stored_in=str(path)))
