"""``bothub jwt decode``: shows what a JWT says, without trusting it."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.clock import to_rfc3339
from bothub_cli.context import AppContext
from bothub_cli.output.documents.jwt import DecodedJwt

_NUMERIC_DATES = ("iat", "exp", "nbf")  # RFC 7519 4.1


@command(
    help="Show the header and the claims of a JWT. Nothing is verified: see jwt verify.",
    examples=("bothub jwt create | bothub jwt decode -", "bothub jwt decode - < assertion.jwt"),
    shared=OUTPUT,
    answers=(DecodedJwt,),
)
def run(
    context: AppContext,
    *,
    jwt: Annotated[str, typer.Argument(metavar="JWT|-", help="The JWT, or - for standard input.")],
) -> None:
    from bothub_cli.protocol.assertion import decode_unverified, read_numeric_date

    decoded = decode_unverified(context.stdin.text_or_read(jwt, wanted_by="the JWT"))
    instants = {name: read_numeric_date(decoded.claims.get(name)) for name in _NUMERIC_DATES}
    times = {name: to_rfc3339(instant) for name, instant in instants.items() if instant is not None}
    context.show(DecodedJwt(header=decoded.header, claims=decoded.claims, times=times))
