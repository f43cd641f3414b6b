"""``bothub suppression import``: puts the numbers of a file on the list."""

from collections.abc import Iterator
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import CHANGING, OUTPUT
from bothub_cli.commands.suppression.numbers import count_listed, list_of, show_change
from bothub_cli.context import AppContext
from bothub_cli.output.documents.suppression import SuppressionChanged


@command(
    help="Put the numbers of a file on the profile's list: one a line, or CSV with a column called number, as\n"
    "suppression export writes it. With a line that is no number nothing is imported.",
    examples=("bothub suppression import stopped.csv", "bothub suppression import - --region FR < stopped.txt"),
    shared=("profile", "region", *CHANGING, *OUTPUT),
    answers=(SuppressionChanged,),
)
def run(
    context: AppContext,
    *,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="The file; - is standard input.")],
) -> None:
    from bothub_cli.events.store.suppression_files import read_numbers, require_numbers

    where = "standard input" if file == "-" else file
    written = require_numbers(read_numbers(context.stdin.read_file(file, option="FILE").splitlines()), where=where)
    wanted = list(dict.fromkeys(_in_full(context, written, where=where)))
    if context.options.dry_run:
        added = len(wanted) - count_listed(context, wanted)
    else:
        added = list_of(context).add(wanted, now=context.clock.now(), source="import")
    show_change(context, "added", changed=added, total=len(wanted))


def _in_full(context: AppContext, written: tuple[str, ...], *, where: str) -> Iterator[str]:
    """Yield each number in E.164; one that lost its plus is international, unless it begins with 0."""
    from bothub_cli.phone_numbers import normalise

    region = context.settings.region.value
    for number in written:
        lost_plus = region is None and number.isdecimal() and not number.startswith("0")
        yield number if ":" in number else normalise(f"+{number}" if lost_plus else number, region=region, where=where)
