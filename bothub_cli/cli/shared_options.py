"""The options that many commands share, each with its help written here once."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, get_args

import typer


def complete_profile(incomplete: str) -> list[str]:
    """Offer the names of the stored profiles to the shell."""
    from bothub_cli.context import stored_profile_names

    return [name for name in stored_profile_names() if name.startswith(incomplete)]


# name of the field in SharedOptions -> (annotation, default)
_SHARED: Mapping[str, tuple[Any, Any]] = MappingProxyType(  # typing has no narrower type for an annotation
    {
        "profile": (
            Annotated[
                str | None,
                typer.Option(
                    "--profile", "-p", metavar="NAME", help="Use this profile.", autocompletion=complete_profile
                ),
            ],
            None,
        ),
        "sandbox": (
            Annotated[
                bool, typer.Option("--sandbox", help="Use a sandbox inside this process: no account, nothing leaves.")
            ],
            False,
        ),
        "bot_id": (
            Annotated[str | None, typer.Option("--bot-id", metavar="ID", help="The bot ID that Orange gave you.")],
            None,
        ),
        "private_key": (
            Annotated[
                str | None,
                typer.Option("--private-key", metavar="FILE", help="The bot's RSA private key, in PEM; - is stdin."),
            ],
            None,
        ),
        "authorization_file": (
            Annotated[
                str | None,
                typer.Option(
                    "--authorization-file",
                    metavar="FILE",
                    help="A file with the Authorization header of the Orange Developer console; - is stdin.",
                ),
            ],
            None,
        ),
        "api_base": (
            Annotated[
                str | None,
                typer.Option("--api-base", metavar="URL", help="Where the API is. [default: https://api.orange.com]"),
            ],
            None,
        ),
        "auth_base": (
            Annotated[
                str | None,
                typer.Option("--auth-base", metavar="URL", help="Where the OAuth endpoint is. [default: the API base]"),
            ],
            None,
        ),
        "traffic_type": (
            Annotated[
                str | None,
                typer.Option(
                    "--traffic-type",
                    metavar="WORD",
                    help="advertisement, payment, premium, subscription, or another word that BotHub knows.",
                ),
            ],
            None,
        ),
        "region": (
            Annotated[
                str | None,
                typer.Option("--region", metavar="CC", help="Country of numbers without a +: FR, BE, …"),
            ],
            None,
        ),
        "timeout": (
            Annotated[
                str | None,
                typer.Option("--timeout", metavar="TIME", help="Wait so long for one answer. [default: 30s]"),
            ],
            None,
        ),
        "max_wait": (
            Annotated[
                str | None,
                typer.Option(
                    "--max-wait", metavar="TIME", help="Pause so long in all between attempts. [default: 30s]"
                ),
            ],
            None,
        ),
        "proxy": (
            Annotated[str | None, typer.Option("--proxy", metavar="URL", help="Go through this HTTP proxy.")],
            None,
        ),
        "ca_bundle": (
            Annotated[
                str | None, typer.Option("--ca-bundle", metavar="FILE", help="Trust the certificates in this file.")
            ],
            None,
        ),
        "no_input": (Annotated[bool, typer.Option("--no-input", help="Never ask; fail instead.")], False),
        "dry_run": (
            Annotated[bool, typer.Option("--dry-run", "-n", help="Show what would be sent, and send nothing.")],
            False,
        ),
        "curl": (
            Annotated[bool, typer.Option("--curl", help="Show what would be sent as a curl line, and send nothing.")],
            False,
        ),
        "no_record": (
            Annotated[bool, typer.Option("--no-record", help="Do not note the message in the event store.")],
            False,
        ),
        "keep_texts": (
            Annotated[
                bool, typer.Option("--keep-texts", help="Note texts as they are in the event store, not masked.")
            ],
            False,
        ),
        "json": (Annotated[bool, typer.Option("--json", help="Answer in JSON.")], False),
        "fields": (
            Annotated[
                str | None,
                typer.Option("--fields", metavar="A,B", help="With --json: only these members of the answer."),
            ],
            None,
        ),
        "quiet": (Annotated[bool, typer.Option("--quiet", "-q", help="No notes, no warnings, no progress.")], False),
        "verbose": (
            Annotated[
                int,
                typer.Option(
                    "--verbose",
                    "-v",
                    count=True,
                    show_default=False,
                    help="Say what happens inside; secrets are masked.",
                ),
            ],
            0,
        ),
        "log_content": (
            Annotated[
                bool,
                typer.Option("--log-content", help="With -v: show phone numbers and texts instead of masking them."),
            ],
            False,
        ),
    }
)

OUTPUT = ("json", "fields", "quiet", "verbose")
PROFILE = ("profile", "sandbox", "bot_id", "private_key", "authorization_file", "api_base", "auth_base")
NETWORK = ("timeout", "max_wait", "proxy", "ca_bundle", "log_content")
ASKING = ("no_input",)
CHANGING = ("dry_run",)
RECORDING = ("no_record", "keep_texts")

API = (*PROFILE, *NETWORK, *OUTPUT)  # a command that calls the API


def shared_option(name: str) -> tuple[Any, Any]:
    """Return the annotation and the default of a shared option."""
    return _SHARED[name]


def shared_names() -> frozenset[str]:
    """Return the names of all shared options."""
    return frozenset(_SHARED)


def shared_flags() -> dict[str, bool]:
    """Return every spelling of a shared option, with whether a value follows it."""
    flags: dict[str, bool] = {}
    for annotation, _ in _SHARED.values():
        kind, option = get_args(annotation)
        takes_value = kind is not bool and not option.count
        for spelling in (option.default, *(option.param_decls or ())):
            flags[spelling] = takes_value
    return flags
