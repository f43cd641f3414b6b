"""Turns the number that a person wrote into what BotHub takes: E.164 with its plus, or a tel: or sip: address.

A clean number takes no library; ``phonenumbers`` is imported for national ones, and for doubtful ones.
E.164 (ITU-T): a plus, then at most 15 digits, the first of them not 0.
"""

import re
from typing import ClassVar

from bothub_cli.errors import InputRefusedError
from bothub_cli.record import record

NUMBER_MAX = 64  # characters as written; a number has 15 digits

# A country code followed by 0 is doubtful in countries where 0 is only dialled at home: +33 0612345678.
_TRUNK_ZERO = "(?:31|32|33|34|40|41|43|44|46|47|48|49)0"
_CLEAN = re.compile(rf"\+(?!{_TRUNK_ZERO})[1-9]\d{{6,14}}", re.ASCII)
# The others are compiled by the re module when a number that is not clean first needs them.
_ADDRESS = r"(?i)(?:tel:\+?[0-9().\-]+(?:;[\w.~%=+\-]+)*|sips?:[^\s<>\"]+@[^\s<>\"]+)"
_SCHEME = r"(?i)(?:tel|sips?):"
# What people, address books and web pages put between and around the digits; direction marks are invisible.
_BETWEEN = r"[\s.\-/()‐‑‒–—−\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
_SCIENTIFIC = r"\+?\d(?:[.,]\d+)?[eE]\+?\d{1,3}"
_DECIMAL = r"\+?\d{6,}[.,]0+"
_REGION = r"[A-Z]{2}"


@record(frozen=False, eq=False)
class NumberRefusedError(InputRefusedError):
    """What was written is no phone number that a message can go to; the text never holds the number."""

    code: ClassVar[str] = "input.number"


def normalise(number: str, *, region: str | None = None, where: str | None = None) -> str:
    """Return the number in E.164, or a tel: or sip: address as it is.

    ``region`` (two letters) is the country whose national numbers are understood; ``where`` names the number's place
    in the error: an option, a file's line. Raises NumberRefusedError.
    """
    if _CLEAN.fullmatch(number):
        return number
    text = number.strip()
    if re.match(_SCHEME, text):
        return _check_address(text, where)
    _check_damage(text, where)
    digits = "".join(str(int(each)) if each.isdecimal() else each for each in re.sub(_BETWEEN, "", text))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    _check_characters(digits, where)
    if _CLEAN.fullmatch(digits) and "(0" not in text:
        return digits
    if not digits.startswith("+") and region is None:
        raise _refuse_national(digits, where)
    return _parse(digits, original=text, region=_check_region(region, where), where=where)


def _check_address(text: str, where: str | None) -> str:
    if len(text) > 256 or not re.fullmatch(_ADDRESS, text):
        raise NumberRefusedError(where=where, problem="is not a tel: or sip: address", fix="for example tel:+33…")
    return text


def _check_damage(text: str, where: str | None) -> None:
    if not text:
        raise NumberRefusedError(where=where, problem="the phone number is empty")
    if len(text) > NUMBER_MAX:
        raise NumberRefusedError(where=where, problem="is far too long for one phone number", fix="give one at a time")
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


def _check_characters(digits: str, where: str | None) -> None:
    rest = digits.removeprefix("+")
    if rest.isascii() and rest.isdigit():
        return
    if any(each.isalpha() for each in rest):
        problem = "a phone number has no letters, and no extension"
    elif any(each in ",;|" for each in rest):
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


def _check_region(region: str | None, where: str | None) -> str | None:
    if region is None:
        return None
    from phonenumbers import SUPPORTED_REGIONS

    known = region.strip().upper()
    if not re.fullmatch(_REGION, known) or known not in SUPPORTED_REGIONS:
        raise NumberRefusedError(
            where=where,
            problem="the region of the phone number is not one that exists",
            fix="--region takes the two letters of a country (ISO 3166): FR, BE, GB (not UK), …",
        )
    return known


def _parse(digits: str, *, original: str, region: str | None, where: str | None) -> str:
    import phonenumbers
    from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

    try:
        parsed = phonenumbers.parse(original if digits.startswith("+") and original[0] == "+" else digits, region)
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
    if digits.startswith("+") or not _CLEAN.fullmatch(f"+{digits}"):
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
