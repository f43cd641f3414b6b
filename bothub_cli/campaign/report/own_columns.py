"""Reads a campaign's list again for the columns of its own, which the journal does not hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bothub_cli.campaign.journal.interface import CampaignRecord
from bothub_cli.campaign.rows.read import STDIN, read_rules
from bothub_cli.campaign.settings import CampaignSettings
from bothub_cli.errors import InputRefusedError
from bothub_cli.lists.recipients import Recipient, read_recipients
from bothub_cli.lists.sources import FileSource, fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnColumns:
    """The columns of a list: their names, and the cells of each line, by line; a row without a number has none."""

    names: tuple[str, ...]
    rows: Iterator[tuple[int, Mapping[str, object]]]


def read_own_columns(record: CampaignRecord, *, planned_from: str | None) -> OwnColumns:
    """Read the list of a campaign again. Raises InputRefusedError when it is gone, or has changed since."""
    fix = "leave --with-columns out"
    if record.recipients_path == STDIN:
        raise InputRefusedError(problem="this campaign read its list from standard input, which is gone", fix=fix)
    source = FileSource(Path(record.recipients_path))
    if not (planned_from or "").startswith(fingerprint(source)):
        raise InputRefusedError(
            problem="the list has changed since the campaign read it: its lines are others now",
            where=source.name,
            fix=fix,
        )
    settings = CampaignSettings().completed(record.settings)
    rows = (
        (row.line, row.row or row.payload or {})
        for row in read_recipients(source.open(), rules=read_rules(settings, settings.region), name=source.name)
        if isinstance(row, Recipient)
    )
    first = next(rows, (0, {}))
    return OwnColumns(names=tuple(first[1]), rows=chain([first], rows))
