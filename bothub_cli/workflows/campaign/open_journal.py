"""Opens a campaign's journal to look at it: by name, by file, or the latest one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bothub_cli.campaign.journal.files import JournalFile
from bothub_cli.campaign.journal.interface import Journal, JournalPlace
from bothub_cli.context import AppContext
from bothub_cli.errors import UsageError


@contextmanager
def reading(context: AppContext, name: str | None, file: Path | None) -> Iterator[tuple[Journal, JournalPlace]]:
    """Open it while the block runs. Raises UsageError, ConfigurationError."""
    place = _find(context, name, file)
    journal = place.open_for_reading()
    try:
        yield journal, place
    finally:
        journal.close()


def _find(context: AppContext, name: str | None, file: Path | None) -> JournalPlace:
    if name is not None and file is not None:
        raise UsageError(problem="a campaign is named twice, by its name and by --journal", fix="give one of them")
    if file is not None:
        return JournalFile(file.absolute())
    if name is not None:
        return context.ledger.place(name)
    latest = context.ledger.latest()
    if latest is None:
        raise UsageError(problem="there is no campaign yet", fix="bothub campaign run --help")
    return latest
