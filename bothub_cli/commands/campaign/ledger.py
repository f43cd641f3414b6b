"""``bothub campaign ledger``: sets up the database that several machines share, looks at it, and takes a new key."""

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.amounts import count_words
from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import API, OUTPUT, PROFILE
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.campaign.ledger import LedgerRekeyed, LedgerState


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


@command(
    help="Go on with the list of who said STOP after the bot's private key changed: with the former one it stays;\n"
    "where that is lost, an empty one is begun, which listeners and suppression import fill again.\n\n"
    "Until then nobody is written to, since nobody can tell whom to spare.",
    examples=(
        "bothub campaign ledger rekey --former-key old.pem",
        "bothub campaign ledger rekey --lost --yes",
    ),
    shared=("ledger", "no_input", *API),
    answers=(LedgerRekeyed,),
)
def rekey(
    context: AppContext,
    *,
    former_key: Annotated[
        Path | None, typer.Option("--former-key", metavar="FILE", help="The private key that the bot had before.")
    ] = None,
    lost: Annotated[bool, typer.Option("--lost", help="It is lost: begin an empty list.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    if (former_key is None) is not lost:
        raise UsageError(problem="say which key the bot had before", fix="--former-key FILE, or --lost")
    ledger = context.require_shared_ledger()
    from bothub_cli.auth.signing import read_key_material  # loads cryptography
    from bothub_cli.campaign.ledger import list_key  # the database's library
    from bothub_cli.config.key_source import KeyFile  # no other command here reads a key

    passphrase = context.settings.private_key_passphrase.value
    former = None if former_key is None else read_key_material(KeyFile(path=former_key), passphrase=passphrase)
    secret = ledger.secret()
    with closing(ledger.link()) as link:
        if lost and not yes:
            people = list_key.count_people(link, bot=ledger.bot)
            context.questions.confirm(f"Forget {count_words(people, 'number')} of who said STOP?", flag="--yes")
        outcome = list_key.rekey(link, secret, bot=ledger.bot, former=former)
        people = list_key.count_people(link, bot=ledger.bot)
    context.show(LedgerRekeyed(ledger=ledger.where, outcome=outcome, people=people))


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
