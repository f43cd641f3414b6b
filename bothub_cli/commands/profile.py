"""Looks at profiles and changes them."""

import shlex
import shutil
from pathlib import Path
from typing import Annotated

import typer

from bothub_cli.cli.command import command
from bothub_cli.cli.shared_options import NETWORK, OUTPUT, PROFILE
from bothub_cli.config.fields import (
    AUTHORIZATION_COMMAND,
    DEFAULT_API_BASE,
    LEDGER,
    PRIVATE_KEY_COMMAND,
    PROFILE_FIELDS,
)
from bothub_cli.config.paths import find_missing
from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_change import change_profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.context import AppContext
from bothub_cli.display_text import quote
from bothub_cli.errors import UsageError
from bothub_cli.invocation.options import complete_profile
from bothub_cli.output.documents.profile import ProfileChanged, ProfileLine, ProfileList, ProfileSettings, SettingLine


@command(
    help="List the profiles; a star marks the default one.",
    examples=("bothub profile list", "bothub profile list --json"),
    shared=OUTPUT,
    answers=(ProfileList,),
)
def list_all(context: AppContext) -> None:
    store = context.profiles
    default = store.default_name()
    stored = [profile for name in store.names() if (profile := store.get(name)) is not None]
    lines = tuple(
        ProfileLine(
            name=profile.name,
            default=profile.name == default,
            bot_id=profile.bot_id,
            api_base=profile.api_base or DEFAULT_API_BASE,
            logged_in=profile.has_credentials,
        )
        for profile in stored
    )
    context.show(ProfileList(profiles=lines, stored_in=str(store.config_path)))


@command(
    help="Show the settings as a command would see them, and whether a flag, an environment variable, the project\n"
    "file, the profile or a default set each. Secrets are masked. With --json: all of them.",
    examples=("bothub profile show", "bothub profile show --all", "bothub profile show --profile shop --json"),
    shared=(*PROFILE, "traffic_type", "region", *NETWORK, "no_input", *OUTPUT),
    answers=(ProfileSettings,),
)
def show(
    context: AppContext,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Show those that are at their defaults too.")] = False,
) -> None:
    settings = context.settings
    lines = tuple(
        SettingLine(name=name, value=_shown(setting.shown), origin=str(setting.origin))
        for name, setting in settings.each()
    )
    profile = settings.stored_profile.name if settings.stored_profile else None
    if not everything and not context.printer.options.json:
        changed = tuple(line for line in lines if line.origin != "default")
        hidden, lines = len(lines) - len(changed), changed
        context.printer.note(f"{hidden} others are at their defaults: bothub profile show --all")
    has_home = not find_missing(context.environ)
    store = context.profiles if has_home else ProfileStore(settings.directories.config)
    context.show(ProfileSettings(profile=profile, settings=lines, stored_in=str(store.config_path)))


def _shown(value: object) -> str | None:
    """Return a value as ``profile set`` takes it."""
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


@command(
    help="Make a profile the one that is used when no other is named.",
    examples=("bothub profile use shop",),
    shared=OUTPUT,
    answers=(ProfileChanged,),
)
def use(
    context: AppContext,
    *,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="As `profile list` shows it.", autocompletion=complete_profile)
    ],
) -> None:
    context.profiles.use(name)
    context.show(ProfileChanged(profile=name, change="is now the default", stored_in=str(context.profiles.config_path)))


_NAMES = tuple(field.name for field in PROFILE_FIELDS)


@command(
    help="Change settings of a profile: NAME=VALUE, or NAME= to take one away. A new profile is made.\n\n"
    f"The settings: {', '.join(_NAMES)}. Credentials are set by login.",
    examples=("bothub profile set region=FR traffic_type=advertisement", "bothub profile set --profile shop proxy="),
    shared=("profile", *OUTPUT),
    answers=(ProfileChanged,),
)
def set_values(
    context: AppContext,
    *,
    assignments: Annotated[
        list[str], typer.Argument(metavar="NAME=VALUE…", help="A setting and its value.", show_default=False)
    ],
) -> None:
    changes = dict(_read_assignment(assignment) for assignment in assignments)
    name = context.profile_name
    profile = context.profiles.get(name) or Profile(name=name)
    changed = change_profile(profile, changes, cwd=Path.cwd())
    if changed.ledger is not None and LEDGER.name in changes:
        _check_ledger(changed.ledger)
    context.profiles.save(changed)
    for setting in (AUTHORIZATION_COMMAND.name, PRIVATE_KEY_COMMAND.name):
        _doubt_program(context, setting, changes.get(setting))
    words = ", ".join(f"{key} {'taken away' if text is None else 'set'}" for key, text in changes.items())
    context.show(ProfileChanged(profile=name, change=words, stored_in=str(context.profiles.config_path)))


def _check_ledger(address: str) -> None:
    """Refuse what no database would take for its address. Raises UsageError."""
    try:
        from bothub_cli.campaign.ledger.link import LedgerAddress  # loads psycopg
    except ModuleNotFoundError:  # it comes with an extra, and may be installed later
        return
    LedgerAddress.read(address)


def _doubt_program(context: AppContext, setting: str, command: str | None) -> None:
    """Warn of a program that is not there: it may be installed later, or be on another PATH."""
    program = shlex.split(command)[0] if command else None
    if program is not None and shutil.which(program) is None:
        context.printer.warn(f"{setting}: this shell finds no program {quote(program)}")


def _read_assignment(assignment: str) -> tuple[str, str | None]:
    name, equals, text = assignment.partition("=")
    if not equals:
        raise UsageError(problem=f"{assignment!r} is not NAME=VALUE", fix=f"settings: {', '.join(_NAMES)}")
    return name.strip().replace("-", "_"), text if text.strip() else None


@command(
    help="Remove a profile: its settings, its credentials, our copy of its key and its cached tokens.",
    examples=("bothub profile remove shop", "bothub profile remove shop --yes"),
    shared=("no_input", *OUTPUT),
    answers=(ProfileChanged,),
)
def remove(
    context: AppContext,
    *,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="As `profile list` shows it.", autocompletion=complete_profile)
    ],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    context.require_profile(name)
    if not yes:
        context.questions.confirm(f"Remove the profile {name} with its credentials?", flag="--yes")
    context.forget_tokens(name)
    context.profiles.remove(name)
    context.show(ProfileChanged(profile=name, change="removed", stored_in=str(context.profiles.config_path)))
