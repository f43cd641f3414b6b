"""Writes blocks as plain text, for pipes, files and terminals without colours; loads nothing heavy."""

import json
from collections.abc import Iterable, Sequence

from bothub_cli.display_text import DIRECTION_MARKS, escape_controls, escape_line
from bothub_cli.output.blocks import Block, Drawing, Markdown, Pairs, Raw, Table, TextLine

WIDTH_WITHOUT_TERMINAL = 80  # columns


def to_plain(blocks: Iterable[Block], width: int = WIDTH_WITHOUT_TERMINAL, *, ascii_only: bool = False) -> str:
    """Return the text of the blocks, each line ended; ``ascii_only`` is for the frames of drawings."""
    encoding = "ascii" if ascii_only else "utf-8"
    return "".join(_one(block, width, encoding) for block in blocks)


def _one(block: Block, width: int, encoding: str) -> str:
    match block:
        case TextLine(text=text):
            return f"{escape_line(text)}\n"
        case Raw(text=text) | Markdown(text=text):
            return text if text.endswith("\n") else f"{text}\n"
        case Pairs(rows=rows):
            return _columns([(f"{name}:", value) for name, value in rows])
        case Table(columns=columns, rows=rows):
            return _columns([tuple(title.upper() for title in columns), *rows])
        case Drawing(plain=plain):
            return f"{plain(width, encoding)}\n"


def to_json_text(value: object, *, indent: int | None = None, ascii_only: bool = False) -> str:
    """Write a value as JSON in which nothing steers a terminal: json itself escapes neither C1 nor bidi marks."""
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    if text.isprintable() or (text.isascii() and "\x7f" not in text):
        return text
    return "".join(f"\\u{ord(sign):04x}" if _steers(sign) else sign for sign in text)


def _steers(character: str) -> bool:
    return not character.isprintable() and (
        character == "\x7f" or character in DIRECTION_MARKS or "\x80" <= character <= "\x9f"
    )


def _columns(rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    from bothub_cli.output.columns import width_of  # a send answers in a line, which has no columns

    cells = [[escape_controls(cell).replace("\n", " ") for cell in row] for row in rows]
    widths = [max(width_of(row[index]) for row in cells) for index in range(len(cells[0]))]
    lines = (
        "  ".join(cell + " " * (widths[i] - width_of(cell)) for i, cell in enumerate(row)).rstrip() for row in cells
    )
    return "".join(f"{line}\n" for line in lines)
