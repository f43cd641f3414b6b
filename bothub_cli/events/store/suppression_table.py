"""Writes a suppression list as a table, which every reader of lists reads again."""

from collections.abc import Iterable, Iterator
from typing import Final

from bothub_cli.clock import to_rfc3339
from bothub_cli.events.store.sending_records import Suppression

HEADER: Final = ("number", "since", "source", "word")


def to_rows(entries: Iterable[Suppression]) -> Iterator[tuple[str, ...]]:
    """Yield the header and one row an entry, each of one line, for csv.writer."""
    yield HEADER
    for entry in entries:
        yield (entry.number, to_rfc3339(entry.since), entry.source, " ".join((entry.word or "").split()))
