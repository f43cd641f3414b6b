"""Makes, reads and verifies the signed assertion, and derives the key that proves it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.auth.signing_key import load_signing_key, load_verifying_key
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, PROFILE
from bothub_cli.clock import to_rfc3339
from bothub_cli.context import AppContext
from bothub_cli.durations import read_duration
from bothub_cli.errors import ExitCode
from bothub_cli.output.documents.jwt import DecodedJwt, JwtCheck, JwtVerification, PublicKeyDocument, SignedAssertion
from bothub_cli.protocol.assertion import (
    ASSERTION_AUDIENCE,
    ASSERTION_TTL,
    build_claims,
    decode_unverified,
    read_numeric_date,
    sign,
)
from bothub_cli.protocol.assertion import (
    verify as verify_assertion,
)
from bothub_cli.protocol.keys import public_key_pem


@command(
    help="Sign the assertion with which a bot asks for its GSMA token, and print it. It is a secret until it expires.",
    examples=("bothub jwt create", "bothub jwt create --ttl 300 --json", "bothub jwt create | bothub jwt decode -"),
    shared=(*PROFILE, "no_input", *OUTPUT),
    answers=(SignedAssertion,),
)
def create(
    context: AppContext,
    *,
    ttl: Annotated[str, typer.Option("--ttl", metavar="TIME", help="How long it is valid: 5m, 1h.")] = "1h",
    iss: Annotated[
        str | None,
        typer.Option("--iss", metavar="BOT_ID", help="The issuer. [default: the bot ID]", show_default=False),
    ] = None,
    aud: Annotated[str | None, typer.Option("--aud", metavar="URL", help="The audience. [default: the API's]")] = None,
) -> None:
    life = read_duration(ttl, option="--ttl")
    if life > ASSERTION_TTL:
        context.printer.warn(
            f"--ttl {ttl}: Orange takes {ASSERTION_TTL.total_seconds():g} s at most, and may refuse this assertion"
        )
    claims = build_claims(
        iss or context.bot_id,
        now=context.clock.now(),
        ttl=life,
        iss_as_array=context.settings.iss_as_array.value,
        aud=aud or ASSERTION_AUDIENCE,
    )
    assertion = sign(claims, load_signing_key(context.settings, ask=context.questions.ask_passphrase)).reveal()
    context.show(SignedAssertion(assertion=assertion, expires_at=claims.exp, claims=claims.to_payload()))


_NUMERIC_DATES = ("iat", "exp", "nbf")  # RFC 7519 4.1


@command(
    help="Show the header and the claims of a JWT. Nothing is verified: see jwt verify.",
    examples=("bothub jwt create | bothub jwt decode -", "bothub jwt decode - < assertion.jwt"),
    shared=OUTPUT,
    answers=(DecodedJwt,),
)
def decode(
    context: AppContext,
    *,
    jwt: Annotated[str, typer.Argument(metavar="JWT|-", help="The JWT, or - for standard input.")],
) -> None:
    decoded = decode_unverified(context.stdin.text_or_read(jwt, wanted_by="the JWT"))
    instants = {name: read_numeric_date(decoded.claims.get(name)) for name in _NUMERIC_DATES}
    times = {name: to_rfc3339(instant) for name, instant in instants.items() if instant is not None}
    context.show(DecodedJwt(header=decoded.header, claims=decoded.claims, times=times))


@command(
    help="Check an assertion as BotHub would: its signature, its algorithm and each claim, with the reason.\n\n"
    "The key is --key FILE, private or public, or else the private key of the profile.",
    examples=("bothub jwt create | bothub jwt verify -", "bothub jwt verify - --key public.pem < assertion.jwt"),
    shared=(*PROFILE, "no_input", *OUTPUT),
    answers=(JwtVerification,),
)
def verify(
    context: AppContext,
    *,
    jwt: Annotated[str, typer.Argument(metavar="JWT|-", help="The JWT, or - for standard input.")],
    key: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="A private or public key in PEM. [default: the profile's]"),
    ] = None,
    aud: Annotated[
        str | None, typer.Option("--aud", metavar="URL", help="The audience it must be for. [default: the API's]")
    ] = None,
) -> ExitCode:
    assertion = context.stdin.text_or_read(jwt, wanted_by="the JWT")
    report = verify_assertion(
        assertion,
        load_verifying_key(context.settings, key, ask=context.questions.ask_passphrase),
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


@command(
    help="Print the public half of the bot's private key as PEM, to compare it with the one that BotHub holds.",
    examples=("bothub jwt public-key", "bothub jwt public-key --key bot.pem > bot.pub.pem"),
    shared=(*PROFILE, "no_input", *OUTPUT),
    answers=(PublicKeyDocument,),
)
def public_key(
    context: AppContext,
    *,
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="The private key in PEM. [default: the profile's]")
    ] = None,
) -> None:
    public = load_verifying_key(context.settings, key, ask=context.questions.ask_passphrase)
    context.show(PublicKeyDocument(public_key=public_key_pem(public)))
