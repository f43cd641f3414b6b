"""``bothub jwt create``: signs an assertion and prints it."""

from datetime import timedelta
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, PROFILE
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.jwt import SignedAssertion
from bothub_cli.workflows.signing_key import load_signing_key


@command(
    help="Sign the assertion with which a bot asks for its GSMA token, and print it. It is a secret until it expires.",
    examples=("bothub jwt create", "bothub jwt create --ttl 300 --json", "bothub jwt create | bothub jwt decode -"),
    shared=(*PROFILE, "no_input", *OUTPUT),
    answers=(SignedAssertion,),
)
def run(
    context: AppContext,
    *,
    ttl: Annotated[int, typer.Option("--ttl", metavar="SECONDS", help="How long it is valid.")] = 3600,
    iss: Annotated[
        str | None,
        typer.Option("--iss", metavar="BOT_ID", help="The issuer. [default: the bot ID]", show_default=False),
    ] = None,
    aud: Annotated[str | None, typer.Option("--aud", help="The audience. [default: the API's]")] = None,
) -> None:
    from bothub_cli.protocol.assertion import ASSERTION_AUDIENCE, build_claims, sign

    if ttl <= 0:
        raise UsageError(problem=f"--ttl must be above 0 seconds, not {ttl}")
    claims = build_claims(
        iss or context.bot_id,
        now=context.clock.now(),
        ttl=timedelta(seconds=ttl),
        iss_as_array=context.settings.iss_as_array.value,
        aud=aud or ASSERTION_AUDIENCE,
    )
    assertion = sign(claims, load_signing_key(context)).reveal()
    context.show(SignedAssertion(assertion=assertion, expires_at=claims.exp, claims=claims.to_payload()))
