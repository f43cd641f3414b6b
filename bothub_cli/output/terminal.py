"""Draws blocks with rich; imported only when a person looks at a terminal."""

from collections.abc import Iterable
from typing import IO

from rich.console import Console, Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from bothub_cli.display_text import escape_controls, escape_line
from bothub_cli.output.blocks import Block, Drawing, Markdown, Pairs, Raw, Table, TextLine, Tone
from bothub_cli.output.columns import break_hanging, break_lines, fit, width_of
from bothub_cli.output.table_layout import lay_out

_VALUE_MIN = 20  # columns for the value beside a name, however narrow the terminal is
_STYLES = {
    Tone.PLAIN: "",
    Tone.STRONG: "bold",
    Tone.GOOD: "green",
    Tone.WARNING: "yellow",
    Tone.BAD: "bold red",
    Tone.QUIET: "dim",
}


class _AsciiConsole(Console):
    """A console that draws frames and bars in ASCII, whatever its stream could write."""

    @property
    def encoding(self) -> str:
        return "ascii"


def make_console(stream: IO[str], *, ascii_only: bool = False, is_plain: bool = False) -> Console:
    """Return a console that never reads markup, emoji codes or highlights into text that we did not write.

    A plain one writes no colours and no other sequence.
    """
    return (_AsciiConsole if ascii_only else Console)(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=False,
        color_system=None if is_plain else "auto",
    )


def draw(console: Console, blocks: Iterable[Block]) -> None:
    """Print the blocks, one under the other."""
    for block in blocks:
        if isinstance(block, Raw):  # exactly as it is: no wrapping, no styles
            console.file.write(block.text if block.text.endswith("\n") else f"{block.text}\n")
        else:
            # our own lines are broken already, and a word that is too long stays one word
            console.print(
                _renderable(block, console.width),
                soft_wrap=isinstance(block, TextLine | Pairs | Table),
                crop=not isinstance(block, Markdown),  # a page breaks its own lines, but for those of code
            )


def _renderable(block: TextLine | Pairs | Table | Markdown | Drawing, width: int) -> RenderableType:
    match block:
        case TextLine(text=text, tone=tone, hang=hang):
            return Text("\n".join(break_hanging(escape_line(text), width, hang=hang)), style=_STYLES[tone])
        case Pairs(rows=rows):
            return _pairs(rows, width)
        case Table():
            table = lay_out(block, width) if block.rows else block
            return _cards(block, width) if table is None else _table(table)
        case Markdown(text=text):
            from bothub_cli.output.pages.manual import Page  # with pygments: only where a page is shown

            return Page(text, hyperlinks=False)
        case Drawing():
            picture: RenderableType = block.draw()
            return picture


def _pairs(rows: tuple[tuple[str, str], ...], width: int, style: str = "") -> Text:
    """Draw names beside their values; a value of several lines stays in its column."""
    column = max((width_of(name) for name, _ in rows), default=0) + 2
    text = Text()
    for index, (name, value) in enumerate(rows):
        lines = break_lines(escape_controls(value), max(width - column, _VALUE_MIN))
        text.append("\n" if index else "").append(fit(name, column), style="dim")
        text.append(f"\n{' ' * column}".join(lines), style=style)
    return text


def _cards(block: Table, width: int) -> RenderableType:
    """Draw a table that is too wide row under row, each cell beside its title."""
    titles = [title or "·" for title in block.columns]
    parts: list[RenderableType] = []
    for index, row in enumerate(block.rows):
        pairs = tuple(pair for pair in zip(titles, row, strict=True) if pair[1])
        card = _pairs(pairs, width, _STYLES[block.tones[index]] if index < len(block.tones) else "")
        parts += [Text(""), card] if parts else [card]
    return Group(*parts)


def _table(block: Table) -> RichTable:
    table = RichTable(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for title in block.columns:
        table.add_column(title, overflow="fold")
    for index, row in enumerate(block.rows):
        style = _STYLES[block.tones[index]] if index < len(block.tones) else ""
        table.add_row(*map(Text, row), style=style)
    return table
