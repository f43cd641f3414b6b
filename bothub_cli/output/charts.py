"""Draws the few charts of a report as inline SVG: no script, nothing fetched, every value readable as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH = 640  # units of the drawing; the page scales it
_ROW = 26
_LABEL = 170
_VALUE = 110
_PLOT_HEIGHT = 160
_MARGIN = 48


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
    """Return horizontal bars under each other, the longest as long as the drawing allows."""
    longest = max((bar.value for bar in bars), default=0) or 1
    room = _WIDTH - _LABEL - _VALUE
    rows = "".join(_draw_bar(bar, index * _ROW, room * bar.value / longest) for index, bar in enumerate(bars))
    return _frame(title, len(bars) * _ROW, rows)


def _draw_bar(bar: Bar, top: int, length: float) -> str:
    width = max(length, 2 if bar.value else 0)
    return (
        f'<text x="{_LABEL - 8}" y="{top + 17}" class="label">{escape(_shorten(bar.label, 26))}</text>'
        f'<rect x="{_LABEL}" y="{top + 4}" width="{width:.1f}" height="{_ROW - 9}" rx="3" class="{bar.tone}">'
        f"<title>{escape(bar.label)}: {escape(bar.text)}</title></rect>"
        f'<text x="{_LABEL + width + 6:.1f}" y="{top + 17}">{escape(bar.text)}</text>'
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
    floor = _PLOT_HEIGHT + 26
    body += f'<text x="{_MARGIN}" y="{floor}">{escape(columns[0].label)}</text>'
    if len(columns) > 1:
        body += f'<text x="{_WIDTH}" y="{floor}" class="label">{escape(columns[-1].label)}</text>'
    return _frame(title, _PLOT_HEIGHT + 34, body)


def _draw_column(column: Column, left: float, width: float, highest: float, unit: str) -> str:
    good = _PLOT_HEIGHT * column.good / highest
    bad = _PLOT_HEIGHT * column.bad / highest
    about = f"{column.label}: {column.good:,.4g} accepted, {column.bad:,.4g} not, {unit}"
    across = f'x="{left:.1f}" width="{max(width - 1, 0.5):.1f}"'
    return (
        f"<g><title>{escape(about)}</title>"
        f'<rect {across} y="{8 + _PLOT_HEIGHT - good:.1f}" height="{good:.1f}" class="good"/>'
        f'<rect {across} y="{8 + _PLOT_HEIGHT - good - bad:.1f}" height="{bad:.1f}" class="bad"/></g>'
    )


def _draw_rule(share: float, value: float) -> str:
    height = 8 + _PLOT_HEIGHT * (1 - share)
    return (
        f'<line x1="{_MARGIN}" x2="{_WIDTH}" y1="{height:.1f}" y2="{height:.1f}" class="rule"/>'
        f'<text x="{_MARGIN - 6}" y="{height + 4:.1f}" class="label">{value:,.3g}</text>'
    )


def _frame(title: str, height: int, body: str) -> str:
    return f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">{body}</svg>'


def _shorten(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
