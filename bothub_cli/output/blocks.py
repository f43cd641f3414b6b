"""The few shapes that an answer is made of before it is drawn: no colours, no terminal."""

from collections.abc import Callable
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
    """One line of text."""

    text: str
    tone: Tone = Tone.PLAIN


@record(kw_only=False)
class Pairs:
    """Names with their values, one under the other."""

    rows: tuple[tuple[str, str], ...]


@record
class Table:
    """Rows under column titles; ``tones`` colours a row, in the order of the rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    tones: tuple[Tone, ...] = ()


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
    """Something that ``preview`` draws: ``draw`` gives a rich renderable, ``plain`` the same without colours."""

    draw: Callable[[], Any]  # a rich renderable; rich is not imported here
    plain: Callable[[int], str]


Block = TextLine | Pairs | Table | Raw | Markdown | Drawing
