"""Draws a message in the terminal as the phone will show it, with what is cut marked and listed."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

from rich.align import Align
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bothub_cli.display_text import show_on_one_line
from bothub_cli.messages import (
    AudioMessage,
    FileMessage,
    GeolocationPushMessage,
    IsTyping,
    RichCardMessage,
    TextMessage,
)
from bothub_cli.preview.descriptions import format_length, format_place, format_size, name_file
from bothub_cli.preview.forecast.cuts import summarise_cuts
from bothub_cli.preview.forecast.layout import Drawable, Forecast, forecast
from bothub_cli.preview.forecast.phones import (
    CHIP_GAP,
    MAP_HEIGHT,
    SCREEN_MARGIN,
    SCREEN_WIDTH,
    STANDALONE_WIDTH,
    PhoneLayout,
    ProfileName,
)
from bothub_cli.preview.forecast.shapes import BubbleShape, CardShape, CarouselShape, ChipRowShape
from bothub_cli.preview.terminal.cards import MediaBox, Scale, choose_scale, draw_card, draw_carousel
from bothub_cli.preview.terminal.text import ASCII, UNICODE, Signs, write_block, write_label

WIDTH_MIN: Final = 40  # columns; narrower consoles get this much and wrap it themselves
# Neither TERM, COLUMNS nor FORCE_COLOR changes a picture that is returned as a string.
_SAME_EVERYWHERE: Final[dict[str, Any]] = {"force_terminal": False, "legacy_windows": False, "_environ": {}}
# Any: keyword arguments of Console, each of its own type


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePicture:
    """A rich renderable of one forecast; ASCII on a console whose encoding is not a Unicode one."""

    forecast: Forecast

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        signs = ASCII if options.ascii_only else UNICODE
        room = max(options.max_width, WIDTH_MIN)
        yield Text(_caption(self.forecast, signs), style="dim")
        yield _draw_content(self.forecast, signs=signs, room=room)
        if self.forecast.chips:
            yield from (_draw_chip_list if self.forecast.chips.is_list else _draw_chips)(
                self.forecast.chips, signs=signs, room=room
            )
        yield from _list_losses(self.forecast, signs)


def render(message: Drawable, profile: PhoneLayout | ProfileName = "classic") -> MessagePicture:
    """Return the picture of a message on one kind of phone, for any rich console of 40 columns or more."""
    return MessagePicture(forecast=forecast(message, profile))


def render_text(
    message: Drawable, profile: PhoneLayout | ProfileName = "classic", *, width: int = 80, encoding: str = "utf-8"
) -> str:
    """Return the same picture as plain text of ``width`` columns: for pipes, logs and files."""
    console = Console(file=_EncodedText(encoding), width=max(width, WIDTH_MIN), color_system=None, **_SAME_EVERYWHERE)
    with console.capture() as capture:
        console.print(render(message, profile), soft_wrap=False)
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


def render_svg(message: Drawable, profile: PhoneLayout | ProfileName = "classic", *, width: int = 80) -> str:
    """Return the same picture as an SVG document, by rich's own export."""
    console = Console(file=StringIO(), width=max(width, WIDTH_MIN), record=True, **_SAME_EVERYWHERE)
    console.print(render(message, profile))
    return console.export_svg(title="bothub message preview", unique_id="bothub")


class _EncodedText(StringIO):
    """Swallows output and names an encoding, which rich asks for to choose between Unicode and ASCII."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]  # StringIO has none to give
        return self._encoding


def _caption(forecast: Forecast, signs: Signs) -> str:
    return signs.spell(f"{forecast.profile.title} · {forecast.profile.note}")


def _draw_content(forecast: Forecast, *, signs: Signs, room: int) -> RenderableType:
    match forecast.message.content, forecast.shape:
        case RichCardMessage(), CardShape() as card:
            return draw_card(card, signs=signs, scale=choose_scale(card.width, room=room))
        case RichCardMessage(), CarouselShape() as carousel:
            return draw_carousel(carousel, signs=signs, room=room)
        case TextMessage(), BubbleShape() as bubble:
            return _draw_bubble(bubble, signs, choose_scale(SCREEN_WIDTH, room=room))
        case FileMessage() as file, _:
            return _draw_file(file, signs)
        case AudioMessage() as audio, _:
            return _draw_audio(audio, signs)
        case GeolocationPushMessage() as place, _:
            return _draw_place(place, signs, choose_scale(STANDALONE_WIDTH, room=room))
        case IsTyping(active=True), _:
            return Panel(Text(signs.typing), box=signs.card_box, padding=(0, 1), expand=False)
        case _:
            return Text("(the sign that somebody is typing goes away)")


def _draw_bubble(bubble: BubbleShape, signs: Signs, scale: Scale) -> Panel:
    text = write_block(bubble.text, style="", font_style=(), signs=signs)
    most = scale.columns(bubble.width) + 1 if len(bubble.text.lines) > 1 else scale.columns(SCREEN_WIDTH) - 2
    width = min(max(text.cell_len, 1) + 4, most)
    return Panel(text, box=signs.card_box, padding=(0, 1), width=width)


def _draw_file(file: FileMessage, signs: Signs) -> Panel:
    kind = show_on_one_line(file.file_mime_type or "type unknown")
    thumbnail = f" · thumbnail {format_size(file.thumbnail_file_size)}" if file.thumbnail_url else ""
    lines = f"{kind} · {format_size(file.file_size)}{thumbnail}"
    name = Text(f"{signs.file} {signs.spell(name_file(file.file_url, file.file_name))}", style="bold", overflow="fold")
    return Panel(
        Group(name, Text(signs.spell(lines), overflow="fold")), box=signs.card_box, padding=(0, 1), expand=False
    )


def _draw_audio(audio: AudioMessage, signs: Signs) -> Panel:
    kind = show_on_one_line(audio.file_mime_type or "type unknown")
    caption = f"{name_file(audio.file_url, audio.file_name)} · {kind} · {format_size(audio.file_size)}"
    player = Text(f"{signs.sound}  {format_length(audio.playing_length)}", style="bold")
    return Panel(
        Group(player, Text(signs.spell(caption), overflow="fold")), box=signs.card_box, padding=(0, 1), expand=False
    )


def _draw_place(place: GeolocationPushMessage, signs: Signs, scale: Scale) -> Panel:
    width = scale.columns(STANDALONE_WIDTH)
    lines = [signs.place, signs.spell(format_place(place))]
    if place.radius:
        lines.append(f"within {place.radius:g} m")
    map_box = MediaBox(lines=tuple(lines), columns=width - 2, rows=scale.rows(MAP_HEIGHT), fill=signs.fill)
    label = Text(signs.spell(show_on_one_line(place.label or "")), style="bold", overflow="fold")
    parts: list[RenderableType] = [map_box, *([Padding(label, (0, 1))] if place.label else [])]
    return Panel(Group(*parts), box=signs.card_box, width=width, padding=0)


def _draw_chips(chips: ChipRowShape, *, signs: Signs, room: int) -> Iterator[RenderableType]:
    """Draw chips in rows, right-aligned as phones do, and tell that the phone has one row that scrolls."""
    boxes = [
        Panel(write_label(label, signs), box=signs.chip_box, padding=(0, 1), expand=False) for label in chips.labels
    ]
    widths = [write_label(label, signs).cell_len + 4 for label in chips.labels]
    row: list[Panel] = []
    used = 0
    most = min(room, choose_scale(SCREEN_WIDTH, room=room).columns(SCREEN_WIDTH))
    for chip, width in zip(boxes, widths, strict=True):
        if row and used + width + 1 > most:
            yield _draw_chip_row(row, most)
            row, used = [], 0
        row.append(chip)
        used += width + 1
    if row:
        yield _draw_chip_row(row, most)
    if beyond := _count_beyond(chips):
        yield Text(f"one row on the phone: scroll for the last {beyond} {signs.next}", style="dim")


def _draw_chip_list(chips: ChipRowShape, *, signs: Signs, room: int) -> Iterator[RenderableType]:
    """Draw an iPhone's list below the bubble: what is behind "Options" is named under it, set in."""
    columns = choose_scale(SCREEN_WIDTH, room=room).columns(chips.width)
    lines: list[RenderableType] = []
    if chips.in_options:
        lines.append(Text(signs.options, justify="center", style="bold"))
    for place, label in enumerate(chips.labels):
        if place >= chips.in_options and lines:
            lines.append(Text(signs.rule * (columns - 4), style="dim"))
        lines.append(write_label(label, signs))
    yield Panel(Group(*lines), box=signs.card_box, padding=(0, 1), width=columns)


def _draw_chip_row(row: list[Panel], width: int) -> RenderableType:
    grid = Table.grid(padding=(0, 0, 0, 1), pad_edge=False)
    for _ in row:
        grid.add_column()
    grid.add_row(*row)
    return _RightAligned(body=grid, columns=width)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RightAligned:
    """Something set against the right edge of the phone, which may be narrower than the console."""

    body: RenderableType
    columns: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from console.render(Align.right(self.body), options.update_width(min(self.columns, options.max_width)))


def _count_beyond(chips: ChipRowShape) -> int:
    """Count the chips whose end is beyond the screen."""
    right, beyond = SCREEN_MARGIN, 0
    for label in chips.labels:
        right += label.width
        beyond += right > SCREEN_WIDTH
        right += CHIP_GAP
    return beyond


def _list_losses(forecast: Forecast, signs: Signs) -> Iterator[RenderableType]:
    for sentence in summarise_cuts(forecast.cuts):
        yield Text(f"{signs.cut} {signs.spell(sentence)}")
    for note in forecast.notes:
        yield Text(signs.spell(f"· {note}"), style="dim")
    if not forecast.cuts and isinstance(forecast.message.content, RichCardMessage):
        yield Text("nothing is cut, by estimate", style="dim")
