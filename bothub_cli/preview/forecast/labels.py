"""Lays out what a user may tap: the label, shortened as phones do, and its width."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bothub_cli.messages import Reply, Suggestion
from bothub_cli.preview.forecast.line_breaking import ELLIPSIS, Font, shorten_text, shorten_to_length
from bothub_cli.preview.forecast.phones import (
    CHIP_GAP,
    CHIP_HEIGHT,
    CHIP_ICON,
    CHIP_PADDING,
    CHIPS_MAX,
    ICON_GAP,
    LABEL_MAX,
    OPTIONS_MORE_THAN,
    SCREEN_MARGIN,
    PhoneLayout,
)
from bothub_cli.preview.forecast.shapes import ChipRowShape, LabelShape


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelBox:
    """Where a label is written: a box of ``width`` × ``height`` DP, of which the words may take ``room``."""

    room: float
    width: int
    height: int
    font: Font


def lay_out_label(suggestion: Suggestion, *, index: int, box: LabelBox) -> LabelShape:
    """Shorten a label to 25 code points (RCC.71) and to the room of its box."""
    source = read_label(suggestion)
    kept = shorten_to_length(source, LABEL_MAX)
    text = kept if kept == source else kept + ELLIPSIS
    shown = len(kept)
    if box.font.measure(text) > box.room:
        shortened = shorten_text(kept, font=box.font, width=box.room, most=1)
        text, shown = shortened.lines[0], shortened.shown
    return LabelShape(
        suggestion=suggestion, index=index, text=text, source=source, shown=shown, width=box.width, height=box.height
    )


def lay_out_chips(suggestions: Sequence[Suggestion], profile: PhoneLayout) -> ChipRowShape:
    """Lay out the scrolling row under a message, or an iPhone's list; what is beyond the screen can be reached."""
    labels = tuple(
        _lay_out_chip(suggestion, index, profile) for index, suggestion in enumerate(suggestions[:CHIPS_MAX])
    )
    more = max(len(suggestions) - CHIPS_MAX, 0)
    if profile.chips_are_a_list:
        return _lay_out_list(labels, profile, more_chips=more)
    width = sum(label.width for label in labels) + CHIP_GAP * max(len(labels) - 1, 0)
    return ChipRowShape(labels=labels, width=width, more_chips=more)


def _lay_out_list(labels: tuple[LabelShape, ...], profile: PhoneLayout, *, more_chips: int) -> ChipRowShape:
    actions = [label for label in labels if not isinstance(label.suggestion, Reply)]
    replies = [label for label in labels if isinstance(label.suggestion, Reply)]
    width = profile.bubble_width_max
    return ChipRowShape(
        labels=tuple(replace(label, width=width) for label in (*actions, *replies)),
        width=width,
        more_chips=more_chips,
        is_list=True,
        in_options=len(actions) if len(actions) > OPTIONS_MORE_THAN else 0,
    )


def read_label(suggestion: Suggestion) -> str:
    """Return the label; that of a suggestion of an unknown kind may be missing."""
    return suggestion.display_text or ""


def _lay_out_chip(suggestion: Suggestion, index: int, profile: PhoneLayout) -> LabelShape:
    sides = 2 * CHIP_PADDING + (0 if isinstance(suggestion, Reply) else CHIP_ICON + ICON_GAP)
    wide = profile.bubble_width_max if profile.chips_are_a_list else profile.screen_width - 2 * SCREEN_MARGIN
    room = wide - sides
    box = LabelBox(room=room, width=0, height=CHIP_HEIGHT, font=profile.label_font)
    label = lay_out_label(suggestion, index=index, box=box)
    return replace(label, width=round(profile.label_font.measure(label.text)) + sides)
