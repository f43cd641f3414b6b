"""``bothub suppression remove``: takes numbers off the list by hand."""

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import CHANGING, OUTPUT
from bothub_cli.commands.suppression.numbers import NumbersArgument, count_listed, list_of, read_numbers, show_change
from bothub_cli.context import AppContext
from bothub_cli.output.documents.suppression import SuppressionChanged


@command(
    help="Take numbers off the profile's list, so that they can be written to again.",
    examples=("bothub suppression remove +33612345678",),
    shared=("profile", "region", *CHANGING, *OUTPUT),
    answers=(SuppressionChanged,),
)
def run(context: AppContext, *, numbers: NumbersArgument) -> None:
    wanted = read_numbers(context, numbers)
    removed = count_listed(context, wanted) if context.options.dry_run else list_of(context).remove(wanted)
    show_change(context, "removed", changed=removed, total=len(wanted))
