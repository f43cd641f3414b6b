"""``bothub jwt public-key``: derives the public key of a private key."""

from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, PROFILE
from bothub_cli.context import AppContext
from bothub_cli.output.documents.jwt import PublicKey
from bothub_cli.workflows.signing_key import load_verifying_key


@command(
    help="Print the public half of the bot's private key as PEM, to compare it with the one that BotHub holds.",
    examples=("bothub jwt public-key", "bothub jwt public-key --key bot.pem > bot.pub.pem"),
    shared=(*PROFILE, "no_input", *OUTPUT),
    answers=(PublicKey,),
)
def run(
    context: AppContext,
    *,
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="The private key in PEM.")] = None,
) -> None:
    from bothub_cli.protocol.keys import public_key_pem

    context.show(PublicKey(public_key=public_key_pem(load_verifying_key(context, key))))
