"""Makes a table as wide as the terminal: its longest texts take several lines; no word, time or number is broken."""

from collections.abc import Sequence
from dataclasses import replace

from bothub_cli.display_text import escape_controls
from bothub_cli.output.blocks import Table
from bothub_cli.output.columns import break_lines, longest_piece, width_of

_GAP = 2  # columns between two columns of a table
_TEXT_MIN = 16  # columns that a text keeps which takes several lines


def lay_out(table: Table, width: int) -> Table | None:
    """Return the table with its cells in lines that fit; its narrow form where that helps; None where nothing does.

    Only where words alone do not fit, a long word (a link, a path) is broken too: after a slash, a hyphen …
    """
    shown = replace(table, rows=tuple(tuple(map(escape_controls, row)) for row in table.rows))
    for within_words in (False, True):
        columns = _share(shown, width, within_words=within_words)
        if columns is not None:
            return replace(shown, rows=tuple(_break(row, columns, within_words=within_words) for row in shown.rows))
    return lay_out(table.narrow, width) if table.narrow is not None else None


def _break(row: Sequence[str], columns: Sequence[int], *, within_words: bool) -> tuple[str, ...]:
    return tuple(
        "\n".join(break_lines(cell, room, within_words=within_words)) for cell, room in zip(row, columns, strict=True)
    )


def _share(table: Table, width: int, *, within_words: bool) -> list[int] | None:
    """Return the columns for each column: what is too much is taken from the widest; None when they cannot give it."""
    cells = [[title, *column] for title, column in zip(table.columns, zip(*table.rows, strict=True), strict=False)]
    shares = [max(width_of(line) for cell in column for line in cell.split("\n")) for column in cells]
    least = [
        max(min(share, _TEXT_MIN), *(longest_piece(cell, within_words=within_words) for cell in column))
        for share, column in zip(shares, cells, strict=True)
    ]
    room = width - _GAP * (len(shares) - 1)
    while sum(shares) > room:
        index = max(range(len(shares)), key=lambda each: shares[each] if shares[each] > least[each] else -1)
        if shares[index] <= least[index]:
            return None
        shares[index] -= 1
    return shares
