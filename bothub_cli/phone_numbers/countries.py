"""Asks the numbering plans of all countries which number digits are; loads ``phonenumbers``, which takes 25 ms."""

import re

from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumber,
    PhoneNumberFormat,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    is_valid_number,
    national_significant_number,
    parse,
)

from bothub_cli.phone_numbers.written import E164, NumberRefusedError

_MEXICAN_MOBILE = r"(?:1|01|04[45])(\d{10})"  # dialled before mobile numbers until 2019 (IFT); WhatsApp still has the 1
_MEXICO = 52


def find_number(digits: str, *, region: str | None, where: str | None) -> str:
    """Return the number in E.164; national ones are those of ``region``. Raises NumberRefusedError."""
    try:
        parsed = parse(digits, _check_region(region, where))
    except NumberParseException as exc:
        raise _refuse_unreadable(exc.error_type, where) from exc
    national = national_significant_number(parsed)
    if parsed.country_code == _MEXICO and (dialled := re.fullmatch(_MEXICAN_MOBILE, national)):
        parsed = parse(f"+{_MEXICO}{dialled[1]}")
    if _has_lost_zero(parsed):
        raise NumberRefusedError(
            where=where,
            problem="the 0 is missing with which numbers of this country begin: a spreadsheet may have taken it",
            fix=f"write it like +{parsed.country_code} 0…; and export the column as text",
        )
    match is_possible_number_with_reason(parsed):
        case ValidationResult.IS_POSSIBLE:
            return format_number(parsed, PhoneNumberFormat.E164)
        case ValidationResult.TOO_SHORT | ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            problem = "the phone number is too short for its country"
        case ValidationResult.TOO_LONG:
            problem = "the phone number is too long for its country"
        case ValidationResult.INVALID_COUNTRY_CODE:
            problem = "no country has this country code"
        case _:
            problem = "the phone number has a length that its country does not use"
    raise NumberRefusedError(where=where, problem=problem, fix=_suggest_plus(digits))


def _check_region(region: str | None, where: str | None) -> str | None:
    if region is None:
        return None
    known = region.strip().upper()
    if known not in SUPPORTED_REGIONS:
        raise NumberRefusedError(
            where=where,
            problem="the region of the phone number is not one that exists",
            fix="--region takes the two letters of a country (ISO 3166): FR, BE, GB (not UK), …",
        )
    return known


def _has_lost_zero(parsed: PhoneNumber) -> bool:
    """Tell whether a number is one of its country only with a 0 that belongs to it, as Italy's landlines have."""
    with_zero = PhoneNumber(
        country_code=parsed.country_code, national_number=parsed.national_number, italian_leading_zero=True
    )
    return not is_valid_number(parsed) and is_valid_number(with_zero)


def _suggest_plus(digits: str) -> str | None:
    if digits.startswith("+") or not re.fullmatch(E164, f"+{digits}"):
        return None
    return "if it begins with a country code, it has lost its plus: write +… in front"


def _refuse_unreadable(error_type: int, where: str | None) -> NumberRefusedError:
    problem = {
        NumberParseException.INVALID_COUNTRY_CODE: "no country has this country code",
        NumberParseException.TOO_SHORT_AFTER_IDD: "the phone number is too short",
        NumberParseException.TOO_SHORT_NSN: "the phone number is too short",
        NumberParseException.TOO_LONG: "the phone number is too long: E.164 has at most 15 digits",
    }.get(error_type, "this is not a phone number")
    return NumberRefusedError(where=where, problem=problem, fix="write it in international form: +33…")
