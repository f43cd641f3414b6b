"""CSV that people open in a spreadsheet: no cell of it is taken for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# OWASP, "CSV Injection": what makes a spreadsheet compute a cell, full-width signs too; an apostrophe makes it a text.
_FORMULA_START = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20]")
_SEPARATOR = re.compile("([;\t\r\n])")  # beside the comma: where a spreadsheet of another country begins a new cell
_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d .,]*", re.ASCII)  # also of a phone: a number computes nothing


def make_harmless(cell: object) -> str:
    """Return a cell as CSV holds it, with an apostrophe before what a spreadsheet would compute."""
    text = "" if cell is None else str(cell)
    return "".join(map(_mark, _SEPARATOR.split(text)))


def _mark(part: str) -> str:
    is_formula = _FORMULA_START.match(part.lstrip('"')) and not _PLAIN_NUMBER.fullmatch(part)
    return f"'{part}" if is_formula else part


def write_csv(rows: Iterable[Sequence[object]], *, raw: bool) -> str:
    """Return rows as CSV (RFC 4180, with line feeds alone); ``raw`` leaves every cell as it is, for programs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows(rows if raw else ([make_harmless(cell) for cell in row] for row in rows))
    return text.getvalue()
