"""Draws the few charts of a report as HTML with inline SVG: no script, nothing fetched, every value is text too."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

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
    rows = "".join(_draw_bar(bar, _FULL * bar.value / longest) for bar in bars)
    return f'<dl class="bars" aria-label="{escape(title)}">{rows}</dl>'


def _draw_bar(bar: Bar, length: float) -> str:
    width = max(length, 0.5 if bar.value else 0)
    return (
        f"<dt>{escape(bar.label)}</dt>"
        f'<dd class="bar"><svg viewBox="0 0 {_FULL} 1" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect width="{width:.2f}" height="1" class="{bar.tone}"/></svg></dd>'
        f"<dd>{escape(bar.text)}</dd>"
    )


def draw_columns(columns: Sequence[Column], *, title: str, unit: str) -> str:
    """Return a time line of stacked columns with its scale and its two ends."""
    if not columns:
        return ""
    highest = max(column.good + column.bad for column in columns) or 1
    width = (_WIDTH - _MARGIN) / len(columns)
    body = "".join(
        _draw_column(column, _MARGIN + index * width, width, highest, unit) for index, column in enumerate(columns)
    )
    body += "".join(_draw_rule(share, share * highest) for share in (0.0, 0.5, 1.0))
    floor = _TOP + _PLOT_HEIGHT + 20
    body += f'<text x="{_MARGIN}" y="{floor}">{escape(columns[0].label)}</text>'
    if len(columns) > 1:
        body += f'<text x="{_WIDTH}" y="{floor}" class="label">{escape(columns[-1].label)}</text>'
    return _frame(title, floor + 8, body)


def _draw_column(column: Column, left: float, width: float, highest: float, unit: str) -> str:
    good = _PLOT_HEIGHT * column.good / highest
    bad = _PLOT_HEIGHT * column.bad / highest
    about = f"{column.label}: {_in_digits(column.good)} accepted, {_in_digits(column.bad)} not, {unit}"
    across = f'x="{left:.1f}" width="{max(width - 1, 0.5):.1f}"'
    return (
        f"<g><title>{escape(about)}</title>"
        f'<rect {across} y="{_TOP + _PLOT_HEIGHT - good:.1f}" height="{good:.1f}" class="good"/>'
        f'<rect {across} y="{_TOP + _PLOT_HEIGHT - good - bad:.1f}" height="{bad:.1f}" class="bad"/></g>'
    )


def _draw_rule(share: float, value: float) -> str:
    height = _TOP + _PLOT_HEIGHT * (1 - share)
    return (
        f'<line x1="{_MARGIN}" x2="{_WIDTH}" y1="{height:.1f}" y2="{height:.1f}" class="rule"/>'
        f'<text x="{_MARGIN - 6}" y="{height + 4:.1f}" class="label">{_in_digits(value)}</text>'
    )


def _in_digits(value: float) -> str:
    """Write a number so that people read it: 0.25, 7,700."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _frame(title: str, height: int, body: str) -> str:
    return f'<svg class="plot" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">{body}</svg>'
