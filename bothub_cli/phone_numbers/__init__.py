"""Whose number a text is: E.164 with its plus, however a person, a list, a message or a platform wrote it.

A number of a common shape takes no library; ``phonenumbers`` is imported for the others.
E.164 (ITU-T): a plus, then at most 15 digits, the first of them not 0.
"""

import re
import unicodedata
from typing import TYPE_CHECKING

from bothub_cli.phone_numbers.damage import NUMBER_MAX, NumberRefusedError, check_characters, check_damage
from bothub_cli.phone_numbers.written import unwrap

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

__all__ = [
    "NUMBER_MAX",
    "NumberRefusedError",
    "find_country",
    "find_time_zones",
    "identify",
    "is_region",
    "normalise",
    "read_number",
]

_ADDRESS_MAX = 256  # characters of a sip: address

# Mobile numbers, and France's and America's, whose length their country knows: no library is asked about these.
_PLAIN = re.compile(
    r"\+(?:(?:33[1-9]|324|34[67]|407|417|48[4-8]|55[1-9]\d9|212[67]|2217|2376)\d{8}"
    r"|(?:1[2-9]|393|447|491[567]|52[2-9]|2250)\d{9})",
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
_BETWEEN = "./()_·‧・"  # beside spaces and dashes of every kind, what people put between the digits
_DOUBLED_PREFIX = r"^(?:00\+|\+00)(?=[1-9])"  # +0033…, 00+33…
_ANY_CARRIER = r"(?i)\(?0xx\)?"  # Brazil: (0xx11) stands for the 0 and whichever carrier one chooses
_MEXICAN_MOBILE = r"(?:1|01|04[45])(\d{10})"  # dialled before mobile numbers until 2019 (IFT); WhatsApp still has the 1
_MEXICO = 52
_REGION = r"[A-Z]{2}"


def normalise(number: str, *, region: str | None = None, where: str | None = None) -> str:
    """Return the number in E.164, or a sip: address that holds none as it is.

    ``region`` (two letters) is the country whose national numbers are understood; ``where`` names the number's place
    in the error: an option, a file's line. Raises NumberRefusedError.
    """
    if _PLAIN.fullmatch(number):
        return number
    text = unwrap(number)
    if re.match(_SIP_START, text):
        return _read_sip(text, region, where)
    text = re.sub(_ANY_CARRIER, "0", text)
    check_damage(text, where)
    digits = re.sub(_DOUBLED_PREFIX, "+", _keep_digits(text))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    check_characters(digits, text, where)
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
        digits = unwrap(contact)
        return f"+{digits}" if re.fullmatch(_E164, f"+{digits}") else contact.strip()


def find_country(number: str) -> str:
    """Return the country of a number in E.164 (two letters, ISO 3166), "001" for one of none, "" for no number."""
    shared = number.startswith(("+1", "+44"))  # North America, and the islands around Great Britain
    if _PLAIN.fullmatch(number) and not shared:
        return next(country for prefix, country in _PLAIN_COUNTRIES.items() if number.startswith(prefix))
    import phonenumbers  # 25 ms that a plain number need not pay

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


def _keep_digits(text: str) -> str:
    kept: list[str] = []
    for each in text:
        if each.isdecimal():
            kept.append(each if each.isascii() else str(int(each)))
        elif not (each.isspace() or each in _BETWEEN or unicodedata.category(each) == "Pd" or each == "\u2212"):
            kept.append(each)
    return "".join(kept)


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
    from phonenumbers import SUPPORTED_REGIONS  # 25 ms that a plain number need not pay

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
    import phonenumbers  # 25 ms that a plain number need not pay
    from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult  # as above

    try:
        parsed = phonenumbers.parse(digits, region)
    except NumberParseException as exc:
        raise _refuse_unreadable(exc.error_type, where) from exc
    if parsed.country_code == _MEXICO and (dialled := re.fullmatch(_MEXICAN_MOBILE, _national(parsed))) is not None:
        parsed = phonenumbers.parse(f"+{_MEXICO}{dialled[1]}")
    if _has_lost_zero(parsed):
        raise NumberRefusedError(
            where=where,
            problem="the 0 is missing with which numbers of this country begin: a spreadsheet may have taken it",
            fix=f"write it like +{parsed.country_code} 0…; and export the column as text",
        )
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


def _national(parsed: "PhoneNumber") -> str:
    from phonenumbers import national_significant_number  # 25 ms that a plain number need not pay

    return national_significant_number(parsed)


def _has_lost_zero(parsed: "PhoneNumber") -> bool:
    """Tell whether a number is one of its country only with a 0 that belongs to it, as Italy's landlines have."""
    from phonenumbers import PhoneNumber, is_valid_number  # 25 ms that a plain number need not pay

    with_zero = PhoneNumber(
        country_code=parsed.country_code, national_number=parsed.national_number, italian_leading_zero=True
    )
    return not is_valid_number(parsed) and is_valid_number(with_zero)


def _suggest_plus(digits: str) -> str | None:
    if digits.startswith("+") or not re.fullmatch(_E164, f"+{digits}"):
        return None
    return "if it begins with a country code, it has lost its plus: write +… in front"


def _refuse_unreadable(error_type: int, where: str | None) -> NumberRefusedError:
    from phonenumbers import NumberParseException  # 25 ms that a plain number need not pay

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
    from phonenumbers import parse  # 25 ms that a plain number need not pay
    from phonenumbers.timezone import time_zones_for_number  # its tables take a while: only where somebody asks

    return tuple(each for each in time_zones_for_number(parse(number)) if each != "Etc/Unknown")
