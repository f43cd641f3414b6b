"""Reads a campaign's list again for the columns of its own, which the journal does not hold."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bothub_cli.campaign.journal.interface import CampaignRecord
from bothub_cli.campaign.rows.read import STDIN, read_rules
from bothub_cli.campaign.settings import CampaignSettings
from bothub_cli.errors import InputRefusedError
from bothub_cli.lists.recipients import ReadingRules, Recipient, RowProblem, read_recipients
from bothub_cli.lists.sources import FileSource, Source, fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnColumns:
    """The columns of a list: their names, and the cells of each line, by line, as text."""

    names: tuple[str, ...]
    rows: Iterator[tuple[int, Mapping[str, str]]]


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
    return read_columns(source, read_rules(settings, settings.region))


def read_columns(source: Source, rules: ReadingRules) -> OwnColumns:
    """Read the columns of every row, refused ones too. Raises InputRefusedError."""
    # read once for the names alone: an object of JSON may have members that the first has not
    names = dict.fromkeys(name for row in _read(source, rules) for name in _members(row))
    rows = ((row.line, {name: _write(cell) for name, cell in _members(row).items()}) for row in _read(source, rules))
    return OwnColumns(names=tuple(names), rows=rows)


def _read(source: Source, rules: ReadingRules) -> Iterator[Recipient | RowProblem]:
    return read_recipients(source.open(), rules=rules, name=source.name)


def _members(row: Recipient | RowProblem) -> Mapping[str, object]:
    return row.row or row.payload or {} if isinstance(row, Recipient) else row.row


def _write(cell: object) -> str:
    """Write a cell as the list has it: text, or JSON; what could not be read is U+FFFD, also a NUL."""
    text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
