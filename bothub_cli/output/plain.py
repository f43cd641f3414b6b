"""Writes blocks as plain text, for pipes, files and terminals without colours; loads nothing heavy."""

import json
import unicodedata
from collections.abc import Iterable, Sequence

from bothub_cli.output.blocks import Block, Drawing, Markdown, Pairs, Raw, Table, TextLine
from bothub_cli.output.columns import width_of

WIDTH_WITHOUT_TERMINAL = 80  # columns
# UAX #9 2: marks that turn the direction of what follows; and the two line ends that only Unicode knows
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff")


def to_plain(blocks: Iterable[Block], width: int = WIDTH_WITHOUT_TERMINAL) -> str:
    """Return the text of the blocks, each line ended."""
    return "".join(_one(block, width) for block in blocks)


def _one(block: Block, width: int) -> str:
    match block:
        case TextLine(text=text):
            return f"{visible(text)}\n"
        case Raw(text=text) | Markdown(text=text):
            return text if text.endswith("\n") else f"{text}\n"
        case Pairs(rows=rows):
            return _columns([(f"{name}:", value) for name, value in rows])
        case Table(columns=columns, rows=rows):
            return _columns([tuple(title.upper() for title in columns), *rows])
        case Drawing(plain=plain):
            return f"{plain(width)}\n"


def visible(text: str) -> str:
    """Show control characters as escapes, so that a text from outside cannot move the cursor or hide itself."""
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def write_json(value: object, *, indent: int | None = None) -> str:
    """Write a value as JSON in which nothing steers a terminal: json itself escapes neither C1 nor bidi marks."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if text.isprintable() or (text.isascii() and "\x7f" not in text):
        return text
    return "".join(f"\\u{ord(sign):04x}" if _steers(sign) else sign for sign in text)


def _steers(character: str) -> bool:
    return not character.isprintable() and (character == "\x7f" or character in _BIDI or "\x80" <= character <= "\x9f")


def _shown(character: str) -> str:
    if character in "\n\t" or character.isprintable():
        return character
    # Zs: exotic but harmless spaces; everything else unprintable is a control, a bidi override, a surrogate
    return character if unicodedata.category(character) == "Zs" else character.encode("unicode_escape").decode("ascii")


def table_width(table: Table) -> int:
    """Return how many columns of a terminal the table takes when nothing in it is folded."""
    rows = (table.columns, *table.rows)
    return sum(max(width_of(visible(row[index])) for row in rows) + 2 for index in range(len(table.columns))) - 2


def _columns(rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    cells = [[visible(cell).replace("\n", " ") for cell in row] for row in rows]
    widths = [max(width_of(row[index]) for row in cells) for index in range(len(cells[0]))]
    lines = (
        "  ".join(cell + " " * (widths[i] - width_of(cell)) for i, cell in enumerate(row)).rstrip() for row in cells
    )
    return "".join(f"{line}\n" for line in lines)
