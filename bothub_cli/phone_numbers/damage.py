"""Says why what stands in a cell is no phone number any more, or not one: what spreadsheets and people made of it."""

import re
from typing import ClassVar

from bothub_cli.errors import InputRefusedError
from bothub_cli.record import record

NUMBER_MAX = 64  # characters as written; a number has 15 digits
_DIGITS_MAX = 19  # +, or 00, a country's code, (0) and what E.164 allows
_TEXT_FIX = "export the column as text, with the plus in front"
_SOURCE_FIX = "take it from the source again, with the column formatted as text"
_ONE_FIX = "give each its own row in a list, or the option again on the command line"
_INTERNATIONAL_FIX = "write it like +33 6 … in international form"

_APART = (
    r"[,;/|&\\\r\n\t•]|:::|\s(?:or|and|ou|et|o|y|e|u|und|oder|en|of)\s|\s[\-–—]\s|(?<=\d)\s*(?=\+)"
    r"|(?<=\d)\s+(?=00[1-9])"
)
# what a cell says in place of a number -> why it is none, and what helps. The first that is true is told. Spaces that
# stand in it, of whatever width, are taken out before: sheets put them between the thousands.
_DAMAGES = (
    (
        r"\+?\d+(?:[.,]\d+)?(?:[eE]|[xX×*·]10\^?)[+\-]?\d{1,3}",
        "a spreadsheet rounded this phone number (as in 3.36E+10), and its last digits are lost",
        _SOURCE_FIX,
    ),
    (
        r"#[^\s\d]*\d?[^\s\d]*|#+|(?i:err(?:or)?:?\d{3})",
        "a spreadsheet's error stands in place of the phone number",
        _SOURCE_FIX,
    ),
    (
        r"[+\-]?(?:\d{6,}[.,]0+|\d{8,}[.,]\d{1,2}|\d{1,3}(?P<sep>[.,'’])\d{3}(?:(?P=sep)\d{3})*(?!(?P=sep))[.,]\d+)",
        "a spreadsheet or a program made a decimal number of this phone number (it ends in .0 or the like)",
        _TEXT_FIX,
    ),
    (
        r"[+\-]?\d{1,5}(?:[,'’]\d{1,5}){2,}",
        "a spreadsheet put commas between the thousands of this phone number",
        _TEXT_FIX,
    ),
    (
        r"-\d{7,}",
        "a minus is in front of this phone number: a spreadsheet computed with it",
        _TEXT_FIX,
    ),
    (
        r"(?:0?[1-9]|[12]\d|3[01])([./\-])(?:0?[1-9]|1[0-2])\1(?:19|20)\d\d|(?:19|20)\d\d([./\-])\d\d\2\d\d(?:T.*|\d\d:.*)?",
        "a date stands in place of the phone number",
        "is it another column? --map to=COLUMN says which one holds the number",
    ),
    (
        r"(?i)nan|none|null|nil|n\.?/?a\.?|undefined|inf(?:inity)?|true|false|unknown|[?\-–—_./]+",
        "there is no phone number: the cell is empty, as some program writes it",
        None,
    ),
    (
        r"\+?[\d.()\-]*\d[.()\-]*(?:[*•●xX#?…_]|\.\.\.){2,}[\d.()*•●xX#?\-]*",
        "some digits of this phone number are hidden (as in +33 6 ** ** ** 78)",
        _SOURCE_FIX,
    ),
    (
        r"(?i)\+?[\d.()/\-]{7,}(?:[,;#pwx]|;?ext\.?:?=?|extension|poste|apt|int\.?|dw|durchwahl)\d{1,6}",
        "an extension follows the phone number, and messages go to numbers alone",
        "leave the extension out",
    ),
)


@record(frozen=False, eq=False)
class NumberRefusedError(InputRefusedError):
    """What was written is no phone number that a message can go to; the text never holds the number."""

    code: ClassVar[str] = "input.number"


def check_damage(text: str, where: str | None) -> None:
    """Refuse what is no number, or not one, with its cause. Raises NumberRefusedError."""
    if not text:
        raise NumberRefusedError(where=where, problem="the phone number is empty")
    numbers = [each for each in re.split(_APART, text) if sum(map(str.isdecimal, each)) > 6]
    if len(numbers) > 1:
        count = "two" if len(numbers) == 2 else str(len(numbers))
        problem = f"{count} numbers: this looks like several phone numbers in one place"
        raise NumberRefusedError(where=where, problem=problem, fix=_ONE_FIX)
    if len(text) > NUMBER_MAX:
        raise NumberRefusedError(where=where, problem="is far too long for one phone number", fix="give one at a time")
    compact = "".join(text.split())
    for damage, problem, fix in _DAMAGES:
        if re.fullmatch(damage, compact):
            raise NumberRefusedError(where=where, problem=problem, fix=fix)


def check_characters(digits: str, text: str, where: str | None) -> None:
    """Refuse what holds more than a plus and digits, once what people put between them is gone."""
    rest = digits.removeprefix("+")
    if rest.isascii() and rest.isdigit():
        if len(rest) <= _DIGITS_MAX:
            return
        problem = f"{len(rest)} digits: this looks like several phone numbers in one place"
        raise NumberRefusedError(where=where, problem=problem, fix=_ONE_FIX)
    if any(each.isalpha() for each in rest):
        problem = "a phone number has no letters, and no extension"
    elif any(each in ",;|" for each in text):
        problem = "this looks like several phone numbers"
    else:
        problem = "a phone number has digits, spaces, dots, dashes and parentheses, and one plus in front"
    raise NumberRefusedError(where=where, problem=problem, fix=_INTERNATIONAL_FIX)
