"""``bothub jwt verify``: checks signature and claims, one by one."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, PROFILE
from bothub_cli.context import AppContext
from bothub_cli.errors import ExitCode
from bothub_cli.output.documents.jwt import JwtCheck, JwtVerification
from bothub_cli.workflows.signing_key import load_verifying_key


@command(
    help="Check an assertion as BotHub would: its signature, its algorithm and each claim, with the reason.\n\n"
    "The key is --key FILE, private or public, or else the private key of the profile.",
    examples=("bothub jwt create | bothub jwt verify -", "bothub jwt verify - --key public.pem < assertion.jwt"),
    shared=(*PROFILE, "no_input", *OUTPUT),
    answers=(JwtVerification,),
)
def run(
    context: AppContext,
    *,
    jwt: Annotated[str, typer.Argument(metavar="JWT|-", help="The JWT, or - for standard input.")],
    key: Annotated[Path | None, typer.Option("--key", metavar="FILE", help="A private or public key in PEM.")] = None,
    aud: Annotated[str | None, typer.Option("--aud", help="The audience it must be for.")] = None,
) -> ExitCode:
    from bothub_cli.protocol.assertion import ASSERTION_AUDIENCE, verify

    assertion = context.stdin.text_or_read(jwt, wanted_by="the JWT")
    report = verify(
        assertion,
        load_verifying_key(context, key),
        now=context.clock.now(),
        bot_id=context.settings.bot_id.value,
        aud=aud or ASSERTION_AUDIENCE,
    )
    checks = tuple(
        JwtCheck(name=claim.name, value=_shown(claim.value), ok=claim.ok, explanation=claim.explanation)
        for claim in report.claims
    )
    context.show(JwtVerification(valid=report.ok, checks=checks))
    return ExitCode.DONE if report.ok else ExitCode.INPUT_REFUSED


def _shown(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, default=str)
