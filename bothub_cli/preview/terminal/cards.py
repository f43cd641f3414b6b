"""Draws cards and carousels in character cells, at the phone's proportions."""

from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from bothub_cli.preview.forecast.phones import CARD_HEIGHT_MIN, CAROUSEL_INSET, SCREEN_WIDTH
from bothub_cli.preview.forecast.shapes import CardShape, CarouselShape, MediaShape
from bothub_cli.preview.terminal.text import DP_PER_COLUMN, Signs, describe_area, write_block, write_label

_GAP = 1  # columns between the cards of a carousel: 8 DP


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How many DP a column stands for; a row is twice as high as a column is wide."""

    dp_per_column: float

    def columns(self, width: int) -> int:
        """Return a width of DP in columns."""
        return max(round(width / self.dp_per_column), 1)

    def rows(self, height: int) -> int:
        """Return a height of DP in rows."""
        return max(round(height / self.dp_per_column / 2), 1)


def choose_scale(width: int, *, room: int) -> Scale:
    """Return the scale at which ``width`` DP fit into ``room`` columns: 8 DP a column, or more on a narrow terminal."""
    return Scale(dp_per_column=max(DP_PER_COLUMN, width / room))


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaBox:
    """A filled box of exact size with centred lines that say what will be there."""

    lines: tuple[str, ...]
    columns: int
    rows: int
    fill: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = self.lines[: self.rows]
        top = (self.rows - len(shown)) // 2
        for row in range(self.rows):
            text = shown[row - top] if top <= row < top + len(shown) else ""
            yield from self._draw_row(text)
            yield Segment.line()

    def _draw_row(self, text: str) -> list[Segment]:
        label = f" {text} " if text else ""
        left = (self.columns - cell_len(label)) // 2
        fill = Style(dim=True)
        return [
            Segment(self.fill * left, fill),
            Segment(label),
            Segment(self.fill * (self.columns - left - cell_len(label)), fill),
        ]


def draw_card(card: CardShape, *, signs: Signs, scale: Scale) -> Panel:
    """Draw one card; it may be higher than on the phone, for what is cut stays readable."""
    width = scale.columns(card.width)
    body = (
        _draw_beside(card, signs, scale, width - 2) if card.image_side else _draw_below(card, signs, scale, width - 2)
    )
    least = scale.rows(CARD_HEIGHT_MIN) - 2
    return Panel(_AtLeast(body=body, rows=least), box=signs.card_box, width=width, padding=0)


def draw_carousel(carousel: CarouselShape, *, signs: Signs, room: int) -> RenderableType:
    """Draw cards side by side, as many as the terminal holds, then in further rows, with the phone's own view told."""
    if not carousel.cards:
        return Text("(a carousel without cards)")
    scale = choose_scale(carousel.cards[0].width, room=room)
    each = scale.columns(carousel.cards[0].width)
    per_row = max((room + _GAP) // (each + _GAP), 1)
    numbered = list(enumerate(carousel.cards, start=1))
    rows = [numbered[first : first + per_row] for first in range(0, len(numbered), per_row)]
    hint = _tell_scrolling(carousel, signs)
    return Group(
        *(_draw_row(row, len(numbered), signs, scale, is_even=carousel.is_even) for row in rows),
        *([Text(hint, style="dim")] if hint else []),
    )


def _draw_row(cards: list[tuple[int, CardShape]], count: int, signs: Signs, scale: Scale, *, is_even: bool) -> Table:
    grid = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    for _, card in cards:
        grid.add_column(width=scale.columns(card.width))
    panels = [draw_card(card, signs=signs, scale=scale) for _, card in cards]
    grid.add_row(*((_EqualHeight(panel=panel, panels=tuple(panels)) for panel in panels) if is_even else panels))
    grid.add_row(*(Text(f"{number}/{count}", style="dim", justify="center") for number, _ in cards))
    return grid


@dataclass(frozen=True, slots=True, kw_only=True)
class _EqualHeight:
    """A card as high as the highest of its row; only the console knows how high that is."""

    panel: Panel
    panels: tuple[Panel, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        height = max(len(console.render_lines(panel, options)) for panel in self.panels)
        yield Panel(
            self.panel.renderable, box=self.panel.box, width=self.panel.width, height=height, padding=self.panel.padding
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _AtLeast:
    """Something padded with white at the bottom to ``rows`` (RCC.71: the minimum height of a card)."""

    body: RenderableType
    rows: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = console.render_lines(self.body, options.update(height=None))
        for line in lines:
            yield from line
            yield Segment.line()
        for _ in range(self.rows - len(lines)):
            yield Segment(" " * options.max_width)
            yield Segment.line()


def _tell_scrolling(carousel: CarouselShape, signs: Signs) -> str:
    seen = (SCREEN_WIDTH - CAROUSEL_INSET) / carousel.cards[0].width
    if len(carousel.cards) <= seen:
        return ""
    return f"the phone shows about {seen:.1f} cards at once; swipe for the others {signs.next}"


def _draw_below(card: CardShape, signs: Signs, scale: Scale, columns: int) -> Group:
    parts: list[RenderableType] = []
    if card.media is not None and card.media.height:
        parts.append(_media_box(card.media, signs, columns, scale.rows(card.media.height)))
    return Group(*parts, *_draw_column(card, signs))


def _draw_beside(card: CardShape, signs: Signs, scale: Scale, columns: int) -> Table:
    """Draw a horizontal card: the image column on its side, text and buttons in the other."""
    assert card.media is not None  # image_side is set only with media
    image = scale.columns(card.media.width)
    grid = Table.grid(padding=0)
    box = _media_box(card.media, signs, image, scale.rows(card.height))
    column = Group(*_draw_column(card, signs))
    for width in (image, columns - image) if card.image_side == "LEFT" else (columns - image, image):
        grid.add_column(width=width)
    grid.add_row(*((box, column) if card.image_side == "LEFT" else (column, box)))
    return grid


def _media_box(area: MediaShape, signs: Signs, columns: int, rows: int) -> MediaBox:
    fill = signs.fill if area.media else " "
    return MediaBox(lines=tuple(describe_area(area, signs, columns=columns - 2)), columns=columns, rows=rows, fill=fill)


def _draw_column(card: CardShape, signs: Signs) -> list[RenderableType]:
    parts: list[RenderableType] = []
    if card.title is not None and card.title.source:
        title = write_block(card.title, style="bold", font_style=card.title_style, signs=signs)
        parts.append(Padding(title, (0, 1)))
    if card.description is not None and card.description.source:
        description = write_block(card.description, style="", font_style=card.description_style, signs=signs)
        parts.append(Padding(description, (0, 1)))
    if card.is_drop_down:
        parts.append(_Rule(signs.rule))
        parts.append(Text(signs.options, justify="center", style="bold"))
    for label in card.labels:
        if not card.is_drop_down:
            parts.append(_Rule(signs.rule))
        parts.append(Padding(write_label(label, signs), (0, 1)))
    if card.more_labels:
        parts.append(Text(f"{signs.cut} {card.more_labels} more", justify="center"))
    return parts


@dataclass(frozen=True, slots=True)
class _Rule:
    """A thin line over the whole width."""

    sign: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Segment(self.sign * options.max_width, Style(dim=True))
        yield Segment.line()
