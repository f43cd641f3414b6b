"""``bothub profile set``: changes settings of a profile."""

from dataclasses import replace
from typing import Annotated, Any

import typer

from bothub_cli.commands.command import command
from bothub_cli.commands.options import OUTPUT
from bothub_cli.config.fields import PROFILE_FIELDS, SECRET_NAMES
from bothub_cli.config.profile import Profile
from bothub_cli.config.values import BadValueError
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.profiles import ProfileChanged

_FIELDS = {field.name: field for field in PROFILE_FIELDS}


@command(
    help="Change settings of a profile: NAME=VALUE, or NAME= to take one away. A new profile is made.\n\n"
    f"The settings: {', '.join(_FIELDS)}. Credentials are set by login.",
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
    if "private_key" in changes:
        changes |= {"stored_key": False, "key_sha256": None}
    context.profiles.save(replace(profile, **changes))
    words = ", ".join(
        f"{key} {'set' if changes[key] is not None else 'taken away'}" for key in changes if key in _FIELDS
    )
    context.show(ProfileChanged(profile=name, change=words, stored_in=str(context.profiles.config_path)))


def _read_assignment(assignment: str) -> tuple[str, Any]:  # the value has the type of its field
    name, equals, text = assignment.partition("=")
    name = name.strip().replace("-", "_")
    if name in SECRET_NAMES:
        raise UsageError(
            problem=f"{name} is a secret, and does not belong on a command line", fix="bothub login{profile}"
        )
    if name not in _FIELDS or not equals:
        problem = f"there is no setting {name!r}" if equals else f"{assignment!r} is not NAME=VALUE"
        raise UsageError(problem=problem, fix=f"settings: {', '.join(_FIELDS)}")
    if not text.strip():
        return name, None
    try:
        return name, _FIELDS[name].read(text)
    except BadValueError as error:
        raise UsageError(problem=f"{name}: {error.problem}", fix=error.fix) from error
