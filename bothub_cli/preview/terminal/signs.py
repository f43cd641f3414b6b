"""The signs of the terminal picture, in Unicode and in ASCII, and its scale."""

from dataclasses import dataclass
from typing import Final

from rich import box

# One character is about 8 DP wide at 16 SP and twice as high as wide, so text and boxes keep the phone's proportions.
DP_PER_COLUMN: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What stands for an icon or a mark; ``deeds`` has one for each word of ``name_deed``."""

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
    card_box: box.Box
    chip_box: box.Box

    def spell(self, text: str) -> str:
        """Return the text as this set can write it: in ASCII, other characters become escapes."""
        return text if self is UNICODE else text.translate(_ASCII_WORDS).encode("ascii", "backslashreplace").decode()


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
    card_box=box.ASCII,
    chip_box=box.ASCII,
)
_ASCII_WORDS: Final = str.maketrans(
    {"…": "...", "’": "'", "–": "-", "—": "-", "×": "x", "·": "-", "“": '"', "”": '"', "°": " deg"}
)
