"""Draws the few charts of a report as HTML with inline SVG: no script, nothing fetched, every value is text too."""

from collections.abc import Sequence
from dataclasses import dataclass

from bothub_cli.preview.html.templates import render

_WIDTH = 640  # units of the drawing; the page scales it
_FULL = 100  # units of a bar that takes all its room
_PLOT_HEIGHT = 160
_MARGIN = 60
_TOP = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: what it stands for, how long it is, what is written beside it, and the class of its colour."""

    label: str
    value: float
    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a time line: when, and how much of it is good and how much is not."""

    label: str
    good: float
    bad: float


def draw_bars(bars: Sequence[Bar], *, title: str) -> str:
    """Return horizontal bars under each other, the longest as long as its room; only they stretch, the words do not."""
    longest = max((bar.value for bar in bars), default=0) or 1
    lengths = [max(_FULL * bar.value / longest, 0.5 if bar.value else 0) for bar in bars]
    return render("output/pages/bars.html", title=title, full=_FULL, bars=zip(bars, lengths, strict=True))


def draw_columns(columns: Sequence[Column], *, title: str, unit: str) -> str:
    """Return a time line of stacked columns with its colours' meaning, its scale and its two ends; nothing for none."""
    if not columns:
        return ""
    return render(
        "output/pages/columns.html",
        title=title,
        unit=unit,
        columns=columns,
        highest=max(column.good + column.bad for column in columns) or 1,
        step=(_WIDTH - _MARGIN) / len(columns),
        width=_WIDTH,
        margin=_MARGIN,
        top=_TOP,
        plot_height=_PLOT_HEIGHT,
        in_digits=_in_digits,
    )


def _in_digits(value: float) -> str:
    """Write a number so that people read it: 0.25, 7,700."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
