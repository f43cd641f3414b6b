"""The few shapes that an answer is made of before it is drawn: no colours, no terminal."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any

from bothub_cli.record import record


class Tone(StrEnum):
    """What a piece of text means to its reader; the terminal gives each a colour, plain text ignores it."""

    PLAIN = "plain"
    STRONG = "strong"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    QUIET = "quiet"


@record(kw_only=False)
class TextLine:
    """One line of text; what has no room on a terminal's line goes on below, ``hang`` columns further in."""

    text: str
    tone: Tone = Tone.PLAIN
    hang: int = 0


@record(kw_only=False)
class Pairs:
    """Names with their values, one under the other."""

    rows: tuple[tuple[str, str], ...]


@record
class Table:
    """Rows under column titles; ``tones`` colours a row, in the order of the rows.

    ``narrow`` is the same with fewer columns, for a terminal on which this one has no room.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    tones: tuple[Tone, ...] = ()
    narrow: "Table | None" = None


@record(kw_only=False)
class Raw:
    """Text that goes out exactly as it is: a token, a PEM key, a script."""

    text: str


@record(kw_only=False)
class Markdown:
    """A page of our own, in Markdown: laid out on a terminal, as it is everywhere else."""

    text: str


@record(kw_only=False)
class Drawing:
    """Something that ``preview`` draws: ``draw`` gives a rich renderable, ``plain`` a text.

    ``plain`` is given the columns and the encoding.
    """

    draw: Callable[[], Any]  # a rich renderable; rich is not imported here
    plain: Callable[[int, str], str]


Block = TextLine | Pairs | Table | Raw | Markdown | Drawing


def change_texts(blocks: Iterable[Block], change: Callable[[str], str]) -> Iterator[Block]:
    """Yield the blocks with each of their texts changed, but for pages of ours and pictures of messages."""
    for block in blocks:
        match block:
            case Raw():
                yield Raw(change(block.text))
            case TextLine():
                yield TextLine(change(block.text), block.tone, block.hang)
            case Pairs():
                yield Pairs(tuple((change(name), change(value)) for name, value in block.rows))
            case Table():
                yield _change_table(block, change)
            case _:
                yield block


def _change_table(table: Table, change: Callable[[str], str]) -> Table:
    return Table(
        columns=table.columns,
        rows=tuple(tuple(map(change, row)) for row in table.rows),
        tones=table.tones,
        narrow=None if table.narrow is None else _change_table(table.narrow, change),
    )
