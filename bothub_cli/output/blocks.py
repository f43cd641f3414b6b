"""The few shapes that an answer is made of before it is drawn: no colours, no terminal."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Tone(StrEnum):
    """What a piece of text means to its reader; the terminal gives each a colour, plain text ignores it."""

    PLAIN = "plain"
    STRONG = "strong"
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text."""

    text: str
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names with their values, one under the other."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under column titles; ``tones`` colours a row, in the order of the rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    tones: tuple[Tone, ...] = ()


@dataclass(frozen=True, slots=True)
class Raw:
    """Text that goes out exactly as it is: a token, a PEM key, a script."""

    text: str


@dataclass(frozen=True, slots=True)
class Markdown:
    """A page of our own, in Markdown: laid out on a terminal, as it is everywhere else."""

    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Something that ``preview`` draws: ``draw`` gives a rich renderable, ``plain`` the same without colours."""

    draw: Callable[[], Any]  # a rich renderable; rich is not imported here
    plain: Callable[[int], str]


Block = Line | Pairs | Table | Raw | Markdown | Picture
