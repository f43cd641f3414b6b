"""``bothub event purge``: deletes what is old."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import CHANGING, OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.durations import read_age
from bothub_cli.events.store.write import count_purgeable, purge
from bothub_cli.output.documents.event import EventsPurged


@command(
    help="Delete events, notes of sent messages and dead letters that are older than a time, of all profiles.\n\n"
    "The suppression list stays, and so do events that still wait to be forwarded.",
    examples=("bothub event purge --older-than 90d", "bothub event purge --older-than 90d --dry-run"),
    shared=(*CHANGING, *OUTPUT),
    answers=(EventsPurged,),
)
def run(
    context: AppContext,
    *,
    older_than: Annotated[str, typer.Option("--older-than", metavar="TIME", help="For example 90d or 12h.")],
) -> None:
    before = read_age(older_than, now=context.clock.now(), option="--older-than")
    store = context.event_store_for_reading
    removed = count_purgeable(store, before=before) if context.options.dry_run else purge(store, before=before)
    context.show(EventsPurged(before=before, removed=removed, dry_run=context.options.dry_run))
