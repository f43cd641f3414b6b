"""Reads the digits of a phone number out of what people, address books, browsers and spreadsheets wrote.

Quotes, labels and separators are taken off; what is no number any more, or not one, is refused with its cause.
"""

import re
import unicodedata
from typing import ClassVar

from bothub_cli.errors import InputRefusedError
from bothub_cli.record import record

NUMBER_MAX = 64  # characters as written; a number has 15 digits
_DIGITS_MAX = 19  # +, or 00, a country's code, (0) and what E.164 allows
_ADDRESS_MAX = 256  # characters of a sip: address

_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # seen by nobody, although they are letters or marks
_QUOTES = "\"'`“”„‟‘’‚‛«»‹›‘′″"
_BEFORE = rf"^(?:[\s{_QUOTES}=:;,<\[{{\\]|[•▪▫‣◦●·*\-–—]\s)+"
_AFTER = rf"[\s{_QUOTES};,.:>\]}}\\]+$"
# signs that are no plus, or no sign of their own, where NFKC leaves them or makes something else of them
_SIGNS = str.maketrans({"➕": "+", "´": "'", "｀": "`"})
_ENCODED = (("(?i)%2b|&#43;|&#x2b;|&plus;", "+"), ("(?i)%20|&nbsp;|&#160;", " "))  # of a URL or a web page
_NAMED_ADDRESS = r"([^<>]*)<([^<>]*)>\s*(?:;[^<>]*)?"  # Ann <tel:+33…>, as mail and SIP (RFC 3261, 20.10) write it
_LABEL_WORDS = (
    "tel|tél|tfno|tlf|fon|phone|ph|telefon|telephone|téléphone|telefono|teléfono|telefone|mobile|mobil|mob|movil|móvil"
    "|portable|port|handy|handynummer|mobilnummer|rufnummer|telefonnummer|cell|cel|cellphone|cellulare|celular|gsm"
    "|msisdn|number|nummer|numero|numéro|número|num|nr|no|n°|contact|call|callto|sms|smsto|mms|mmsto|rcs|im|whatsapp"
    "|viber|signal|telegram|facetime|p|t|m"
)
# tel: (RFC 3966), sms: (RFC 5724), p: of lead forms, TEL;TYPE=CELL: of a vCard, and what people write in front
_LABEL = (
    rf"(?i)(?:(?:{_LABEL_WORDS})(?![^\W\d_])[\s._()/\-]*?(?:(?:de|du|of)\s+)?){{1,4}}"
    r"(?:\s*[.)]?\s*[:=]\s*(?://)?|[.)\s]+(?=[+(\d<])|(?=\+))|tel;[^:]*:"
)
_PARAMETERS = r"(?i)(?:;\s*[a-z][\w\-]*(?:=[^;]*)?)+$|\?.*$"
_TEXT_OF_SMSTO = r"(?s)(\+?[\d\s.()\-]{7,}):.*"  # SMSTO:+33…:Hello, as in QR codes
_CONTEXT = r"(?i);\s*phone-context=(\+[0-9.()\-]+)"

E164 = r"(?a)\+[1-9]\d{6,14}"
_SIP = r"(?i)sips?:\s*([^@\s<>\"]+)@[^\s<>\"]+"
_SIP_START = r"(?i)sips?:"
_BETWEEN = "./()_·‧・"  # beside spaces and dashes of every kind, what people put between the digits
_DOUBLED_PREFIX = r"^(?:00\+|\+00)(?=[1-9])"  # +0033…, 00+33…
_ANY_CARRIER = r"(?i)\(?0xx\)?"  # Brazil: (0xx11) stands for the 0 and whichever carrier one chooses

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


def read_digits(written: str, where: str | None) -> str:
    """Return the digits, after a plus where the number is international, or a sip: address without one as it is.

    Raises NumberRefusedError; ``where`` names the number's place in it.
    """
    text = unwrap(written)
    if re.match(_SIP_START, text):
        return _read_sip(text, where)
    text = re.sub(_ANY_CARRIER, "0", text)
    check_damage(text, where)
    digits = re.sub(_DOUBLED_PREFIX, "+", _keep_digits(text))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    _check_characters(digits, text, where)
    return digits


def unwrap(written: str) -> str:
    """Return what is left without quotes, brackets, labels, bullets, marks that nobody sees, and a URI's parameters."""
    text = written.translate(_SIGNS)
    if not text.isascii():
        text = "".join(each for each in unicodedata.normalize("NFKC", text) if not _is_invisible(each))
    for encoded, sign in _ENCODED if "%" in text or "&" in text else ():
        text = re.sub(encoded, sign, text)
    before = None
    while text != before:
        before, text = text, _take_off(text)
    return text


def _take_off(text: str) -> str:
    named = re.fullmatch(_NAMED_ADDRESS, text)
    if named is not None and sum(map(str.isdecimal, named[1])) <= 6:
        return named[2]
    text = re.sub(_BEFORE, "", text)
    if (label := re.match(_LABEL, text)) is not None:
        text = _without_parameters(text[label.end() :])
    return re.sub(_AFTER, "", text)


def _without_parameters(text: str) -> str:
    """Return the number of a tel: or sms: address; a local one says its country as phone-context (RFC 3966, 5.1.5)."""
    context = re.search(_CONTEXT, text)
    text = re.sub(_PARAMETERS, "", text)
    if (with_text := re.fullmatch(_TEXT_OF_SMSTO, text)) is not None:
        text = with_text[1]
    return f"{context[1]}{text}" if context is not None and not text.startswith("+") else text


def _is_invisible(character: str) -> bool:
    if character in _BLANKS or "\ufe00" <= character <= "\ufe0f":
        return True
    return unicodedata.category(character) == "Cf"


def _read_sip(text: str, where: str | None) -> str:
    """Return the global number in a sip: address (RFC 3261, 19.1.6), else the address."""
    found = re.fullmatch(_SIP, text) if len(text) <= _ADDRESS_MAX else None
    if found is None:
        raise NumberRefusedError(
            where=where, problem="is not a tel: or sip: address", fix="for example sip:+33…@example.com;user=phone"
        )
    user = found[1].partition(";")[0].partition(":")[0]
    user = f"+{user[3:]}" if user[:3].casefold() == "%2b" else user
    return read_digits(user, where) if user.startswith("+") else text


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


def _keep_digits(text: str) -> str:
    kept: list[str] = []
    for each in text:
        if each.isdecimal():
            kept.append(each if each.isascii() else str(int(each)))
        elif not (each.isspace() or each in _BETWEEN or unicodedata.category(each) == "Pd" or each == "\u2212"):
            kept.append(each)
    return "".join(kept)


def _check_characters(digits: str, text: str, where: str | None) -> None:
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
