"""One run of the program: what its environment and the shared options say, before anything is made of them."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bothub_cli.output.printer import OutputOptions, Printer
from bothub_cli.redaction import Redactor

if TYPE_CHECKING:
    from bothub_cli.config.sources import FlagValue


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedOptions:
    """What the shared options of a command say; None and False mean "not given"."""

    profile: str | None = None
    sandbox: bool = False
    bot_id: str | None = None
    private_key: str | None = None
    authorization_file: str | None = None
    api_base: str | None = None
    auth_base: str | None = None
    traffic_type: str | None = None
    region: str | None = None
    timeout: str | None = None
    max_wait: str | None = None
    proxy: str | None = None
    ca_bundle: str | None = None
    no_input: bool = False
    no_record: bool = False
    keep_texts: bool = False
    dry_run: bool = False
    curl: bool = False
    json: bool = False
    fields: str | None = None
    quiet: bool = False
    verbose: int = 0
    log_content: bool = False

    def flags(self) -> "dict[str, FlagValue]":
        """Return the settings among them, as ``config.settings.resolve`` takes them."""
        said: dict[str, FlagValue] = {name: getattr(self, name) for name in _SETTINGS}
        return said | {name: True for name in _SWITCHES if getattr(self, name)}

    def output(self, environ: Mapping[str, str]) -> OutputOptions:
        """Return how to print; asking for fields asks for JSON."""
        chosen = tuple(name.strip() for name in (self.fields or "").split(",") if name.strip())
        as_json = self.json or bool(chosen) or environ.get("BOTHUB_OUTPUT") == "json"
        return OutputOptions(json=as_json, fields=chosen, quiet=self.quiet, verbose=self.verbose)


_SWITCHES = ("no_input", "log_content", "no_record", "keep_texts")
_SETTINGS = (
    "profile", "bot_id", "private_key", "authorization_file", "api_base", "auth_base", "traffic_type", "region",
    "timeout", "max_wait", "proxy", "ca_bundle",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Session:
    """One run of the program: its environment, and the printer as far as it is known how to print."""

    environ: Mapping[str, str]
    printer: Printer
    completion: str | None = None  # what the shell's completion script asks
    log_content: bool = False


def start_session(argv: Sequence[str]) -> Session:
    """Begin a run; before the options are read, ``--json`` is looked for by its name alone."""
    environ = dict(os.environ)
    early = SharedOptions(json="--json" in argv, verbose=sum(word in {"-v", "--verbose", "-vv"} for word in argv))
    printer = make_printer(early.output(environ), environ)
    return Session(environ=environ, printer=printer, completion=environ.get("_BOTHUB_COMPLETE"))


def make_printer(options: OutputOptions, environ: Mapping[str, str]) -> Printer:
    """Return a printer on this process's streams, which has no secrets to hide yet."""
    terminal = {name: environ[name] for name in ("TERM", "NO_COLOR") if name in environ}
    return Printer(stdout=sys.stdout, stderr=sys.stderr, options=options, terminal=terminal, redactor=Redactor())
