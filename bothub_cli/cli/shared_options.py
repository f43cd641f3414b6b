"""The shared options as Typer takes them, and the groups of them that commands name."""

from typing import Annotated, Any

import typer
from typer.models import ParamMeta

from bothub_cli.invocation.options import SharedOption, SharedOptions, names_of

OUTPUT = names_of("output")
PROFILE = names_of("profile")
NETWORK = names_of("network")
CHANGING = names_of("changing")
RECORDING = names_of("recording")

RawCsvOption = Annotated[
    bool, typer.Option("--raw-csv", help="Leave cells that a spreadsheet would compute (=, +, -, @) as they are.")
]

API = (*PROFILE, *NETWORK, *OUTPUT)  # a command that calls the API


def shared_option(name: str) -> ParamMeta:
    """Return a shared option as Typer takes it."""
    option = SharedOptions.DECLARED[name]
    return ParamMeta(name=name, default=_to_typer(option), annotation=_kind_of(option))


def shared_names() -> frozenset[str]:
    """Return the names of all shared options."""
    return frozenset(SharedOptions.DECLARED)


def shared_flags() -> dict[str, bool]:
    """Return every spelling of a shared option, with whether a value follows it."""
    return {spelling: option.takes_value for option in SharedOptions.DECLARED.values() for spelling in option.spellings}


def _kind_of(option: SharedOption[Any]) -> Any:  # typing has no narrower type for an annotation
    return str | None if option.takes_value else type(option.default)


def _to_typer(option: SharedOption[Any]) -> Any:  # Typer's own annotation for what this returns
    default, words = option.default, option.spellings
    if option.is_counted:
        return typer.Option(default, *words, help=option.help, count=True, show_default=False)
    return typer.Option(default, *words, help=option.help, metavar=option.metavar, autocompletion=option.complete)
