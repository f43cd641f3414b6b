"""Where the bot's private key is: in a file, or in the environment itself."""

from dataclasses import dataclass
from pathlib import Path

from bothub_cli.redaction import Secret

PEM_START = "-----BEGIN"
KEY_FILE_MAX = 65_536  # bytes; a key of 16384 bits takes 13,000


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


def fingerprint(source: KeySource | None) -> str | None:
    """Return what tells this key from another, from which the key cannot be told.

    None when that cannot be found out: no key, a file that is not there or not ours to read, or a pipe, which can be
    read only once, by who signs.
    """
    from hashlib import sha256

    match source:
        case None:
            return None
        case InlineKey():
            pem = source.pem.reveal().encode()
        case KeyFile():
            try:
                if not source.path.is_file():
                    return None
                with source.path.open("rb") as stream:
                    pem = stream.read(KEY_FILE_MAX)
            except (OSError, ValueError):  # ValueError: a NUL byte in the path
                return None
    return sha256(pem.strip()).hexdigest()
