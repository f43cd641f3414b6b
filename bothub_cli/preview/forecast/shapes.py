"""What a phone draws, as plain sizes: the result of a forecast, in DP. No terminal, no HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bothub_cli.messages import Media, Suggestion

Side = Literal["LEFT", "RIGHT"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextShape:
    """A block of text: the lines that are shown, and ``shown``, the code points of ``source`` that they hold.

    ``height`` is the room reserved for it, which in a carousel may be more than its lines need.
    """

    source: str
    lines: tuple[str, ...]
    shown: int
    height: int
    line_height: int

    @property
    def is_hidden(self) -> bool:
        """Whether nothing of it is shown."""
        return bool(self.source) and not self.lines

    @property
    def is_shortened(self) -> bool:
        """Whether only its beginning is shown."""
        return bool(self.lines) and self.shown < len(self.source)

    @property
    def lost(self) -> str:
        """The part that nobody sees."""
        return self.source[self.shown :]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelShape:
    """A suggestion on a card or among the chips; ``shown`` counts the code points of its label that are drawn.

    ``index`` is its place in the message; a phone may draw it elsewhere.
    """

    index: int
    suggestion: Suggestion
    text: str
    source: str
    shown: int
    width: int
    height: int
    is_hidden: bool = False

    @property
    def is_shortened(self) -> bool:
        """Whether the label ends in an ellipsis."""
        return not self.is_hidden and self.shown < len(self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaShape:
    """The area of a card's picture or video, which is zoomed and cropped to it; ``media`` is None in a blank area.

    ``wanted_height`` is what the message asks for; a crowded card may leave less, or nothing.
    """

    media: Media | None
    width: int
    height: int
    wanted_height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CardShape:
    """One card; ``image_side`` is None when the media is on top, over the whole width.

    ``labels`` are in the order in which they are drawn, the hidden ones last; ``more_labels`` counts the rest.
    """

    width: int
    height: int
    media: MediaShape | None
    image_side: Side | None
    title: TextShape | None
    description: TextShape | None
    labels: tuple[LabelShape, ...]
    more_labels: int = 0
    title_style: Sequence[str] = ()
    description_style: Sequence[str] = ()
    is_drop_down: bool = False  # its buttons are shown by a tap on one


@dataclass(frozen=True, slots=True, kw_only=True)
class CarouselShape:
    """Cards side by side, of one height where ``is_even``; ``more_cards`` counts those that the phone does not draw."""

    cards: tuple[CardShape, ...]
    more_cards: int = 0
    is_even: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BubbleShape:
    """A text in its bubble."""

    text: TextShape
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipRowShape:
    """The row of chips under a message; ``width`` is more than the screen's when one has to scroll.

    Where ``is_list``, they stand one below the other, actions first, of which the first ``in_options`` are behind a
    button called "Options".
    """

    labels: tuple[LabelShape, ...]
    width: int
    more_chips: int = 0
    is_list: bool = False
    in_options: int = 0
