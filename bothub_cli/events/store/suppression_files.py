"""Reads and writes suppression lists as files: CSV as exported, or simply one number a line."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bothub_cli.clock import to_rfc3339
from bothub_cli.errors import InputRefusedError
from bothub_cli.events.store.sending_records import Suppression

HEADER: Final = ("number", "since", "source", "word")
_CONTACT: Final = re.compile(r"\+?[0-9]{6,15}|(?:sip|tel|urn):\S+", re.IGNORECASE)  # E.164 has 15 digits at most
_SEPARATORS: Final = re.compile(r"[ \t\u00a0.()/-]")
_SHOWN: Final = 5  # refused lines named in an error


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberList:
    """What a file holds: its numbers, and the lines that are none, as (line, text)."""

    numbers: tuple[str, ...]
    refused: tuple[tuple[int, str], ...]


def read_numbers(lines: Iterable[str]) -> NumberList:
    """Read the first column, or the one called "number"; empty lines and "# comments" are passed over."""
    numbers: list[str] = []
    refused: list[tuple[int, str]] = []
    column = 0
    for position, row in _read_rows(lines):
        cells = [cell.strip().lower() for cell in row]
        if not numbers and not refused and "number" in cells:
            column = cells.index("number")
            continue
        text = row[column].strip() if column < len(row) else ""
        simple = text if ":" in text else _SEPARATORS.sub("", text)
        if _CONTACT.fullmatch(simple):
            numbers.append(simple)
        else:
            refused.append((position, text))
    return NumberList(numbers=tuple(numbers), refused=tuple(refused))


def require_numbers(found: NumberList, *, where: str) -> tuple[str, ...]:
    """Return the numbers of a file without a bad line; raises InputRefusedError, since a lost opt-out is a wrong."""
    if found.refused:
        lines = ", ".join(str(position) for position, _ in found.refused[:_SHOWN])
        more = f" and {len(found.refused) - _SHOWN} more" if len(found.refused) > _SHOWN else ""
        raise InputRefusedError(
            problem=f"no phone number on line {lines}{more}; nothing was imported", where=where, fix="one number a line"
        )
    return found.numbers


def to_rows(entries: Iterable[Suppression]) -> Iterator[tuple[str, ...]]:
    """Yield the header and one row an entry, each of one line, for csv.writer."""
    yield HEADER
    for entry in entries:
        yield (entry.number, to_rfc3339(entry.since), entry.source, " ".join((entry.word or "").split()))


def _read_rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    for position, line in enumerate(lines, start=1):
        text = line.strip().removeprefix("\ufeff")
        if text and not text.startswith("#"):
            delimiter = ";" if ";" in text and "," not in text else ","  # spreadsheets in France write ";"
            yield position, _cut(text, delimiter)


def _cut(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter))
    except csv.Error:  # a stray line break, or a cell of 128 kB: no number in any case
        return [text]
