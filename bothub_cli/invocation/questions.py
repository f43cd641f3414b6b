"""Asks the person at the terminal, on stderr, or says which flag to give where nobody can be asked."""

import sys
from collections.abc import Mapping

from bothub_cli.errors import UsageError
from bothub_cli.output.printer import Printer
from bothub_cli.redaction import Secret


class Questions:
    """What may be asked in one command; ``instead`` and ``flag`` name what answers a question beforehand."""

    def __init__(self, printer: Printer, *, environ: Mapping[str, str], no_input: bool) -> None:
        self._printer = printer
        self._environ = environ
        self._no_input = no_input

    @property
    def may_ask(self) -> bool:
        """True when a person sits at the terminal and questions are wanted."""
        asking_off = self._no_input or bool(self._environ.get("CI"))
        return not asking_off and sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()

    def ask(self, question: str, *, instead: str, default: str | None = None) -> str:
        """Ask on stderr; raise UsageError that names the flag or variable when nobody can be asked."""
        self._require_terminal(question, instead)
        shown = f" [{default}]" if default else ""
        self._printer.stderr.write(f"{question}{shown}: ")
        self._printer.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:  # Ctrl-D
            raise KeyboardInterrupt
        return answer.strip() or default or self.ask(question, instead=instead, default=default)

    def ask_secret(self, question: str, *, instead: str) -> Secret:
        """Ask without echo; raise UsageError that names the flag or variable when nobody can be asked."""
        from getpass import getpass  # most questions are no secret

        self._require_terminal(question, instead)
        try:
            answer = getpass(f"{question}: ", stream=self._printer.stderr)
        except EOFError as error:
            raise KeyboardInterrupt from error
        secret = Secret(answer.strip())
        self._printer.redactor.learn(secret)
        return secret

    def ask_passphrase(self, key: object) -> Secret:
        """Ask for the passphrase of a key, which is named as it writes itself."""
        return self.ask_secret(f"Passphrase of {key}", instead="BOTHUB_PRIVATE_KEY_PASSPHRASE")

    def confirm(self, question: str, *, flag: str) -> None:
        """Ask for a yes; anything else stops the command as Ctrl-C does."""
        if self.ask(f"{question} (y/n)", instead=flag, default="n").lower() not in {"y", "yes", "o", "oui"}:
            raise KeyboardInterrupt

    def wait_for_enter(self, words: str) -> None:
        """Say what waits, and return when its reader presses Enter, or Ctrl-D."""
        self._printer.stderr.write(f"{words}\n")
        self._printer.stderr.flush()
        sys.stdin.readline()

    def _require_terminal(self, question: str, instead: str) -> None:
        if not self.may_ask:
            raise UsageError(problem=f"nobody can be asked: {question}", fix=f"give it with {instead}")
