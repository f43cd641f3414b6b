"""The campaigns of this machine: where each journal lies, and what a campaign is called."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from bothub_cli.errors import UsageError

_SUFFIX = ".sqlite"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def name_campaign(*facts: str, after: str) -> str:
    """Return the same name for the same facts, so that the same command finds its campaign again.

    It begins with ``after``, the recipients' file, for the person who reads the list.
    """
    digest = hashlib.sha256("\0".join(facts).encode("utf-8", "surrogatepass")).hexdigest()[:6]
    readable = re.sub(r"[^A-Za-z0-9]+", "-", Path(after).name.partition(".")[0]).strip("-")[:40]
    return f"{readable or 'campaign'}-{digest}"


def check_name(name: str) -> str:
    """Return the name, or raise UsageError when it is no name for a file on every system."""
    if not _NAME.fullmatch(name):
        raise UsageError(problem=f"{name!r} is no name for a campaign", fix="use letters, digits, dots, - and _")
    return name


def find_journal(directory: Path, name: str) -> Path:
    """Return where the journal of a campaign lies, whether it exists or not. Raises UsageError for a bad name."""
    return directory / f"{check_name(name)}{_SUFFIX}"


def list_journals(directory: Path) -> Iterator[Path]:
    """Yield the journals that there are, by name."""
    yield from sorted(directory.glob(f"*{_SUFFIX}"))
