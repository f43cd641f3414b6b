"""``bothub profile set``: changes settings of a profile."""

from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import OUTPUT
from bothub_cli.config.fields import PROFILE_FIELDS
from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_change import change_profile
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.profile import ProfileChanged

_NAMES = tuple(field.name for field in PROFILE_FIELDS)


@command(
    help="Change settings of a profile: NAME=VALUE, or NAME= to take one away. A new profile is made.\n\n"
    f"The settings: {', '.join(_NAMES)}. Credentials are set by login.",
    examples=("bothub profile set region=FR traffic_type=advertisement", "bothub profile set --profile shop proxy="),
    shared=("profile", *OUTPUT),
    answers=(ProfileChanged,),
)
def run(
    context: AppContext,
    *,
    assignments: Annotated[list[str], typer.Argument(metavar="NAME=VALUE…", show_default=False)],
) -> None:
    changes = dict(_read_assignment(assignment) for assignment in assignments)
    name = context.profile_name
    profile = context.profiles.get(name) or Profile(name=name)
    context.profiles.save(change_profile(profile, changes, cwd=Path.cwd()))
    words = ", ".join(f"{key} {'taken away' if text is None else 'set'}" for key, text in changes.items())
    context.show(ProfileChanged(profile=name, change=words, stored_in=str(context.profiles.config_path)))


def _read_assignment(assignment: str) -> tuple[str, str | None]:
    name, equals, text = assignment.partition("=")
    if not equals:
        raise UsageError(problem=f"{assignment!r} is not NAME=VALUE", fix=f"settings: {', '.join(_NAMES)}")
    return name.strip().replace("-", "_"), text if text.strip() else None
