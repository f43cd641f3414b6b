"""Where the bot's private key is: in a file, or in the environment itself."""

from pathlib import Path

from bothub_cli.command_lines import split_words
from bothub_cli.field_check import check_fields
from bothub_cli.files import SECRET_MAX, check_readable, say_unreadable
from bothub_cli.record import record
from bothub_cli.redaction import Secret

__all__ = ["InlineKey", "KeyCommand", "KeyFile", "KeySource"]


@record
class KeyFile:
    """A PEM file."""

    path: Path
    """Where it is."""
    stored: bool = False
    """It is our own copy in the config directory."""

    def __post_init__(self) -> None:
        check_fields(self)

    def __str__(self) -> str:
        return show_path(self.path)


@record
class InlineKey:
    """The PEM text itself, as build servers keep it in a variable."""

    pem: Secret
    """The key."""
    variable: str
    """Where it came from, for errors."""

    def __post_init__(self) -> None:
        check_fields(self)

    def __str__(self) -> str:
        return f"in {self.variable}"


@record
class KeyCommand:
    """A program that writes the PEM to its standard output; it is run when the key is needed, and nothing is kept."""

    command: str
    """The program and its arguments, quoted as for a shell."""
    setting: str
    """Who named it, for errors."""

    def __post_init__(self) -> None:
        check_fields(self)

    def __str__(self) -> str:
        return f"from the program {split_words(self.command)[0]}"

    def read(self) -> bytes:
        """Run the program. Raises SecretCommandError."""
        from bothub_cli.child_processes import read_from_program  # few keys come from one

        return read_from_program(split_words(self.command), setting=self.setting)


KeySource = KeyFile | InlineKey | KeyCommand

_KEY_FILE_SUFFIXES = frozenset({".pem", ".key", ".p8", ".pk8", ".rsa", ".priv", ".txt", ".der", ".crt", ".cer"})
_SHOWN_NAME_MAX = 64  # characters
_NOT_SHOWN = "a file that is not there (not shown: it may be a secret)"


def show_path(path: Path) -> str:
    """Return a path as it may be shown: where nothing is there, what was given for one may be the secret itself."""
    here = Path.cwd()
    path = here / path
    try:
        has_place = path.exists() or (path.parent.is_dir() and path.parent != here)
    except (OSError, ValueError):  # longer than a name may be, a NUL byte
        return _NOT_SHOWN
    is_whole = path.is_absolute() and not path.is_relative_to(here)  # a secret has no folders above it
    looks_like_file = path.suffix.lower() in _KEY_FILE_SUFFIXES or has_place or is_whole
    return str(path) if looks_like_file and all(len(name) <= _SHOWN_NAME_MAX for name in path.parts) else _NOT_SHOWN


def shown_place(path: Path) -> str | None:
    """Return a path for the beginning of an error; None where it may not be shown."""
    shown = show_path(path)
    return None if shown == _NOT_SHOWN else shown


def say_unusable(path: Path, *, folder: bool = False) -> str | None:
    """Say why nothing can be read from a path that the user gave, with the path where it may be shown; None: it can."""
    try:
        check_readable(path, folder=folder)
    except (OSError, ValueError) as error:
        place = shown_place(path)
        return f"{place}: {say_unreadable(error)}" if place else say_unreadable(error)
    return None


def is_there(path: Path) -> bool:
    """Tell whether something has this path; a text that can be no path at all is nowhere."""
    try:
        return path.exists()
    except (OSError, ValueError):  # longer than a name may be, a folder that may not be entered, a NUL byte
        return False


def is_missing(source: KeySource | None) -> bool:
    """Tell whether a key should lie in a file that is not there."""
    return isinstance(source, KeyFile) and not is_there(source.path)


def fingerprint_of_key(source: KeySource | None) -> str | None:
    """Return what tells this key from another, from which the key cannot be told.

    None when that cannot be found out: no key, a file that is not there or not ours to read, or a pipe, which can be
    read only once, by who signs.
    """
    from hashlib import sha256  # 3 ms that whoever shows no key need not pay

    match source:
        case None | KeyCommand():
            return None
        case InlineKey():
            pem = source.pem.reveal().encode("utf-8", "surrogateescape")
        case KeyFile():
            try:
                if not source.path.is_file():
                    return None
                with source.path.open("rb") as stream:
                    pem = stream.read(SECRET_MAX)
            except (OSError, ValueError):  # ValueError: a NUL byte in the path
                return None
    return sha256(pem.strip()).hexdigest()
