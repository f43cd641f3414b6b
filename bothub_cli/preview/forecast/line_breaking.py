"""Breaks a text into the lines of a column, and shortens it to a number of lines."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from bothub_cli.preview.forecast.text_width import MEDIUM_WEIGHT, cluster_em, iterate_clusters, measure_text

ELLIPSIS: Final = "…"
LINES_MAX: Final = 400  # lines laid out; a text message of 3072 characters has about 80
_BREAKING_SPACES: Final = " \t\u3000\u2003\u2009"
_HYPHENS: Final = "-‐–—/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Font:
    """A text style: ``size`` in SP, ``line_height`` in DP."""

    size: float
    line_height: int
    is_medium: bool = False

    def scaled(self, factor: float) -> "Font":
        """Return the font as a user sees it who made all text larger, or smaller; whole DP to a line."""
        return replace(self, size=self.size * factor, line_height=round(self.line_height * factor))

    def measure(self, text: str) -> float:
        """Return the estimated width of one line in DP."""
        return measure_text(text, size=self.size, weight=self._weight)

    def measure_cluster(self, cluster: str) -> float:
        """Return the estimated width of one visible character in DP."""
        return cluster_em(cluster) * self.size * self._weight

    @property
    def _weight(self) -> float:
        return MEDIUM_WEIGHT if self.is_medium else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its text without the space at its end, and the index of the source where the next line starts."""

    text: str
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """What is left of a text: its lines (the last with an ellipsis when cut), and how many code points were kept."""

    lines: tuple[str, ...]
    shown: int


@lru_cache(maxsize=256)  # a carousel asks for the same lines at each step of its fitting
def break_text(text: str, *, font: Font, width: float, most: int = LINES_MAX) -> tuple[Line, ...]:
    """Break a text into at most ``most`` lines of ``width`` DP: after spaces and hyphens, between wide characters."""
    lines: list[Line] = []
    start = 0
    while start < len(text) and len(lines) < most:
        end = _find_line_end(text, start, font=font, width=width)
        lines.append(Line(text=text[start:end].rstrip(), end=end))
        start = end
    return tuple(lines)


def shorten_text(text: str, *, font: Font, width: float, most: int) -> Shortened:
    """Keep what fits in ``most`` lines; the last one is filled up to an ellipsis, as Android's text views do.

    The cut never falls inside a visible character.
    """
    if most == 0:
        return Shortened(lines=(), shown=0)
    lines = break_text(text, font=font, width=width, most=most)
    if not lines or lines[-1].end >= len(text):
        return Shortened(lines=tuple(line.text for line in lines), shown=len(text))
    start = lines[-2].end if len(lines) > 1 else 0
    kept = _fit(text[start : start + 2000], font=font, width=width - font.measure(ELLIPSIS)).rstrip()
    shown = start + len(kept)
    return Shortened(lines=(*(line.text for line in lines[:-1]), kept + ELLIPSIS), shown=shown)


def shorten_to_length(text: str, most: int) -> str:
    """Keep at most ``most`` code points without cutting a visible character in two."""
    kept = ""
    for cluster in iterate_clusters(text[: most + 64]):
        if len(kept) + len(cluster) > most:
            break
        kept += cluster
    return kept


def _find_line_end(text: str, start: int, *, font: Font, width: float) -> int:
    """Return the index after the last character of the line that starts at ``start``."""
    used, position, opportunity = 0.0, start, start
    for cluster in _iterate_paragraph(text, start):
        if cluster[0] in "\r\n":
            return position + len(cluster)
        is_space = cluster in _BREAKING_SPACES
        used += font.measure_cluster(cluster)
        if used > width and not is_space and position > start:
            return opportunity if opportunity > start else position
        if _is_wide(cluster) and position > start:
            opportunity = position
        position += len(cluster)
        if is_space or cluster in _HYPHENS or _is_wide(cluster):
            opportunity = position
    return position


def _iterate_paragraph(text: str, start: int) -> Iterator[str]:
    """Yield visible characters from ``start``; looks at a bounded part, so that a huge text costs no more."""
    yield from iterate_clusters(text[start : start + 2000])


def _fit(text: str, *, font: Font, width: float) -> str:
    kept, used = "", 0.0
    for cluster in iterate_clusters(text):
        used += font.measure_cluster(cluster)
        if used > width or cluster[0] in "\r\n":
            break
        kept += cluster
    return kept


def _is_wide(cluster: str) -> bool:
    return "\u2e80" <= cluster[0] <= "\uffef" and not "\uac00" <= cluster[0] <= "\ud7a3"
