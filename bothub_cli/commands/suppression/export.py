"""``bothub suppression export``: prints the list as CSV."""

import csv
import io

from bothub_cli.cli.command import command
from bothub_cli.commands.suppression.numbers import list_of
from bothub_cli.context import AppContext


@command(
    help="Print the profile's list as CSV: number, since, source, and what the user said.",
    examples=("bothub suppression export > stopped.csv", "bothub suppression export -p shop | cut -d, -f1"),
    shared=("profile", "quiet", "verbose"),
)
def run(context: AppContext) -> None:
    from bothub_cli.events.store.suppression_files import to_rows

    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(to_rows(list_of(context, for_reading=True)))
    context.show_text(text.getvalue())
