"""``bothub suppression add``: puts numbers on the list by hand."""

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import CHANGING, OUTPUT
from bothub_cli.commands.suppression.numbers import NumbersArgument, count_listed, list_of, read_numbers, show_change
from bothub_cli.context import AppContext
from bothub_cli.output.documents.suppression import SuppressionChanged


@command(
    help="Put numbers on the profile's list: send, send-card and campaigns refuse them from now on.",
    examples=("bothub suppression add +33612345678", "bothub suppression add '06 12 34 56 78' --region FR"),
    shared=("profile", "region", *CHANGING, *OUTPUT),
    answers=(SuppressionChanged,),
)
def run(context: AppContext, *, numbers: NumbersArgument) -> None:
    wanted = read_numbers(context, numbers)
    if context.options.dry_run:
        added = len(wanted) - count_listed(context, wanted)
    else:
        added = list_of(context).add(wanted, now=context.clock.now())
    show_change(context, "added", changed=added, total=len(wanted))
