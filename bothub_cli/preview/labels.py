"""Lays out what a user may tap: the label, shortened as phones do, and its width."""

from bothub_cli.messages import Reply, Suggestion
from bothub_cli.preview.line_breaking import ELLIPSIS, shorten, shorten_to_length
from bothub_cli.preview.profiles import (
    CHIP_GAP,
    CHIP_HEIGHT,
    CHIP_ICON,
    CHIP_PADDING,
    CHIPS_MAX,
    ICON_GAP,
    LABEL_FONT,
    LABEL_MAX,
    SCREEN_MARGIN,
    SCREEN_WIDTH,
)
from bothub_cli.preview.shapes import ChipRowShape, LabelShape


def lay_out_label(suggestion: Suggestion, *, index: int, room: float, width: int, height: int) -> LabelShape:
    """Shorten a label to 25 code points (RCC.71) and to ``room`` DP, and put it into a box."""
    source = read_label(suggestion)
    kept = shorten_to_length(source, LABEL_MAX)
    text = kept if kept == source else kept + ELLIPSIS
    shown = len(kept)
    if LABEL_FONT.measure(text) > room:
        shortened = shorten(kept, font=LABEL_FONT, width=room, most=1)
        text, shown = shortened.lines[0], shortened.shown
    return LabelShape(
        suggestion=suggestion, index=index, text=text, source=source, shown=shown, width=width, height=height
    )


def lay_out_chips(suggestions: tuple[Suggestion, ...]) -> ChipRowShape:
    """Lay out the scrolling row under a message; what is beyond the screen can still be reached."""
    labels = tuple(_lay_out_chip(suggestion, index) for index, suggestion in enumerate(suggestions[:CHIPS_MAX]))
    width = sum(label.width for label in labels) + CHIP_GAP * max(len(labels) - 1, 0)
    return ChipRowShape(labels=labels, width=width, more_chips=max(len(suggestions) - CHIPS_MAX, 0))


def read_label(suggestion: Suggestion) -> str:
    """Return the label; that of a suggestion of an unknown kind may be missing."""
    return suggestion.display_text or ""


def _lay_out_chip(suggestion: Suggestion, index: int) -> LabelShape:
    sides = 2 * CHIP_PADDING + (0 if isinstance(suggestion, Reply) else CHIP_ICON + ICON_GAP)
    room = SCREEN_WIDTH - 2 * SCREEN_MARGIN - sides
    label = lay_out_label(suggestion, index=index, room=room, width=0, height=CHIP_HEIGHT)
    return LabelShape(
        suggestion=suggestion,
        index=index,
        text=label.text,
        source=label.source,
        shown=label.shown,
        width=round(LABEL_FONT.measure(label.text)) + sides,
        height=CHIP_HEIGHT,
    )
