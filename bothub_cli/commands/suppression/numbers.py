"""What the ``suppression`` commands share: the profile's list, and the numbers to change in it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bothub_cli.context import AppContext
from bothub_cli.output.documents.suppression import SuppressionChanged

if TYPE_CHECKING:
    from bothub_cli.events.store.suppression import SuppressionList

NumbersArgument = Annotated[list[str], typer.Argument(metavar="NUMBER…", help="+33…, or national with --region.")]


def list_of(context: AppContext, *, for_reading: bool = False) -> "SuppressionList":
    """Return the suppression list of the profile in use."""
    from bothub_cli.events.store.suppression import SuppressionList

    database = context.event_store_for_reading if for_reading else context.event_store
    return SuppressionList(database, profile=context.settings.profile.value)


def read_numbers(context: AppContext, written: Sequence[str]) -> list[str]:
    """Return the numbers in E.164, each once. Raises InputRefusedError, and then nothing was changed."""
    from bothub_cli.phone_numbers import normalise

    region = context.settings.region.value
    return list(dict.fromkeys(normalise(number, region=region, where="NUMBER") for number in written))


def count_listed(context: AppContext, numbers: Iterable[str]) -> int:
    """Return how many of the numbers are on the list."""
    from bothub_cli.events.store.suppression import is_suppressed

    listed = list_of(context, for_reading=True).load()
    return sum(is_suppressed(number, listed) for number in numbers)


def show_change(context: AppContext, change: Literal["added", "removed"], *, changed: int, total: int) -> None:
    """Show how many numbers were changed, or would be."""
    context.show(
        SuppressionChanged(
            profile=context.settings.profile.value,
            change=change,
            changed=changed,
            unchanged=total - changed,
            dry_run=context.options.dry_run,
        )
    )
