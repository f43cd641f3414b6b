"""``bothub profile use``: makes a profile the default one."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, complete_profile
from bothub_cli.context import AppContext
from bothub_cli.output.documents.profile import ProfileChanged


@command(
    help="Make a profile the one that is used when no other is named.",
    examples=("bothub profile use shop",),
    shared=OUTPUT,
    answers=(ProfileChanged,),
)
def run(
    context: AppContext, *, name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=complete_profile)]
) -> None:
    context.profiles.use(name)
    context.show(ProfileChanged(profile=name, change="is now the default", stored_in=str(context.profiles.config_path)))
