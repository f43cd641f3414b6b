"""Shows both tokens, renews and forgets them."""

from typing import Annotated, Literal

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API, NETWORK, OUTPUT, PROFILE
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.token import TokensCleared, TokenStatus

Which = Literal["orange", "gsma"]


@command(
    help="Show both tokens from the cache: masked, when they were obtained, when they expire, where they are kept.\n"
    "It works offline. With --raw or --header, a token that is missing or expired is obtained first.",
    examples=(
        "bothub token show",
        "bothub token show --raw gsma",
        'curl -H "AccessToken: $(bothub token show --raw gsma)" …',
        "bothub token show --header",
    ),
    shared=(*PROFILE, *NETWORK, *OUTPUT),
    answers=(TokenStatus,),
)
def show(
    context: AppContext,
    *,
    raw: Annotated[Which | None, typer.Option("--raw", help="Print this token alone, for use in a shell.")] = None,
    header: Annotated[bool, typer.Option("--header", help="Print the two header lines that curl needs.")] = False,
) -> None:
    if raw is not None and header:
        raise UsageError(problem="--raw and --header exclude each other")
    if raw is not None or header:
        pair = context.tokens.pair()
        orange, gsma = pair.orange.reveal(), pair.gsma.reveal()
        lines = f"AccessToken: {gsma}\nAuthorization: Bearer {orange}"
        context.show_text(lines if header else orange if raw == "orange" else gsma)
        return
    context.show(token_status(context))


def token_status(context: AppContext) -> TokenStatus:
    """Return what the cache holds, without a network."""
    return TokenStatus.of(context.tokens.status(), settings=context.settings, now=context.clock.now())


@command(
    help="Get both tokens anew, whatever the cache holds, and keep them. When it fails, the old ones stay.",
    examples=("bothub token refresh", "bothub token refresh --profile shop -v"),
    shared=API,
    answers=(TokenStatus,),
)
def refresh(context: AppContext) -> None:
    context.tokens.refresh()
    context.show(token_status(context))


@command(
    help="Forget the cached tokens of a profile; the next command gets new ones.",
    examples=("bothub token clear", "bothub token clear --profile shop"),
    shared=(*PROFILE, *OUTPUT),
    answers=(TokensCleared,),
)
def clear(context: AppContext) -> None:
    path = context.tokens.status().path
    context.show(TokensCleared(removed=context.tokens.clear(), stored_in=str(path)))
