"""``bothub sandbox numbers``: lists the numbers with a meaning."""

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.context import AppContext
from bothub_cli.output.documents.sandbox import MagicNumberLine, SandboxNumbers
from bothub_cli.sandbox.state.magic_numbers import MAGIC_NUMBERS


@command(
    help="List the numbers with a meaning: what happens to a message depends on whom it is sent to.\n"
    "They lie in a range that ARCEP keeps for fiction: nobody has them.",
    examples=("bothub sandbox numbers", "bothub sandbox numbers --json"),
    shared=OUTPUT,
    answers=(SandboxNumbers,),
)
def run(context: AppContext) -> None:
    lines = tuple(MagicNumberLine(number=magic.number, meaning=magic.meaning) for magic in MAGIC_NUMBERS)
    context.show(SandboxNumbers(numbers=lines))
