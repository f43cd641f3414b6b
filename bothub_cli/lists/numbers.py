"""Reads the numbers of a list of people and nothing else: one a line, a column of a table, or JSON."""

import io
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from bothub_cli.amounts import count_words
from bothub_cli.authoring.reader import read_messages
from bothub_cli.errors import InputRefusedError
from bothub_cli.files import NOT_UTF8
from bothub_cli.lists.recipients import (
    REGION,
    TITLES,
    TO,
    ReadingRules,
    RowProblem,
    clean_title,
    is_json,
    is_text,
    read_header,
)
from bothub_cli.lists.table import TableRow, TableRows
from bothub_cli.lists.text import NOT_UTF8_FIX, LineReader, open_list, tell_repairs
from bothub_cli.phone_numbers import NumberRefusedError, choose_region, read_number

SHOWN_MAX = 20  # wrong lines that are named one by one
_GLOBAL = re.compile(r"(?i)\W*(?:\+|00|tel:|p:|sip)")


class ListedNumber(NamedTuple):  # made for every row
    """A number in E.164, and the line that it stands on."""

    line: int
    number: str


class _NumberCells(NamedTuple):  # made for every row
    """A row before its number is read: the cells that may be it, the likeliest first, and its own country."""

    line: int
    cells: Sequence[object]
    own_region: object = None
    column: str | None = None


def read_numbers(
    source: Path | BinaryIO, *, rules: ReadingRules, name: str
) -> Generator[ListedNumber | RowProblem, None, None]:
    """Yield the number of every row. The stream is read to its end and closed.

    A table without titles may have the number in any column. A line that begins with "# " is a comment.
    Raises InputRefusedError for what is no list, and for one without any row.
    """
    with open_list(source, encoding=rules.encoding, name=name) as (stream, head):
        has_rows = False
        for row in _read_json(stream, rules, name) if is_json(head) else _read_table(stream, rules, name):
            has_rows = True
            yield row if isinstance(row, RowProblem) else _read(row, rules)
        if not has_rows:
            problem = "there is no number under the header" if head else "there is no number: it is empty"
            raise InputRefusedError(problem=problem, where=name)


def collect_numbers(
    found: Iterable[ListedNumber | RowProblem],
    *,
    name: str,
    skip_invalid: bool,
    warn: Callable[[str], object],
    consequence: str,
) -> list[str]:
    """Return the numbers, each once; a line that is none stops with its place, or is told and counted.

    ``consequence`` says what has not happened. Raises InputRefusedError.
    """
    numbers: dict[str, None] = {}
    problems: list[RowProblem] = []
    count = repeated = 0
    for each in found:
        if isinstance(each, ListedNumber):
            repeated += each.number in numbers
            numbers[each.number] = None
            continue
        count += 1
        if len(problems) < SHOWN_MAX:
            problems.append(each)
    if not problems:
        _tell_repeated(repeated, warn, name=name)
        return list(numbers)
    if count == 1 and not skip_invalid:
        [problem] = problems
        where = f"{name}, line {problem.line}"
        raise InputRefusedError(problem=f"{problem.problem}; {consequence}", where=where, fix=problem.fix)
    for problem in problems:
        warn(f"{name}, line {problem.line}: {problem.problem}")
    if count > len(problems):
        warn(f"and {count - len(problems):,} more")
    if not skip_invalid:
        raise InputRefusedError(
            problem=f"{count:,} lines hold no phone number; {consequence}",
            where=name,
            fix=problems[0].fix or "correct them, or leave them out: --skip-invalid",
        )
    _tell_repeated(repeated, warn, name=name)
    left_out = count_words(count, "line was left out", "lines were left out")
    warn(f"{name}: {left_out}, {count_words(len(numbers), 'number is read', 'numbers are read')}")
    return list(numbers)


def _tell_repeated(repeated: int, warn: Callable[[str], object], *, name: str) -> None:
    if repeated:
        rows = count_words(repeated, "row names", "rows name")
        warn(f"{name}: {rows} a number again, in whatever spelling; each is taken once")


def _read(row: _NumberCells, rules: ReadingRules) -> ListedNumber | RowProblem:
    """Return the first cell that is a number, else what is wrong with the likeliest."""
    region = choose_region(row.own_region, rules.region)
    found = [_read_cell(cell, row, region) for cell in row.cells]
    return next((each for each in found if isinstance(each, ListedNumber)), found[0])


def _read_cell(cell: object, row: _NumberCells, region: str | None) -> ListedNumber | RowProblem:
    if isinstance(cell, str) and not is_text([cell]):
        return RowProblem(line=row.line, kind="row.encoding", problem=NOT_UTF8, column=row.column, fix=NOT_UTF8_FIX)
    try:
        return ListedNumber(row.line, read_number(cell, region=region))
    except NumberRefusedError as error:
        return RowProblem(line=row.line, kind="number", problem=error.problem, column=row.column, fix=error.fix)


def _read_json(stream: io.BufferedReader, rules: ReadingRules, name: str) -> Iterator[_NumberCells | RowProblem]:
    for draft in read_messages(stream, name=name, goes_on=True):
        if draft.refusal is not None:
            yield RowProblem(
                line=draft.location.line, kind="row.json", problem=draft.refusal.problem, fix=draft.refusal.fix
            )
            continue
        row = draft.payload if isinstance(draft.payload, Mapping) else {TO: draft.payload}
        named = {clean_title(str(key)).casefold(): value for key, value in row.items()}
        contact = named.get("messagecontact")
        title = rules.columns.get(TO)
        if title is not None and (title in row or not rules.are_columns_optional):
            raw = row.get(title)
        elif isinstance(contact, Mapping):
            raw = contact.get("userContact")
        else:
            raw = next((named[each] for each in TITLES if each in named), None)
        yield _NumberCells(draft.location.line, [raw], row.get(rules.columns.get(REGION, "")))


def _read_table(stream: io.BufferedReader, rules: ReadingRules, name: str) -> Iterator[_NumberCells | RowProblem]:
    lines = LineReader(stream, encoding=rules.encoding, name=name)
    table = TableRows(lines, delimiter=rules.delimiter)
    rows = iter(table)
    first = next(rows, None)
    if first is None:
        return
    names = _find_names(first, rules, f"{name}, line {first.line}")
    for row in chain([first], rows) if names is None else rows:
        if row.problem is not None or any(map(str.strip, row.cells)):
            yield _find_cells(row, names, rules)
    tell_repairs(lines.repaired, rules.note, name=name)


def _find_names(row: TableRow, rules: ReadingRules, where: str) -> list[str | None] | None:
    """Return the columns' names when the first row has titles; None when it is a row like the others."""
    titles = [clean_title(cell).casefold() for cell in row.cells]
    known = next((title for title in TITLES if title in titles), None)
    if not rules.columns and known is None and (row.problem or any(map(str.isdigit, "".join(row.cells)))):
        return None
    if rules.are_columns_optional:
        there = {name: column for name, column in rules.columns.items() if clean_title(column).casefold() in titles}
        return _find_names(row, replace(rules, columns=there, are_columns_optional=False), where)
    names = read_header(row.cells, rules, where)
    if TO in rules.columns:
        return names
    if known is not None:
        names[titles.index(known)] = TO
    elif len([title for title in titles if title]) == 1:
        names = [TO if title else None for title in titles]
    else:
        if not any(any(map(str.isdigit, cell)) for cell in row.cells) and len(row.cells) == 1:
            return None
        columns = ", ".join(filter(None, names))
        raise InputRefusedError(
            problem="no column is called number, to or phone",
            where=where,
            fix=f"say which one holds the number: --map to=COLUMN; the columns are {columns}",
        )
    return names


def _find_cells(row: TableRow, names: Sequence[str | None] | None, rules: ReadingRules) -> _NumberCells | RowProblem:
    """Return the cell of the number's column; without titles all cells, one with a plus before what may be a date."""
    if row.problem is not None:
        return RowProblem(line=row.line, kind="row.text", problem=row.problem, fix=row.fix)
    if names is None:
        cells = sorted(filter(None, map(str.strip, row.cells)), key=lambda cell: not _GLOBAL.match(cell))
        return _NumberCells(row.line, cells)
    named = {name: cell.strip() for name, cell in zip(names, row.cells, strict=False) if name}
    own = named.get(REGION) if REGION in rules.columns else None
    return _NumberCells(row.line, [named.get(TO, "")], own, rules.columns.get(TO, TO))
