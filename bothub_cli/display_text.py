"""Makes text from outside harmless to look at: nothing in it steers a terminal, hides, or turns what follows round."""

import re
import unicodedata
from typing import Final

# Directional formatting (UAX #9 2) can make a text read other than it is sent; zero-width signs hide in it.
DIRECTION_MARKS: Final = {
    "\u061c": "ALM",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
    "\u2028": "LSEP",
    "\u2029": "PSEP",
    "\ufeff": "BOM",
}
_NAMES: Final = {**DIRECTION_MARKS, "\u200b": "ZWSP", "\u00ad": "SHY", "\ufffe": "FFFE", "\uffff": "FFFF"}
_HIDDEN: Final = f"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff{''.join(_NAMES)}]"  # the re module keeps it compiled

_JOINERS: Final = "\u200c\u200d"  # ZWNJ and ZWJ (Unicode 23.2)

_ASCII_WORDS: Final = str.maketrans({
    "…": "...", "’": "'", "–": "-", "—": "-", "×": "x", "·": "-", "“": '"', "”": '"', "°": " deg", "→": "->",
    "\xa0": " ", "\u202f": " ", "─": "-", "━": "-", "│": "|", **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼", "+"),
})  # fmt: skip

_QUOTED_MAX: Final = 60  # characters of what was typed
_NAME_MAX: Final = 200  # characters of a name or a pointer


def escape_controls(text: str) -> str:
    r"""Return the text for a terminal: what could move the cursor or hide is written as ``\x1b``.

    Lines stay, and so do the joiners inside emoji and Persian words, which are part of the word.
    """
    if text.isprintable():
        return text
    return "".join(_escape(character) for character in text)


def escape_line(text: str) -> str:
    r"""Return the text on one line of a terminal: a line break in it is written as ``\n``."""
    return text if text.isprintable() else escape_controls(text).replace("\n", "\\n")


def _escape(character: str) -> str:
    if character in f"\n\t{_JOINERS}" or character.isprintable():
        return character
    # Zs: exotic but harmless spaces; everything else unprintable is a control, a bidi override, a surrogate
    return character if unicodedata.category(character) == "Zs" else character.encode("unicode_escape").decode("ascii")


def escape_unprintable(text: str) -> str:
    """Return the text on one line, in a form that every encoding can write: what nobody can see as an escape."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def replace_unprintable(text: str) -> str:
    """Return the text with a mark for each sign that nobody can see; as long as before."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def cut(text: str, length: int) -> str:
    """Return at most so many characters of a text; an ellipsis ends what was cut."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def printable(text: str) -> str:
    """Return a name from outside on one line, shortened, in a form that every encoding can write."""
    return escape_unprintable(text[:_NAME_MAX]) + ("…" if len(text) > _NAME_MAX else "")


def quote(written: str) -> str:
    """Return what was typed, in quotes, shortened so that it fits into a sentence."""
    shown = replace_unprintable(written[:_QUOTED_MAX])
    return f'"{shown}…"' if len(written) > _QUOTED_MAX else f'"{shown}"'


def spell_ascii(text: str) -> str:
    """Return the text with our own signs as ASCII has them; those of others stay as they are."""
    return text.translate(_ASCII_WORDS)


def show_hidden(text: str) -> str:
    """Return the text with each control or direction sign written out as ``<RLO>`` or ``<U+001B>``.

    Line feeds stay, a tab becomes a space; joiners inside emoji and Persian words stay, for they are part of the word.
    """
    return re.sub(_HIDDEN, _name, text.replace("\r\n", "\n"))


def show_on_one_line(text: str) -> str:
    """Return the same with line breaks shown as a space: for labels, titles of boxes, addresses."""
    return " ".join(show_hidden(text).split())


def _name(found: re.Match[str]) -> str:
    sign = found[0]
    if sign == "\t":
        return " "
    return f"<{_NAMES.get(sign) or f'U+{ord(sign):04X}'}>"
