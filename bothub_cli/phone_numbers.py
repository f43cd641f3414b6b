"""Whose number a text is: E.164 with its plus, however a person, a list, a message or a platform wrote it.

A number of a common shape takes no library; ``phonenumbers`` is imported for the others.
E.164 (ITU-T): a plus, then at most 15 digits, the first of them not 0.
"""

import re
import unicodedata
from typing import ClassVar

from bothub_cli.errors import InputRefusedError
from bothub_cli.record import record

NUMBER_MAX = 64  # characters as written; a number has 15 digits
_ADDRESS_MAX = 256  # characters of a sip: address

# Mobile numbers, and France's and America's, whose length their country knows: no library is asked about these.
_PLAIN = re.compile(
    r"\+(?:33[1-9]\d{8}|1[2-9]\d{9}|324\d{8}|34[67]\d{8}|393\d{9}|407\d{8}|417\d{8}|447\d{9}|48[4-8]\d{8}"
    r"|491[567]\d{9}|52[2-9]\d{9}|55[1-9]\d9\d{8}|212[67]\d{8}|2217\d{8}|2250\d{9}|2376\d{8})",
    re.ASCII,
)
_PLAIN_COUNTRIES = {
    "+33": "FR",
    "+324": "BE",
    "+34": "ES",
    "+39": "IT",
    "+40": "RO",
    "+41": "CH",
    "+48": "PL",
    "+49": "DE",
    "+52": "MX",
    "+55": "BR",
    "+212": "MA",
    "+221": "SN",
    "+225": "CI",
    "+237": "CM",
}
# The others are compiled by the re module when a number that is not plain first needs them.
_E164 = r"(?a)\+[1-9]\d{6,14}"
_SIP = r"(?i)sips?:\s*([^@\s<>\"]+)@[^\s<>\"]+"
_SIP_START = r"(?i)sips?:"
# tel: as in RFC 3966, p: as lead forms export it, and what address books and other tools put in front
_LABEL = r"(?i)(?:tel|p|phone|mobile|callto|whatsapp)\s*:\s*"
_CONTEXT = r"(?i);\s*phone-context=(\+[0-9.()\-]+)"
_BETWEEN = "./()"  # beside spaces and dashes of every kind, what people put between the digits
_BLANKS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"  # seen by nobody, although they are letters or marks
_SCIENTIFIC = r"\+?\d+(?:[.,]\d+)?[eE]\+?\d{1,3}"
_DECIMAL = r"\+?\d{6,}[.,]0+"
_THOUSANDS = r"\+?\d{1,3}(?:,\d{3}){2,}"
_SHEET_ERROR = r"#(?:[A-Z/0-9]+[!?]?|#+)"
_APART = r"[,;/|&\r\n]|:::|\s(?:or|and|ou|et)\s|(?<=\d)\s*(?=\+)"
_REGION = r"[A-Z]{2}"


@record(frozen=False, eq=False)
class NumberRefusedError(InputRefusedError):
    """What was written is no phone number that a message can go to; the text never holds the number."""

    code: ClassVar[str] = "input.number"


def normalise(number: str, *, region: str | None = None, where: str | None = None) -> str:
    """Return the number in E.164, or a sip: address that holds none as it is.

    ``region`` (two letters) is the country whose national numbers are understood; ``where`` names the number's place
    in the error: an option, a file's line. Raises NumberRefusedError.
    """
    if _PLAIN.fullmatch(number):
        return number
    text = _without_wrapping(number)
    if re.match(_SIP_START, text):
        return _read_sip(text, region, where)
    if (label := re.match(_LABEL, text)) is not None:
        text = _read_tel(text[label.end() :])
    _check_damage(text, where)
    digits = _keep_digits(text)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    _check_characters(digits, text, where)
    if _PLAIN.fullmatch(digits):
        return digits
    if not digits.startswith("+") and region is None:
        raise _refuse_national(digits, where)
    return _parse(digits, region=_check_region(region, where), where=where)


def identify(contact: str) -> str:
    """Return the identity of a user as a platform or a stored list names them: E.164 where there is a number.

    What is no number, such as a chatId or a sip: address without one, is its own identity.
    """
    if _PLAIN.fullmatch(contact):
        return contact
    try:
        return normalise(contact)
    except NumberRefusedError:
        label = re.match(_LABEL, contact.strip())
        digits = contact.strip()[label.end() if label else 0 :]
        return f"+{digits}" if re.fullmatch(_E164, f"+{digits}") else digits


def find_country(number: str) -> str:
    """Return the country of a number in E.164 (two letters, ISO 3166), "001" for one of none, "" for no number."""
    shared = number.startswith(("+1", "+44"))  # North America, and the islands around Great Britain
    if _PLAIN.fullmatch(number) and not shared:
        return next(country for prefix, country in _PLAIN_COUNTRIES.items() if number.startswith(prefix))
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def read_number(raw: object, *, region: str | None = None, where: str | None = None) -> str:
    """Return a cell's or a JSON member's number in E.164. Raises NumberRefusedError."""
    if isinstance(raw, str):
        return normalise(raw, region=region, where=where)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return normalise(str(raw), region=region, where=where)
    raise NumberRefusedError(where=where, problem="there is no phone number")


def _without_wrapping(number: str) -> str:
    """Take off what spreadsheets put around a text so that it stays one: '+33…, ="+33…", quotes."""
    text = number if number.isascii() else unicodedata.normalize("NFKC", number)
    text = "".join(each for each in text if not _is_invisible(each)) if not text.isascii() else text
    text = text.strip().removeprefix("=").strip()
    for quote in ('"', "'"):
        if len(text) > 1 and text[0] == text[-1] == quote:
            text = text[1:-1].strip()
    return text.removeprefix("'")


def _is_invisible(character: str) -> bool:
    if character in _BLANKS or "\ufe00" <= character <= "\ufe0f":
        return True
    return unicodedata.category(character) == "Cf"


def _read_sip(text: str, region: str | None, where: str | None) -> str:
    """Return the global number in a sip: address (RFC 3261, 19.1.6), else the address."""
    found = re.fullmatch(_SIP, text) if len(text) <= _ADDRESS_MAX else None
    if found is None:
        raise NumberRefusedError(
            where=where, problem="is not a tel: or sip: address", fix="for example sip:+33…@example.com;user=phone"
        )
    user = found[1].partition(";")[0].partition(":")[0]
    user = f"+{user[3:]}" if user[:3].casefold() == "%2b" else user
    return normalise(user, region=region, where=where) if user.startswith("+") else text


def _read_tel(text: str) -> str:
    """Return the number of a tel: address, its parameters apart; a local one says its country as phone-context."""
    context = re.search(_CONTEXT, text)
    number = text.partition(";")[0].strip()
    if context is not None and not number.startswith("+"):
        return f"{context[1]}{number}"
    return number or "+"


def _keep_digits(text: str) -> str:
    kept: list[str] = []
    for each in text:
        if each.isdecimal():
            kept.append(each if each.isascii() else str(int(each)))
        elif not (each.isspace() or each in _BETWEEN or unicodedata.category(each) == "Pd" or each == "\u2212"):
            kept.append(each)
    return "".join(kept)


def _check_damage(text: str, where: str | None) -> None:
    if not text:
        raise NumberRefusedError(where=where, problem="the phone number is empty")
    numbers = [each for each in re.split(_APART, text) if sum(map(str.isdecimal, each)) > 6]
    if re.fullmatch(_THOUSANDS, text):
        raise NumberRefusedError(
            where=where,
            problem="a spreadsheet put commas between the thousands of this phone number",
            fix="export the column as text, with the plus in front",
        )
    if len(numbers) > 1:
        count = "two" if len(numbers) == 2 else str(len(numbers))
        raise NumberRefusedError(
            where=where,
            problem=f"{count} numbers: this looks like several phone numbers in one place",
            fix="give each its own row in a list, or the option again on the command line",
        )
    if len(text) > NUMBER_MAX:
        raise NumberRefusedError(where=where, problem="is far too long for one phone number", fix="give one at a time")
    if re.fullmatch(_SHEET_ERROR, text):
        raise NumberRefusedError(
            where=where,
            problem="a spreadsheet's error stands in place of the phone number",
            fix="take it from the source again, with the column formatted as text",
        )
    if re.fullmatch(_SCIENTIFIC, text):
        raise NumberRefusedError(
            where=where,
            problem="a spreadsheet rounded this phone number (as in 3.36E+10), and its last digits are lost",
            fix="take it from the source again, with the column formatted as text",
        )
    if re.fullmatch(_DECIMAL, text):
        raise NumberRefusedError(
            where=where,
            problem="a spreadsheet or a program made a decimal number of this phone number (it ends in .0)",
            fix="export the column as text, with the plus in front",
        )


def _check_characters(digits: str, text: str, where: str | None) -> None:
    rest = digits.removeprefix("+")
    if rest.isascii() and rest.isdigit():
        return
    if any(each.isalpha() for each in rest):
        problem = "a phone number has no letters, and no extension"
    elif any(each in ",;|" for each in text):
        problem = "this looks like several phone numbers"
    else:
        problem = "a phone number has digits, spaces, dots, dashes and parentheses, and one plus in front"
    raise NumberRefusedError(where=where, problem=problem, fix="write it like +33 6 … in international form")


def _refuse_national(digits: str, where: str | None) -> NumberRefusedError:
    if len(digits) < 7:
        return NumberRefusedError(where=where, problem=f"the phone number is too short: {len(digits)} digits")
    if digits.startswith("0") or len(digits) < 10:
        return NumberRefusedError(
            where=where,
            problem="this is a national number, and its country is not known",
            fix="name the country: --region FR, or write it in international form: +33…",
        )
    return NumberRefusedError(
        where=where,
        problem="the phone number has no plus in front: it may have lost it, as spreadsheets do",
        fix="write it in international form: +33…; or, if it is a national number: --region FR",
    )


def is_region(text: str) -> bool:
    """Tell whether two capital letters name a country, or a territory, that has telephones."""
    from phonenumbers import SUPPORTED_REGIONS

    return re.fullmatch(_REGION, text) is not None and text in SUPPORTED_REGIONS


def _check_region(region: str | None, where: str | None) -> str | None:
    if region is None:
        return None
    known = region.strip().upper()
    if not is_region(known):
        raise NumberRefusedError(
            where=where,
            problem="the region of the phone number is not one that exists",
            fix="--region takes the two letters of a country (ISO 3166): FR, BE, GB (not UK), …",
        )
    return known


def _parse(digits: str, *, region: str | None, where: str | None) -> str:
    import phonenumbers
    from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

    try:
        parsed = phonenumbers.parse(digits, region)
    except NumberParseException as exc:
        raise _refuse_unreadable(exc.error_type, where) from exc
    match phonenumbers.is_possible_number_with_reason(parsed):
        case ValidationResult.IS_POSSIBLE:
            return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
        case ValidationResult.TOO_SHORT | ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            problem = "the phone number is too short for its country"
        case ValidationResult.TOO_LONG:
            problem = "the phone number is too long for its country"
        case ValidationResult.INVALID_COUNTRY_CODE:
            problem = "no country has this country code"
        case _:
            problem = "the phone number has a length that its country does not use"
    raise NumberRefusedError(where=where, problem=problem, fix=_suggest_plus(digits))


def _suggest_plus(digits: str) -> str | None:
    if digits.startswith("+") or not re.fullmatch(_E164, f"+{digits}"):
        return None
    return "if it begins with a country code, it has lost its plus: write +… in front"


def _refuse_unreadable(error_type: int, where: str | None) -> NumberRefusedError:
    from phonenumbers import NumberParseException

    problem = {
        NumberParseException.INVALID_COUNTRY_CODE: "no country has this country code",
        NumberParseException.TOO_SHORT_AFTER_IDD: "the phone number is too short",
        NumberParseException.TOO_SHORT_NSN: "the phone number is too short",
        NumberParseException.TOO_LONG: "the phone number is too long: E.164 has at most 15 digits",
    }.get(error_type, "this is not a phone number")
    return NumberRefusedError(where=where, problem=problem, fix="write it in international form: +33…")


def find_time_zones(number: str) -> tuple[str, ...]:
    """Return all time zones in which an E.164 number may be, such as Europe/Paris; none where nobody knows."""
    if not number.startswith("+"):  # a sip: address
        return ()
    from phonenumbers import parse
    from phonenumbers.timezone import time_zones_for_number  # its tables take a while: only where somebody asks

    return tuple(each for each in time_zones_for_number(parse(number)) if each != "Etc/Unknown")
