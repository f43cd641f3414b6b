"""The options that many commands share: each is declared here, once, with its spelling, its help and its group."""

import os
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, Literal, TypeVar, overload

from bothub_cli.errors import BothubError
from bothub_cli.output.printer import OutputOptions

T = TypeVar("T")
OptionGroupName = Literal["profile", "sending", "network", "asking", "changing", "recording", "output", "sharing"]


def complete_profile(incomplete: str) -> list[str]:
    """Offer the names of the stored profiles to the shell; none where they cannot be read."""
    from bothub_cli.config.paths import find_directories  # a shell asks, no command
    from bothub_cli.config.profile_store import ProfileStore  # loads subprocess

    try:
        names = ProfileStore(find_directories(os.environ).config).names()
    except BothubError:  # somebody is typing: an error has no place in the line
        return []
    return [name for name in names if name.startswith(incomplete)]


class SharedOption(Generic[T]):
    """One shared option; on ``SharedOptions`` it is the value that was given, or its default.

    ``is_setting``: the profile and the environment know it too (``config.settings``).
    """

    name: str

    def __init__(
        self,
        *spellings: str,
        default: T,
        help: str,  # noqa: A002 -- Typer's word
        group: OptionGroupName,
        metavar: str | None = None,
        is_setting: bool = False,
        is_counted: bool = False,
        complete: Callable[[str], list[str]] | None = None,
    ) -> None:
        self.spellings = spellings
        self.default = default
        self.help = help
        self.group = group
        self.metavar = metavar
        self.is_setting = is_setting
        self.is_counted = is_counted
        self.complete = complete

    @property
    def takes_value(self) -> bool:
        """Whether a word follows it: a switch is False by default, a text is None."""
        return self.default is None

    def __set_name__(self, owner: type["SharedOptions"], name: str) -> None:
        self.name = name
        owner.DECLARED[name] = self

    @overload
    def __get__(self, options: None, owner: type["SharedOptions"]) -> "SharedOption[T]": ...
    @overload
    def __get__(self, options: "SharedOptions", owner: type["SharedOptions"]) -> T: ...
    def __get__(self, options: "SharedOptions | None", owner: type["SharedOptions"]) -> "SharedOption[T] | T":
        return self if options is None else options.given.get(self.name, self.default)


def _text(
    *spellings: str,
    help: str,  # noqa: A002 -- Typer's word
    group: OptionGroupName,
    metavar: str,
    is_setting: bool = True,
    complete: Callable[[str], list[str]] | None = None,
) -> SharedOption[str | None]:
    return SharedOption(
        *spellings, default=None, help=help, group=group, metavar=metavar, is_setting=is_setting, complete=complete
    )


def _switch(
    *spellings: str,
    help: str,  # noqa: A002 -- Typer's word
    group: OptionGroupName,
    is_setting: bool = False,
) -> SharedOption[bool]:
    return SharedOption(*spellings, default=False, help=help, group=group, is_setting=is_setting)


class SharedOptions:
    """What the shared options of a command say; None, False and 0 mean "not given"."""

    DECLARED: ClassVar[dict[str, SharedOption[Any]]] = {}  # in their order; each a str | None, a bool or an int

    profile = _text(
        "--profile",
        "-p",
        metavar="NAME",
        help="Use this profile, not the default one.",
        group="profile",
        complete=complete_profile,
    )
    sandbox = _switch(
        "--sandbox", help="Use a sandbox inside this process: no account, nothing leaves.", group="profile"
    )
    bot_id = _text("--bot-id", metavar="ID", help="The bot ID that Orange gave you.", group="profile")
    private_key = _text(
        "--private-key", metavar="FILE|-", help="The bot's RSA private key, in PEM; - is stdin.", group="profile"
    )
    authorization_file = _text(
        "--authorization-file",
        metavar="FILE|-",
        help="A file with the Authorization header of the Orange Developer console; - is stdin.",
        group="profile",
    )
    api_base = _text(
        "--api-base", metavar="URL", help="Where the API is. [default: https://api.orange.com]", group="profile"
    )
    auth_base = _text(
        "--auth-base", metavar="URL", help="Where the OAuth endpoint is. [default: the API base]", group="profile"
    )
    traffic_type = _text(
        "--traffic-type",
        metavar="WORD",
        help="What the message is for: advertisement, payment, premium, subscription, or another word that BotHub "
        "knows. [default: advertisement]",
        group="sending",
    )
    region = _text("--region", metavar="CC", help="Country of numbers without a +: FR, BE, …", group="sending")
    ledger = _text(
        "--ledger",
        metavar="URL",
        help="Share campaigns with other machines in this PostgreSQL database.",
        group="sharing",
    )
    timeout = _text(
        "--timeout", metavar="TIME", help="Wait this long at most for one answer. [default: 30s]", group="network"
    )
    max_wait = _text(
        "--max-wait",
        metavar="TIME",
        help="Pause this long at most, in all, between attempts. [default: 30s; campaigns 10m]",
        group="network",
    )
    proxy = _text("--proxy", metavar="URL", help="Go through this HTTP proxy.", group="network")
    ca_bundle = _text("--ca-bundle", metavar="FILE", help="Trust the certificates in this file.", group="network")
    log_content = _switch(
        "--log-content",
        help="With -v: show phone numbers and texts instead of masking them.",
        group="network",
        is_setting=True,
    )
    no_input = _switch("--no-input", help="Never ask; fail instead.", group="asking", is_setting=True)
    dry_run = _switch("--dry-run", "-n", help="Show what would be sent, and send nothing.", group="changing")
    curl = _switch("--curl", help="Show what would be sent as a curl line, and send nothing.", group="sending")
    no_record = _switch(
        "--no-record", help="Do not note the message in the event store.", group="recording", is_setting=True
    )
    keep_texts = _switch(
        "--keep-texts",
        help="Note texts as they are in the event store, not masked.",
        group="recording",
        is_setting=True,
    )
    json = _switch("--json", help="Answer in JSON.", group="output")
    fields = _text(
        "--fields",
        metavar="A,B",
        help="With --json: only these members of the answer.",
        group="output",
        is_setting=False,
    )
    quiet = _switch("--quiet", "-q", help="No notes, no warnings, no progress.", group="output")
    verbose = SharedOption(
        "--verbose",
        "-v",
        default=0,
        help="Say what happens inside; secrets are masked.",
        group="output",
        is_counted=True,
    )

    def __init__(self, **given: Any) -> None:  # the values of the options by their names, as Typer read them
        self.given = given

    def flags(self) -> "dict[str, str | bool]":
        """Return those that are settings and were given, as ``config.settings.resolve`` takes them."""
        values = {name: getattr(self, name) for name, option in self.DECLARED.items() if option.is_setting}
        return {name: value for name, value in values.items() if value is not None and value is not False}

    def output(self, environ: Mapping[str, str]) -> OutputOptions:
        """Return how to print; asking for fields asks for JSON."""
        chosen = tuple(name.strip() for name in (self.fields or "").split(",") if name.strip())
        as_json = self.json or bool(chosen) or environ.get("BOTHUB_OUTPUT") == "json"
        return OutputOptions(json=as_json, fields=chosen, quiet=self.quiet, verbose=self.verbose)


def names_of(group: OptionGroupName) -> tuple[str, ...]:
    """Return the names of a group's options, in their order."""
    return tuple(name for name, option in SharedOptions.DECLARED.items() if option.group == group)
