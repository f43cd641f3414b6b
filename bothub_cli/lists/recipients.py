"""Reads who gets a message: CSV, JSON Lines or JSON messages, one row at a time, every bad row with its place."""

import io
import re
import shlex
import unicodedata
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

from bothub_cli.amounts import count_words
from bothub_cli.authoring.reader import read_messages
from bothub_cli.errors import InputRefusedError
from bothub_cli.files import NOT_UTF8
from bothub_cli.lists.table import TableRows
from bothub_cli.lists.text import NOT_UTF8_FIX, LineReader, open_list, tell_repairs
from bothub_cli.messages import is_bare
from bothub_cli.misspellings import choose_from
from bothub_cli.phone_numbers import NumberRefusedError, choose_region, normalise, read_number

TO = "to"
# what programs call the column with the number; the first of them that a table has
TITLES = (
    "number", TO, "phone", "msisdn", "tel", "telephone", "téléphone", "mobile", "usercontact", "phone_number",
    "phone number", "phonenumber", "numéro", "gsm",
)  # fmt: skip
SUPPRESSED = "number.suppressed"  # the kind of problem of a row whose number gets nothing
EMPTY = "row.empty"  # the kind of a row that holds separators and nothing else, which is nobody's fault
REGION = "region"  # --map region=COLUMN names the column with the country of each row
COLUMNS_MAX = 1000  # of a list: more are no columns of a person
_NUMBER_LIKE = re.compile(r"\W*\d[\d\s.\-/()]{6,}\W*")
_MESSAGE_MEMBERS = frozenset({"RCSMessage", "messageContact", "msgId"})


class Recipient(NamedTuple):  # made for every row: a frozen dataclass takes three times as long
    """One row: where it stands, the number in E.164, its columns; or a ready-made message in ``payload``."""

    line: int
    number: str
    row: Mapping[str, object]
    payload: Mapping[str, object] | None = None


class _ListedRow(NamedTuple):  # made for every row
    """A row as it is listed: what should be its number, and in which column; its columns, or its message."""

    line: int
    written: object
    column: str
    row: Mapping[str, object]
    payload: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Why a row gets no message."""

    line: int
    """Of the list, from 1."""
    kind: str
    """A stable word."""
    problem: str
    """What is wrong, in words."""
    column: str | None = None
    """A header, or a JSON pointer."""
    fix: str | None = None
    """What helps."""
    row: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)
    """Its columns, as far as they can be told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingRules:
    """How rows become recipients.

    ``columns`` maps a template's name to the file's column (``{"to": "phone"}``); ``region`` is the
    country whose national numbers are understood; ``is_suppressed`` knows who must not be written to. ``used`` are the
    names that a template knows: of two columns with one name only those are refused (None: all). ``note`` hears what
    was repaired or passed over. ``are_columns_optional``: they were named for another list, and count where they are.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    delimiter: str | None = None
    region: str | None = None
    used: Collection[str] | None = None
    are_columns_optional: bool = False
    note: Callable[[str], object] = field(default=lambda text: None)  # noqa: ARG005  nobody listens
    is_suppressed: Callable[[str], bool] = field(default=lambda number: False)  # noqa: ARG005  nobody is


def read_recipients(
    source: Path | BinaryIO, *, rules: ReadingRules, name: str | None = None
) -> Generator[Recipient | RowProblem, None, None]:
    """Yield every row of a file or a binary stream. The stream is read to its end and closed.

    A line without even a separator is no row, nor is a comment.
    Raises InputRefusedError for what cannot be read as rows at all, and for a list without any."""
    shown = name or (str(source) if isinstance(source, Path) else "standard input")
    with open_list(source, encoding=rules.encoding, name=shown) as (stream, head):
        has_rows = False
        for row in _read_json(stream, rules, shown) if is_json(head) else _read_table(stream, rules, shown):
            if isinstance(row, RowProblem):
                has_rows = has_rows or row.kind != EMPTY
                yield row
                continue
            has_rows = True
            own = row.row.get(REGION) if REGION in rules.columns else None
            try:
                number = read_number(row.written, region=choose_region(own, rules.region))
            except NumberRefusedError as error:
                yield RowProblem(
                    line=row.line, kind="number", problem=error.problem, column=row.column, fix=error.fix,
                    row=row.row or row.payload or {},
                )  # fmt: skip
                continue
            if rules.is_suppressed(number):
                yield RowProblem(
                    line=row.line, kind=SUPPRESSED, problem="it is on the suppression list", column=row.column,
                    row=row.row,
                )  # fmt: skip
            else:
                yield Recipient(row.line, number, row.row, row.payload)
        if not has_rows:
            problem = "there are no rows under the header" if head else "there are no rows: it is empty"
            raise InputRefusedError(problem=problem, where=shown)


def is_json(head: bytes) -> bool:
    """Tell whether a list is JSON, by its first character."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def _read_table(stream: io.BufferedReader, rules: ReadingRules, name: str) -> Iterator[_ListedRow | RowProblem]:
    lines = LineReader(stream, encoding=rules.encoding, name=name)
    table = TableRows(lines, delimiter=rules.delimiter)
    rows = iter(table)
    first = next(rows, None)
    if first is None:
        return
    where = f"{name}, line {first.line}"
    if first.problem is not None:
        raise InputRefusedError(problem=first.problem, where=where, fix=first.fix)
    has_titles = bool(rules.columns) or not _is_number_alone(first.cells)
    if has_titles and not is_text(first.cells):
        raise InputRefusedError(problem=NOT_UTF8, where=where, fix=NOT_UTF8_FIX)
    columns = _Columns(read_header(first.cells, rules, where) if has_titles else [TO])
    columns.require_number(first.cells, where)
    table.looks_like_row = columns.row_test(table.delimiter)
    empty: list[int] = []
    number_column = rules.columns.get(TO, TO)
    for row in rows if has_titles else chain([first], rows):
        if row.problem is not None:
            known = columns.name_some(row.cells)
            yield RowProblem(line=row.line, kind="row.text", problem=row.problem, fix=row.fix, row=known)
        elif not any(map(str.strip, row.cells)):
            if len(row.cells) > 1 or "\n" in row.cells[0]:  # else it is a blank line, and no row
                empty.append(row.line)
                yield RowProblem(line=row.line, kind=EMPTY, problem="it is empty")
        elif not is_text(row.cells):
            known = columns.name_some(row.cells)
            yield RowProblem(line=row.line, kind="row.encoding", problem=NOT_UTF8, fix=NOT_UTF8_FIX, row=known)
        elif (named := columns.name(row.cells)) is None:
            problem = f"{len(row.cells)} cells under {columns.width} columns"
            fix, known = "quote cells that hold the delimiter", columns.name_some(row.cells)
            yield RowProblem(line=row.line, kind="row.width", problem=problem, fix=fix, row=known)
        else:
            yield _ListedRow(row.line, named.get(TO), number_column, named)
    tell_repairs(lines.repaired, rules.note, name=name)
    if empty:
        count = count_words(len(empty), "empty row was", "empty rows were")
        rules.note(f"{name}: {count} passed over (first: line {empty[0]})")


class _Columns:
    """The columns of a table: their names, None for those that nobody can use."""

    def __init__(self, names: Sequence[str | None]) -> None:
        self._names = names
        self._is_plain = None not in names
        self.width = max((place for place, name in enumerate(names, 1) if name), default=0)

    def name(self, cells: Sequence[str]) -> dict[str, object] | None:
        """Return the cells under their names; None when there are too many or too few."""
        if len(cells) != len(self._names):
            if len(cells) < self.width or any(map(str.strip, cells[len(self._names) :])):
                return None
        elif self._is_plain:
            return dict(zip(self._names, map(str.strip, cells), strict=True))  # type: ignore[arg-type]  # none is None
        return self.name_some(cells)

    def name_some(self, cells: Sequence[str]) -> dict[str, object]:
        """Return as many cells as have a column."""
        return {name: cell.strip() for name, cell in zip(self._names, cells, strict=False) if name}

    def require_number(self, cells: Sequence[str], where: str) -> None:
        """Refuse a table in which no column holds the number. Raises InputRefusedError."""
        if TO in self._names:
            return
        names = ", ".join(name for name in self._names if name)
        if any(_is_number(cell) for cell in cells):
            problem, fix = "the first line does not name the columns", "add a first line such as to,first_name"
        else:
            problem = "no column is called 'to'"
            column = next((name for name in self._names if name and name.casefold() in TITLES), "COLUMN")
            fix = f"say which one holds the number: --map to={shlex.quote(column)}; the columns are {names}"
        raise InputRefusedError(problem=problem, where=where, fix=fix)

    def row_test(self, delimiter: str) -> Callable[[str], bool]:
        """Return the test of whether a line inside a cell is really a row: it has its cells, and a number in place."""
        place, width = self._names.index(TO), self.width

        def looks_like_row(line: str) -> bool:
            cells = line.split(delimiter)
            return len(cells) >= width and place < len(cells) and bool(_NUMBER_LIKE.fullmatch(cells[place]))

        return looks_like_row


def is_text(cells: Sequence[str]) -> bool:
    """Tell whether all bytes of the cells could be read."""
    joined = "".join(cells)
    return joined.isascii() or not any("\udc80" <= character <= "\udcff" for character in joined)


def read_header(cells: Sequence[str], rules: ReadingRules, where: str) -> list[str | None]:
    """Return the columns' names as the template knows them; None for one without a name, or whose name is not one.

    Raises InputRefusedError.
    """
    if len(cells) > COLUMNS_MAX:
        raise InputRefusedError(problem=f"{len(cells):,} columns: a list has at most {COLUMNS_MAX:,}", where=where)
    titles = [clean_title(cell) for cell in cells]
    wanted = {clean_title(column): name for name, column in rules.columns.items()}
    if missing := sorted(column for column in wanted if column not in titles):
        if not is_text(cells):
            raise InputRefusedError(problem=NOT_UTF8, where=where, fix=NOT_UTF8_FIX)
        shown = ", ".join(title for title in titles if title)
        fix = choose_from(missing[0], filter(None, titles), f"it has: {shown}")
        raise InputRefusedError(problem=f"no column is called {missing[0]!r}", where=where, fix=fix)
    names: list[str | None] = [wanted.get(title, title) or None for title in titles]
    twins = {name for name in names if name and names.count(name) > 1}
    used = twins if rules.used is None else twins & {TO, *rules.columns, *rules.used}
    if used:
        raise InputRefusedError(problem=f"two columns are called {min(used)!r}", where=where)
    return [None if name in twins else name for name in names]


def clean_title(cell: str) -> str:
    """Return a column's title without the blanks around it, its accents composed as in a template."""
    return unicodedata.normalize("NFC", cell).replace("\ufeff", "").strip()


def _is_number_alone(cells: Sequence[str]) -> bool:
    """Tell whether a list has one number a line and no titles; a number that is none is told with its line."""
    return len(cells) == 1 and sum(map(str.isdigit, cells[0])) > 6


def _is_number(cell: str) -> bool:
    try:
        return bool(normalise(cell))
    except NumberRefusedError:
        return False


def _read_json(stream: io.BufferedReader, rules: ReadingRules, name: str) -> Iterator[_ListedRow | RowProblem]:
    line = 0
    is_told = False
    names = {column: wanted for wanted, column in rules.columns.items()}
    for draft in read_messages(stream, name=name, goes_on=True):
        if draft.location.line <= line and not is_told:
            is_told = True
            rules.note(f"{name}: several rows stand on line {draft.location.line}; each counts as a line from there on")
        line = max(draft.location.line, line + 1)  # a row is known by its line
        payload, column = draft.payload, rules.columns.get(TO, TO)
        if draft.refusal is not None:
            yield RowProblem(line=line, kind="row.json", problem=draft.refusal.problem, fix=draft.refusal.fix)
        elif isinstance(payload, str | int | float):
            yield _ListedRow(line, payload, column, {TO: payload})
        elif not isinstance(payload, Mapping):
            yield RowProblem(line=line, kind="row.type", problem="a row is an object, or a number")
        elif _MESSAGE_MEMBERS & payload.keys() or is_bare(payload):
            yield _find_contact(line, payload)
        else:
            row = {names.get(str(key), str(key)): value for key, value in payload.items()}
            yield _ListedRow(line, row.get(TO), column, row)


def _find_contact(line: int, payload: Mapping[str, object]) -> _ListedRow:
    """A ready-made message brings its contact, or a ``to`` beside it."""
    contact = payload.get("messageContact")
    message = {key: value for key, value in payload.items() if key != TO}
    body = {"RCSMessage": message} if is_bare(message) else message
    if isinstance(contact, Mapping):
        return _ListedRow(line, contact.get("userContact"), "/messageContact/userContact", {}, body)
    return _ListedRow(line, payload.get(TO), TO, {}, body)
