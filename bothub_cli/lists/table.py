"""Cuts lines into the rows of a table, so that a row with a missing quote takes no other row with it."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from bothub_cli.lists.text import LINE_MAX

DELIMITERS = ",;\t|"
CELL_LINES_MAX = 30  # lines of one cell: with more of them a quote is missing
_SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # the first line that Excel writes for itself
_CLOSE = re.compile(r'(?:[^"]|"")*+"(?!")')
_QUOTE_FIX = 'close the quote, or write "" for one inside a cell'


class TableRow(NamedTuple):  # made for every row
    """The cells of a row and its first line; ``problem`` says why they cannot be told apart for sure."""

    line: int
    cells: Sequence[str]
    problem: str | None = None
    fix: str | None = None


class TableRows:
    """The rows of a table from its first that is not empty; ``looks_like_row`` is asked about lines inside a cell."""

    def __init__(self, lines: Iterable[str], *, delimiter: str | None) -> None:
        source, self.skipped = iter(lines), 0
        first = next(source, "")
        if (said := _SEPARATOR_LINE.fullmatch(first)) is not None:
            delimiter = delimiter or said[1]
            first, self.skipped = next(source, ""), 1
        while first and (is_comment(first) or not first.strip(f'{DELIMITERS}" \r\n\u00a0')):
            first, self.skipped = next(source, ""), self.skipped + 1
        self.delimiter = delimiter or find_delimiter(first)
        self.looks_like_row: Callable[[str], bool] = lambda line: False  # noqa: ARG005  until the columns are known
        self._lines = enumerate(chain([first] if first else [], source), self.skipped + 1)
        self._ahead: deque[tuple[int, str]] = deque()
        mark = re.escape(self.delimiter)
        cell = rf'(?: *+"(?:[^"]|"")*+" *+| *+(?:[^" {mark}][^{mark}]*+)?+)'
        self._cell = re.compile(rf' *+"((?:[^"]|"")*+)" *+| *+(?:[^" {mark}][^{mark}]*+)?+', re.DOTALL)
        self._whole = re.compile(rf"{cell}(?:{mark}{cell})*+", re.DOTALL)
        self._open = re.compile(rf'(?:{cell}{mark})*+ *+"(?:[^"]|"")*+', re.DOTALL)

    def __iter__(self) -> Iterator[TableRow]:
        while (item := self._take()) is not None:
            number, line = item
            if line[0] in "# " and is_comment(line):
                continue
            if "\0" in line:
                fix = "take it out: it is invisible, and no text has it"
                yield TableRow(number, self._split(line), "there is a NUL byte in this row", fix)
            elif '"' not in line:
                yield TableRow(number, self._split(line))
            else:
                yield self._read_quoted(number, line)

    def _split(self, line: str) -> list[str]:
        return line.rstrip("\r\n").split(self.delimiter)

    def _take(self) -> tuple[int, str] | None:
        return self._ahead.popleft() if self._ahead else next(self._lines, None)

    def _read_quoted(self, number: int, line: str) -> TableRow:
        text = line.rstrip("\r\n")
        if self._whole.fullmatch(text):
            return self._cut(number, text)
        if self._open.fullmatch(text):
            return self._read_on(number, line)
        return TableRow(number, self._split(line), "there is text after the quote that closes a cell", _QUOTE_FIX)

    def _read_on(self, number: int, line: str) -> TableRow:
        """Read a row whose cell has several lines; when a quote is missing its other lines are rows of their own."""
        gathered = [(number, line)]
        problem = "a quote opens here and is never closed"
        size = len(line)
        while size <= LINE_MAX and (item := self._take()) is not None:
            gathered.append(item)
            size += len(item[1])
            if '"' not in item[1] or _CLOSE.match(item[1]) is None:
                continue
            text = "".join(part for _, part in gathered).rstrip("\r\n")
            if self._whole.fullmatch(text):
                if self._is_plausible(gathered):
                    return self._cut(number, text)
                problem = f"this cell runs from line {number} to {item[0]}; is a quote missing?"
                break
            if not self._open.fullmatch(text):
                problem = f"a quote opens here, and line {item[0]} goes on after its end; is one missing?"
                break
        self._ahead.extendleft(reversed(gathered[1:]))
        return TableRow(number, self._split(line), problem, _QUOTE_FIX)

    def _is_plausible(self, gathered: Sequence[tuple[int, str]]) -> bool:
        return len(gathered) <= CELL_LINES_MAX and not any(self.looks_like_row(line) for _, line in gathered[1:])

    def _cut(self, number: int, text: str) -> TableRow:
        """Cut a text that is whole; blanks around a quoted cell are none of it."""
        cells, place = [], 0
        while True:
            found = self._cell.match(text, place)
            assert found is not None, "the whole text is cells"
            cells.append(found[0] if found[1] is None else found[1].replace('""', '"'))
            if found.end() == len(text):
                return TableRow(number, cells)
            place = found.end() + 1


def is_comment(line: str) -> bool:
    """Tell whether a line, not one inside a cell, is for people alone: "# " begins it; #REF! and a column # do not."""
    text = line.lstrip("\ufeff ").rstrip("\r\n")
    return text == "#" or text.startswith("# ")


def find_delimiter(header: str) -> str:
    """Return what separates the header's cells: the one of ``, ; tab |`` that occurs most, outside quotes."""
    outside = "".join(header.partition("\n")[0].lstrip("\ufeff").split('"')[::2])
    return max(DELIMITERS, key=outside.count)
