"""``bothub suppression list``: lists who must not be written to."""

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.commands.suppression.numbers import list_of
from bothub_cli.context import AppContext
from bothub_cli.output.documents.suppression import SuppressedNumber, SuppressionEntries


@command(
    help="List the numbers that the profile must not write to: users who said STOP, and those added by hand.",
    examples=("bothub suppression list", "bothub suppression list --json | jq -r '.entries[].number'"),
    shared=("profile", *OUTPUT),
    answers=(SuppressionEntries,),
)
def run(context: AppContext) -> None:
    entries = tuple(SuppressedNumber.of(entry) for entry in list_of(context, for_reading=True))
    context.show(SuppressionEntries(profile=context.settings.profile.value, entries=entries))
