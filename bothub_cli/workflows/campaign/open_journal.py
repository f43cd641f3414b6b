"""Opens a campaign's journal to look at it: by name, by file, or the latest one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bothub_cli.campaign.journal.files import find_journal, list_journals
from bothub_cli.campaign.journal.sqlite import SqliteJournal
from bothub_cli.campaign.journal.sqlite_open import open_for_reading
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError


@contextmanager
def reading(context: AppContext, name: str | None, file: Path | None) -> Iterator[tuple[SqliteJournal, Path]]:
    """Open it while the block runs. Raises UsageError, ConfigurationError."""
    path = _find(context, name, file)
    journal = open_for_reading(path)
    try:
        yield journal, path
    finally:
        journal.close()


def _find(context: AppContext, name: str | None, file: Path | None) -> Path:
    if name is not None and file is not None:
        raise UsageError(problem="a campaign is named twice, by its name and by --journal", fix="give one of them")
    if file is not None:
        return file.absolute()
    directory = context.directories.campaigns
    if name is not None:
        return find_journal(directory, name)
    known = list(list_journals(directory))
    if not known:
        raise UsageError(problem="there is no campaign yet", fix="bothub campaign run --help")
    return max(known, key=lambda path: path.stat().st_mtime)
