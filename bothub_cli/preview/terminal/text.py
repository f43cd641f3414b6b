"""Text of a message as rich text: no markup, no control characters, and the part that is cut marked as such."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.text import Text

from bothub_cli.display_text import show_hidden, show_on_one_line, spell_ascii
from bothub_cli.messages import Media
from bothub_cli.preview.descriptions import format_size, name_file
from bothub_cli.preview.forecast.shapes import LabelShape, MediaShape, TextShape

# One character is about 8 DP wide at 16 SP and twice as high as wide, so text and boxes keep the phone's proportions.
DP_PER_COLUMN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What stands for an icon or a mark; ``deeds`` has one for each ``deed`` of a suggestion."""

    deeds: dict[str, str]
    cut: str
    ellipsis: str
    fill: str
    rule: str
    dot: str
    image: str
    video: str
    file: str
    sound: str
    place: str
    typing: str
    next: str
    options: str
    card_box: box.Box
    chip_box: box.Box

    def spell(self, text: str) -> str:
        """Return the text as this set can write it: in ASCII, other characters become escapes."""
        return text if self is UNICODE else spell_ascii(text).encode("ascii", "backslashreplace").decode()


UNICODE: Final = Signs(
    deeds={
        "reply": "",
        "link": "↗",
        "call": "✆",
        "video call": "▷",
        "map": "◎",
        "share place": "◎",
        "calendar": "▦",
        "write": "✎",
        "record": "●",
        "copy": "⧉",
        "device": "▯",
        "settings": "✲",
        "unknown": "?",
    },
    cut="✂",
    ellipsis="…",
    fill="░",
    rule="─",
    dot="·",
    image="▣",
    video="▶",
    file="▤",
    sound="▶ ▂▃▅▇▅▃▂▃▅▃▂",
    place="◎",
    typing="● ● ●",
    next="→",
    options="Options ▾",
    card_box=box.ROUNDED,
    chip_box=box.ROUNDED,
)
ASCII: Final = Signs(
    deeds={
        "reply": "",
        "link": "[url]",
        "call": "[call]",
        "video call": "[video]",
        "map": "[map]",
        "share place": "[place]",
        "calendar": "[date]",
        "write": "[text]",
        "record": "[rec]",
        "copy": "[copy]",
        "device": "[phone]",
        "settings": "[set]",
        "unknown": "[?]",
    },
    cut="[cut]",
    ellipsis="...",
    fill=".",
    rule="-",
    dot="-",
    image="[image]",
    video="[video]",
    file="[file]",
    sound="|> ..::||::..::..",
    place="(x)",
    typing="o o o",
    next="->",
    options="Options v",
    card_box=box.ASCII,
    chip_box=box.ASCII,
)
CUT_STYLE: Final = "dim strike"
_LOST_MAX: Final = 160  # characters of a lost text that are drawn; the list under the picture has the numbers
_FONT_STYLES: Final = {"bold": "bold", "italics": "italic", "underline": "underline"}  # RCC.07 v11 titleFontStyle


def write_block(text: TextShape, *, style: str, font_style: Sequence[str], signs: Signs) -> Text:
    """Write a title or a description: what is shown, then behind a mark what is lost."""
    fonts = " ".join(_FONT_STYLES[word] for word in font_style if word in _FONT_STYLES)
    shown = signs.spell(show_hidden(text.source[: text.shown]))
    block = Text(shown, style=f"{style} {fonts}".strip(), overflow="fold")
    if text.is_shortened:
        block.append(signs.ellipsis)
    if text.is_shortened or text.is_hidden:
        _append_lost(block, text.lost, signs)
    return block


def write_label(label: LabelShape, signs: Signs) -> Text:
    """Write a button or a chip: its icon, its label, and what of it is cut."""
    icon = signs.deeds[label.suggestion.deed]
    text = Text(overflow="fold", justify="center")
    if label.is_hidden:
        text.append(f"{signs.cut} ")
        text.append(signs.spell(show_on_one_line(label.source)) or "(no label)", style=CUT_STYLE)
        return text
    text.append(f"{icon} " if icon else "")
    text.append(signs.spell(show_on_one_line(label.source[: label.shown])) or "(no label)", style="bold")
    if label.is_shortened:
        text.append(signs.ellipsis)
        _append_lost(text, label.source[label.shown :], signs)
    return text


def describe_area(area: MediaShape, signs: Signs, *, columns: int) -> list[str]:
    """Describe a media area, the most important line first; an area that only its neighbours fill is blank."""
    if area.media is None:
        return [clip("(no media)", columns, signs)]
    kind = show_on_one_line(area.media.media_content_type)
    lines = [_join_if_fits(f"{_media_sign(area.media, signs)} ", kind, columns)]
    size, extent = format_size(area.media.media_file_size), f"{area.width} × {area.height} DP"
    lines += [f"{size} · {extent}"] if len(size) + len(extent) + 3 <= columns else [size, extent]
    if area.media.content_description:
        lines.append(f"“{show_on_one_line(area.media.content_description)}”")
    lines.append(name_file(area.media.media_url, None))
    return [clip(signs.spell(line), columns, signs) for line in lines]


def clip(text: str, columns: int, signs: Signs) -> str:
    """Return the text in at most ``columns`` cells, with an ellipsis when it was longer."""
    if cell_len(text) <= columns:
        return text
    return set_cell_size(text, columns - cell_len(signs.ellipsis)).rstrip() + signs.ellipsis


def _join_if_fits(sign: str, text: str, columns: int) -> str:
    return sign + text if cell_len(sign + text) <= columns else text


def _media_sign(media: Media, signs: Signs) -> str:
    return signs.video if media.media_content_type.startswith("video/") else signs.image


def _append_lost(text: Text, lost: str, signs: Signs) -> None:
    visible = signs.spell(show_on_one_line(lost[:_LOST_MAX]))
    more = f" (+{len(lost) - _LOST_MAX})" if len(lost) > _LOST_MAX else ""
    text.append(f"{' ' if text.plain else ''}{signs.cut} ", style="not bold")
    text.append(visible + more, style=CUT_STYLE)
