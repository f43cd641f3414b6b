"""Keeps the numbers that must not be written to."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bothub_cli.amounts import count_words
from bothub_cli.cli.command import command
from bothub_cli.cli.list_options import ListOptions
from bothub_cli.cli.shared_options import CHANGING, OUTPUT, RawCsvOption
from bothub_cli.context import AppContext
from bothub_cli.errors import ConfigurationError
from bothub_cli.events.store.suppression import to_rows
from bothub_cli.lists.csv_cells import write_csv
from bothub_cli.output.documents.suppression import SuppressedNumber, SuppressionChanged, SuppressionEntries
from bothub_cli.phone_numbers import normalise

if TYPE_CHECKING:
    from bothub_cli.events.store.suppression import SuppressionList

_AGAIN = "give the same command again"
NumbersArgument = Annotated[list[str], typer.Argument(metavar="NUMBER…", help="+33…, or national with --region.")]


def list_of_profile(context: AppContext, *, for_reading: bool = False) -> "SuppressionList":
    """Return the suppression list of the profile in use."""
    from bothub_cli.events.store.suppression import SuppressionList  # loads sqlite3

    database = context.event_store_for_reading if for_reading else context.event_store
    return SuppressionList(database, profile=context.settings.profile.value)


def read_typed_numbers(context: AppContext, written: Sequence[str]) -> list[str]:
    """Return the numbers in E.164, each once; say it when somebody is named twice.

    Raises InputRefusedError, and then nothing was changed.
    """
    region = context.settings.region.value
    numbers = list(dict.fromkeys(normalise(number, region=region, where="NUMBER") for number in written))
    if len(numbers) < len(written):
        people = count_words(len(numbers), "person", "people")
        context.printer.warn(f"somebody is named twice: these are numbers of {people}")
    return numbers


def count_listed(context: AppContext, numbers: Iterable[str]) -> int:
    """Return how many of the numbers are on the list."""
    return len(list_of_profile(context, for_reading=True).find_listed(numbers))


def tell_machines(context: AppContext, numbers: Sequence[str], *, is_stopped: bool, source: str) -> int | None:
    """Let every machine that sends from the shared ledger know, within two seconds; or find out what that would do.

    Return how many of the numbers changed there; None without a ledger.
    """
    shared = context.open_shared_suppressions()
    if shared is None:
        return None
    from bothub_cli.campaign.ledger.suppressions import SuppressionChange  # with it the database's library

    try:
        listed = shared.find(numbers)
        if not context.options.dry_run:
            shared.tell(SuppressionChange(number=number, is_stopped=is_stopped, source=source) for number in numbers)
    except ConfigurationError as error:
        problem = f"{error.problem}; the list of this machine was changed, and no other machine knows of it"
        if not context.options.dry_run:
            raise ConfigurationError(problem=problem, where=error.where, fix=error.fix or _AGAIN) from error
        raise
    return len(numbers) - len(listed) if is_stopped else len(listed)


def show_change(
    context: AppContext, change: Literal["added", "removed"], *, changed: int, shared: int | None, total: int
) -> None:
    """Show how many numbers were changed, or would be."""
    context.show(
        SuppressionChanged(
            profile=context.settings.profile.value,
            change=change,
            changed=changed,
            unchanged=total - changed,
            dry_run=context.options.dry_run,
            shared_changed=shared,
        )
    )


@command(
    help="List the numbers that the profile must not write to: users who said STOP, and those added by hand.",
    examples=("bothub suppression list", "bothub suppression list --json | jq -r '.entries[].number'"),
    shared=("profile", "ledger", *OUTPUT),
    answers=(SuppressionEntries,),
)
def list_all(context: AppContext) -> None:
    profile = context.settings.profile.value
    listed = list(list_of_profile(context, for_reading=True))
    if (shared := context.open_shared_suppressions()) is None:
        context.show(SuppressionEntries(profile=profile, entries=tuple(map(SuppressedNumber.of, listed))))
        return
    hashes = {entry.hash for entry in shared.entries()}
    known = [shared.hash(entry.number) for entry in listed]
    context.show(
        SuppressionEntries(
            profile=profile,
            entries=tuple(
                SuppressedNumber.of(entry, shared=key in hashes) for entry, key in zip(listed, known, strict=True)
            ),
            ledger=context.require_shared_ledger().where,
            others=len(hashes.difference(known)),
        )
    )


@command(
    help="Put numbers on the profile's list: send, send-card and campaigns refuse them from now on.",
    examples=("bothub suppression add +33612345678", "bothub suppression add '06 12 34 56 78' --region FR"),
    shared=("profile", "ledger", "region", *CHANGING, *OUTPUT),
    answers=(SuppressionChanged,),
)
def add(context: AppContext, *, numbers: NumbersArgument) -> None:
    wanted = read_typed_numbers(context, numbers)
    if context.options.dry_run:
        added = len(wanted) - count_listed(context, wanted)
    else:
        added = list_of_profile(context).add(wanted, now=context.clock.now())
    shared = tell_machines(context, wanted, is_stopped=True, source="manual")
    show_change(context, "added", changed=added, shared=shared, total=len(wanted))


@command(
    help="Take numbers off the profile's list, so that they can be written to again.",
    examples=("bothub suppression remove +33612345678",),
    shared=("profile", "ledger", "region", *CHANGING, *OUTPUT),
    answers=(SuppressionChanged,),
)
def remove(context: AppContext, *, numbers: NumbersArgument) -> None:
    wanted = read_typed_numbers(context, numbers)
    removed = count_listed(context, wanted) if context.options.dry_run else list_of_profile(context).remove(wanted)
    shared = tell_machines(context, wanted, is_stopped=False, source="manual")
    show_change(context, "removed", changed=removed, shared=shared, total=len(wanted))


@command(
    help="Put the numbers of a file on the profile's list: one a line, JSON Lines, or CSV with a column called\n"
    "number, as suppression export writes it. With a line that is no number nothing is imported.",
    examples=("bothub suppression import stopped.csv", "bothub suppression import - --region FR < stopped.txt"),
    shared=("profile", "ledger", "region", *CHANGING, *OUTPUT),
    answers=(SuppressionChanged,),
)
def import_file(
    context: AppContext,
    *,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The file; - is standard input.")],
    written: ListOptions,
    skip_invalid: Annotated[bool, typer.Option("--skip-invalid", help="Leave out lines that hold no number.")] = False,
) -> None:
    from bothub_cli.lists.numbers import collect_numbers, read_numbers  # loads gzip

    printer, name = context.printer, "standard input" if file == "-" else file
    rules = written.rules(region=context.settings.region.value, note=printer.warn)
    wanted = collect_numbers(
        read_numbers(context.stdin.open_file(Path(file)), rules=rules, name=name),
        name=name,
        skip_invalid=skip_invalid,
        warn=printer.warn,
        consequence="nothing was imported",
    )
    if context.options.dry_run:
        added = len(wanted) - count_listed(context, wanted)
    else:
        added = list_of_profile(context).add(wanted, now=context.clock.now(), source="import")
    shared = tell_machines(context, wanted, is_stopped=True, source="import")
    show_change(context, "added", changed=added, shared=shared, total=len(wanted))


@command(
    help="Print the profile's list as CSV: number, since, source, and what the user said.",
    examples=("bothub suppression export > stopped.csv", "bothub suppression export -p shop | cut -d, -f1"),
    shared=("profile", "quiet", "verbose"),
)
def export(context: AppContext, *, raw_csv: RawCsvOption = False) -> None:
    context.show_text(write_csv(to_rows(list_of_profile(context, for_reading=True)), raw=raw_csv))
