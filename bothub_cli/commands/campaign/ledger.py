"""``bothub campaign ledger init`` and ``check``: sets up the database that several machines share, and looks at it."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, PROFILE
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.campaign.ledger import LedgerState


@command(
    help="Show what the database needs, as SQL: tables, and the rights of the user that sends. --apply does it.\n\n"
    "Run once by its owner. Doing it again changes nothing, or brings an older ledger up to date.",
    examples=(
        "bothub campaign ledger init --ledger postgresql://owner@db.internal/bothub",
        "bothub campaign ledger init --ledger postgresql://owner@db.internal/bothub --apply --user bothub",
    ),
    shared=("ledger", *PROFILE, *OUTPUT),
    answers=(LedgerState,),
)
def init(
    context: AppContext,
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Do it, instead of showing it.")] = False,
    user: Annotated[
        str | None, typer.Option("--user", metavar="NAME", help="Give these rights to this user of the database.")
    ] = None,
) -> None:
    if user is not None and not user.strip():
        raise UsageError(option="user", problem="it names nobody", fix="name the user of the database that sends")
    ledger = context.require_shared_ledger()
    from bothub_cli.campaign.ledger import set_up  # the database's library

    if not apply:
        context.show(
            LedgerState(
                ledger=ledger.where,
                version=set_up.VERSION,
                is_ready=False,
                cluster_id=None,
                timeline=None,
                statements=set_up.describe_set_up(user),
            )
        )
        return
    set_up.set_up(ledger, user)
    context.show(_look(context))


@command(
    help="Check that the ledger answers, is set up for this version, and keeps what it was told.",
    examples=("bothub campaign ledger check", "bothub campaign ledger check --json"),
    shared=("ledger", *PROFILE, *OUTPUT),
    answers=(LedgerState,),
)
def check(context: AppContext) -> None:
    context.show(_look(context))


def _look(context: AppContext) -> LedgerState:
    from bothub_cli.campaign.ledger import set_up  # loads psycopg and cryptography

    ledger = context.require_shared_ledger()
    found = set_up.look(ledger)
    return LedgerState(
        ledger=ledger.where,
        version=set_up.VERSION,
        is_ready=True,
        cluster_id=found.cluster_id,
        timeline=found.timeline,
        statements=None,
    )
