"""Finds what people would not want to see in a message: cells of programs that failed, marks of other tools, damage."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bothub_cli.campaign.template.filters import name_blank

EMPTY: Final = "empty"
ENTITY: Final = "HTML entity"
TAG: Final = "HTML tag"
NEW_LINE: Final = "\\n"
MOJIBAKE: Final = "mojibake"

_ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,30}|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_HTML = re.compile(
    r"</?(?:a|b|br|div|em|font|h[1-6]|hr|i|img|li|ol|p|span|strong|table|td|tr|u|ul)(?:\s[^<>]*)?/?>", re.I
)
# UTF-8 read as cp1252 or latin-1: Ã and Â before what the second byte becomes, â€ of quotes and dashes, ð of emoji;
# U+FFFD is what a decoder leaves of what it could not read.
_MOJIBAKE = re.compile(
    "[ÃÂ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|â€|â‚¬|ðŸ|\ufffd"
)
_BACKSLASH = re.compile(r"\\[nrt](?![A-Za-z])|\\n")

DAMAGE_FIXES = {
    ENTITY: "write the character itself: é for &eacute;",
    TAG: "phones show it as it stands: write plain text",
    NEW_LINE: "write a line break: in YAML in double quotes, or as a block of text (|)",
    MOJIBAKE: "the text was read in the wrong encoding before it was written here: export it again as UTF-8",
}


def name_doubts(cell: str) -> Iterator[str]:
    """Yield what is doubtful about a cell that people read: EMPTY, a program's word for nothing, or damage."""
    blank = name_blank(cell)
    if blank is not None:
        yield blank or EMPTY
    else:
        yield from name_damage(cell)


def name_damage(text: str) -> Iterator[str]:
    """Yield the kinds of damage that a text shows."""
    if "&" in text and _ENTITY.search(text):
        yield ENTITY
    if "<" in text and _HTML.search(text):
        yield TAG
    if "\\" in text and _BACKSLASH.search(text):
        yield NEW_LINE
    if not text.isascii() and _MOJIBAKE.search(text):
        yield MOJIBAKE


@dataclass(frozen=True, slots=True)
class ForeignTag:
    """A place for a name as another tool writes it; ``is_sure`` when nobody writes so for any other reason."""

    written: str
    column: str
    is_sure: bool


_SURE = re.compile(
    r"\*\|\s*([A-Za-z][\w: -]{0,40}?)\s*\|\*"  # Mailchimp
    r"|%%\s*([^\W\d][\w -]{0,40}?)\s*%%"  # Salesforce
    r"|%([^\W\d]\w*_\w+)%"
    r"|<<\s*([^\W\d][\w -]{0,40}?)\s*>>"  # Word
    r"|«\s*([^\W\d][\w -]{0,40}?)\s*»(?=\s*[,.!])"  # Word; French quotes hold words too, but seldom before a mark
    r"|[$#]\{\s*([^\W\d][\w. -]{0,40}?)\s*\}"
    r"|(?<![{$#])\{\s*([^\W\d][\w. -]{0,40}?)\s*\}(?!\})"
)
_LIKELY = re.compile(
    r"\[\s*([^\W\d][\w -]{0,40}?)\s*\](?!\()"
    r"|(?<!\w)%([^\W\d]\w{1,40})%(?!\w)"
    r"|(?<![\w$])\$([^\W\d]\w{1,40})"
    r"|(?<!\w)@([^\W\d]\w{1,40})@(?!\w)"
)


def find_foreign_tags(text: str) -> Iterator[ForeignTag]:
    """Yield the marks of other tools in a template's plain text."""
    sure: set[str] = set()
    for pattern, is_sure in ((_SURE, True), (_LIKELY, False)):
        for found in pattern.finditer(text):
            if found[0] in sure:
                continue
            if is_sure:
                sure.add(found[0])
            column = next(group for group in found.groups() if group is not None)
            yield ForeignTag(found[0], column, is_sure)
