"""Where the bot's private key is: in a file, or in the environment itself."""

from dataclasses import dataclass
from pathlib import Path

from bothub_cli.redaction import Secret

PEM_START = "-----BEGIN"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFile:
    """A PEM file; ``stored`` says that it is our own copy in the config directory."""

    path: Path
    stored: bool = False

    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineKey:
    """The PEM text itself, as build servers keep it in a variable; ``variable`` names where it came from."""

    pem: Secret
    variable: str

    def __str__(self) -> str:
        return f"in {self.variable}"


KeySource = KeyFile | InlineKey


def read_inline_key(text: str, *, variable: str) -> InlineKey:
    r"""Keep a PEM from the environment; where a ``\n`` stands for a line's end, it becomes one."""
    pem = text.replace("\\n", "\n") if "\n" not in text.strip() else text
    return InlineKey(pem=Secret(pem), variable=variable)
