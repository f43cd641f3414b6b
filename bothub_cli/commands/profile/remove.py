"""``bothub profile remove``: removes a profile with its secrets."""

from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT, complete_profile
from bothub_cli.context import AppContext
from bothub_cli.output.documents.profile import ProfileChanged


@command(
    help="Remove a profile: its settings, its credentials, our copy of its key and its cached tokens.",
    examples=("bothub profile remove shop", "bothub profile remove shop --yes"),
    shared=("no_input", *OUTPUT),
    answers=(ProfileChanged,),
)
def run(
    context: AppContext,
    *,
    name: Annotated[str, typer.Argument(metavar="NAME", autocompletion=complete_profile)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    context.require_profile(name)
    if not yes:
        context.questions.confirm(f"Remove the profile {name} with its credentials?", flag="--yes")
    context.forget_tokens(name)
    context.profiles.remove(name)
    context.show(ProfileChanged(profile=name, change="removed", stored_in=str(context.profiles.config_path)))
