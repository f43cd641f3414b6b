"""One run of the program: its environment, and the printer as far as it is known how to print."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence

from bothub_cli.invocation.options import SharedOptions
from bothub_cli.output.printer import TERMINAL_VARIABLES, OutputOptions, Printer
from bothub_cli.redaction import Redactor, Secret, find_secrets


class Session:
    """One run of the program; ``completion`` is what the shell's completion script asks."""

    def __init__(
        self, *, argv: Sequence[str], environ: Mapping[str, str], printer: Printer, completion: str | None = None
    ) -> None:
        self.argv = argv
        self.environ = environ
        self.printer = printer
        self.completion = completion
        self.log_content = False


def start_session(argv: Sequence[str]) -> Session:
    """Begin a run; before the options are read, ``--json`` is looked for by its name alone."""
    environ = dict(os.environ)
    early = SharedOptions(json="--json" in argv, verbose=sum(word in {"-v", "--verbose", "-vv"} for word in argv))
    printer = make_printer(early.output(environ), environ, argv=argv)
    return Session(argv=argv, environ=environ, printer=printer, completion=environ.get("_BOTHUB_COMPLETE"))


def make_printer(options: OutputOptions, environ: Mapping[str, str], *, argv: Sequence[str]) -> Printer:
    """Return a printer on this process's streams, which hides the secrets of environment and command line."""
    redactor = Redactor(find_secrets(environ, argv), find_more=lambda: _find_kept_secrets(environ))
    terminal = {name: environ[name] for name in TERMINAL_VARIABLES if name in environ}
    return Printer(stdout=sys.stdout, stderr=sys.stderr, options=options, terminal=terminal, redactor=redactor)


def _find_kept_secrets(environ: Mapping[str, str]) -> Iterator[Secret]:
    from bothub_cli.config.kept_secrets import find_kept_secrets  # what says nothing need not look for them

    return find_kept_secrets(environ)
