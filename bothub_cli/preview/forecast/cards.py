"""Fits cards between their least and greatest height: what a phone shortens, then drops, in its own order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bothub_cli.messages import CardContent, Reply, Suggestion
from bothub_cli.preview.forecast.labels import LabelBox, lay_out_label
from bothub_cli.preview.forecast.line_breaking import Font, break_text, shorten_text
from bothub_cli.preview.forecast.phones import (
    BUTTON_PADDING,
    CARD_SUGGESTIONS_MAX,
    ICON_GAP,
    IMAGE_COLUMN_WIDTH,
    MEDIA_HEIGHTS,
    TEXT_PADDING,
    CardLimits,
    PhoneLayout,
    ShrinkStep,
)
from bothub_cli.preview.forecast.shapes import CardShape, LabelShape, MediaShape, Side, TextShape

_LABELS_LISTED: Final = 2 * CARD_SUGGESTIONS_MAX  # a card with a thousand suggestions is no reason to draw them
_LINES_MAX: Final = 40  # more than the highest card holds (592 DP), so counting further changes nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the cards of a group have in common; ``media_height`` is 0 when none of them has media."""

    profile: PhoneLayout
    limits: CardLimits
    button_height: int
    media_height: int
    image_side: Side | None = None
    title_style: Sequence[str] = ()
    description_style: Sequence[str] = ()

    def column_width(self, *, has_media: bool) -> int:
        """The width of the column of text and buttons, padding included."""
        is_beside = self.image_side is not None and has_media
        return self.limits.width - (IMAGE_COLUMN_WIDTH if is_beside else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """What is kept: lines of the two text blocks, the suggestions of each card by their index, media in DP."""

    title_lines: int
    description_lines: int
    kept: tuple[tuple[int, ...], ...]
    media_height: int


def fit_cards(contents: Sequence[CardContent], frame: Frame) -> tuple[CardShape, ...]:
    """Lay out cards whose blocks are all as high as the highest (RCC.71 carousel); a lone card is a group of one."""
    fit = _keep_all(contents, frame)
    for step in frame.profile.overflow:
        while _height(fit, frame) > frame.limits.height_max:
            reduced = _give_up(step, fit, contents, frame)
            if reduced == fit:
                break
            fit = reduced
    return tuple(_shape(content, kept, fit, frame) for content, kept in zip(contents, fit.kept, strict=True))


def _keep_all(contents: Sequence[CardContent], frame: Frame) -> _Fit:
    has_media = any(content.media for content in contents)
    width = frame.column_width(has_media=has_media) - 2 * TEXT_PADDING
    return _Fit(
        title_lines=max(_count_lines(content.title, frame.profile.title_font, width) for content in contents),
        description_lines=max(
            _count_lines(content.description, frame.profile.description_font, width) for content in contents
        ),
        kept=tuple(_drawing_order(content.suggestions, frame.profile) for content in contents),
        media_height=min(frame.media_height, frame.limits.height_max) if has_media else 0,
    )


def _drawing_order(suggestions: Sequence[Suggestion], profile: PhoneLayout) -> tuple[int, ...]:
    order = range(min(len(suggestions), CARD_SUGGESTIONS_MAX))
    if not profile.replies_first:
        return tuple(order)
    return tuple(sorted(order, key=lambda index: not isinstance(suggestions[index], Reply)))


def _count_lines(text: str | None, font: Font, width: float) -> int:
    return len(break_text(text or "", font=font, width=width, most=_LINES_MAX))


def _height(fit: _Fit, frame: Frame) -> int:
    column = _text_height(fit, frame.profile) + _buttons_height(max(map(len, fit.kept)), frame)
    return column if frame.image_side else column + fit.media_height


def _text_height(fit: _Fit, profile: PhoneLayout) -> int:
    title, description = profile.title_font.line_height, profile.description_font.line_height
    lines = fit.title_lines * title + fit.description_lines * description
    return lines + 2 * TEXT_PADDING if lines else 0


def _buttons_height(count: int, frame: Frame) -> int:
    profile = frame.profile
    count = min(count, 1) if profile.buttons_collapse else count
    return count * frame.button_height + (count - 1) * profile.button_gap + profile.buttons_padding if count else 0


def _give_up(step: ShrinkStep, fit: _Fit, contents: Sequence[CardContent], frame: Frame) -> _Fit:
    """Give up one thing of the step's kind; the same fit when there is nothing left to give up."""
    match step:
        case ShrinkStep.SHORTEN_DESCRIPTION:
            return replace(fit, description_lines=_one_less(fit.description_lines))
        case ShrinkStep.DESCRIPTION_TO_ONE_LINE:
            return replace(fit, description_lines=min(fit.description_lines, 1))
        case ShrinkStep.SHORTEN_TITLE:
            return replace(fit, title_lines=_one_less(fit.title_lines))
        case ShrinkStep.TITLE_TO_ONE_LINE:
            return replace(fit, title_lines=min(fit.title_lines, 1))
        case ShrinkStep.DROP_ACTIONS:
            return _drop_last(fit, contents, lambda suggestion: not isinstance(suggestion, Reply))
        case ShrinkStep.DROP_REPLIES:
            return _drop_last(fit, contents, lambda suggestion: isinstance(suggestion, Reply))
        case ShrinkStep.DROP_SUGGESTIONS:
            return _drop_last(fit, contents, lambda _: True)
        case ShrinkStep.DROP_DESCRIPTION:
            return replace(fit, description_lines=0)
        case ShrinkStep.DROP_TITLE:
            return replace(fit, title_lines=0)
        case ShrinkStep.CROP_MEDIA:
            excess = _height(fit, frame) - frame.limits.height_max
            return fit if frame.image_side else replace(fit, media_height=max(fit.media_height - excess, 0))


def _one_less(lines: int) -> int:
    return lines - 1 if lines > 1 else lines


def _drop_last(fit: _Fit, contents: Sequence[CardContent], may_drop: Callable[[Suggestion], bool]) -> _Fit:
    """Drop one suggestion from each card that has the most; nothing, when one of these cards cannot give one."""
    most = max(map(len, fit.kept))
    shorter: list[tuple[int, ...]] = []
    for content, kept in zip(contents, fit.kept, strict=True):
        droppable = [index for index in kept if may_drop(content.suggestions[index])]
        if len(kept) == most and not droppable:
            return fit
        shorter.append(tuple(index for index in kept if index != droppable[-1]) if len(kept) == most else kept)
    return replace(fit, kept=tuple(shorter))


def _shape(content: CardContent, kept: tuple[int, ...], fit: _Fit, frame: Frame) -> CardShape:
    limits = frame.limits
    height = min(max(_height(fit, frame), limits.height_min), limits.height_max)
    has_media = fit.media_height > 0
    width = frame.column_width(has_media=has_media) - 2 * TEXT_PADDING
    return CardShape(
        width=limits.width,
        height=height,
        media=_media_shape(content, fit, frame, height),
        image_side=frame.image_side if has_media else None,
        title=_text_shape(content.title, frame.profile.title_font, width, fit.title_lines),
        description=_text_shape(content.description, frame.profile.description_font, width, fit.description_lines),
        labels=_label_shapes(content.suggestions, kept, frame, width + 2 * TEXT_PADDING),
        more_labels=max(len(content.suggestions) - _LABELS_LISTED, 0),
        title_style=frame.title_style,
        description_style=frame.description_style,
        is_drop_down=frame.profile.buttons_collapse and len(kept) > 1,
    )


def _media_shape(content: CardContent, fit: _Fit, frame: Frame, height: int) -> MediaShape | None:
    if not frame.media_height or (not content.media and not fit.media_height):
        return None
    if frame.image_side:
        return MediaShape(media=content.media, width=IMAGE_COLUMN_WIDTH, height=height, wanted_height=height)
    asked = MEDIA_HEIGHTS.get(content.media.height, frame.media_height) if content.media else 0
    return MediaShape(
        media=content.media,
        width=frame.limits.width,
        height=fit.media_height,
        wanted_height=min(asked, frame.media_height),
    )


def _text_shape(text: str | None, font: Font, width: float, lines: int) -> TextShape | None:
    """Lay out one block; a block that only its neighbours fill keeps its height, without lines."""
    if not text and not lines:
        return None
    shortened = shorten_text(text or "", font=font, width=width, most=lines)
    return TextShape(
        source=text or "",
        lines=shortened.lines,
        shown=shortened.shown,
        height=lines * font.line_height,
        line_height=font.line_height,
    )


def _label_shapes(
    suggestions: Sequence[Suggestion], kept: tuple[int, ...], frame: Frame, width: int
) -> tuple[LabelShape, ...]:
    """Lay out the buttons in the order in which they are drawn, then those that are not."""
    hidden = [index for index in range(min(len(suggestions), _LABELS_LISTED)) if index not in kept]
    shapes = []
    for index in (*kept, *hidden):
        is_reply = isinstance(suggestions[index], Reply)
        icon = 0 if is_reply else frame.profile.button_icon + ICON_GAP
        room = width - 2 * (BUTTON_PADDING + frame.profile.button_inset) - icon
        box = LabelBox(room=room, width=width, height=frame.button_height, font=frame.profile.label_font)
        label = lay_out_label(suggestions[index], index=index, box=box)
        shapes.append(replace(label, is_hidden=index not in kept))
    return tuple(shapes)
