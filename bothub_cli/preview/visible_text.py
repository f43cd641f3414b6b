"""Makes a text from outside harmless to look at: controls and direction marks become visible signs."""

import re
from typing import Final

# Directional formatting (UAX #9) can make a text read other than it is sent; zero-width signs hide in it.
_NAMES: Final = {
    "\u200b": "ZWSP",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u061c": "ALM",
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
    "\u00ad": "SHY",
    "\ufffe": "FFFE",
    "\uffff": "FFFF",
}
_HIDDEN: Final = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff{''.join(_NAMES)}]")


def show_hidden(text: str) -> str:
    """Return the text with each control or direction sign written out as ``<RLO>`` or ``<U+001B>``.

    Line feeds stay, a tab becomes a space; joiners inside emoji and Persian words stay, for they are part of the word.
    """
    return _HIDDEN.sub(_name, text.replace("\r\n", "\n"))


def show_on_one_line(text: str) -> str:
    """Return the same with line breaks shown as a space: for labels, titles of boxes, addresses."""
    return " ".join(show_hidden(text).split())


def _name(found: re.Match[str]) -> str:
    sign = found[0]
    if sign == "\t":
        return " "
    return f"<{_NAMES.get(sign) or f'U+{ord(sign):04X}'}>"
