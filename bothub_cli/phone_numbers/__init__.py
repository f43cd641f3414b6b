"""Whose number a text is: E.164 with its plus, however a person, a list, a message or a platform wrote it.

A number of a common shape takes no library; ``phonenumbers`` is imported for the others.
E.164 (ITU-T): a plus, then at most 15 digits, the first of them not 0.
"""

import re

from bothub_cli.phone_numbers.written import E164, NumberRefusedError, read_digits, unwrap

__all__ = [
    "NumberRefusedError", "find_country", "find_time_zones", "identify", "is_region", "normalise", "read_number",
]  # fmt: skip

# Mobile numbers, and France's and America's, whose length their country knows: no library is asked about these.
_PLAIN = re.compile(
    r"\+(?:(?:33[1-9]|324|34[67]|407|417|48[4-8]|55[1-9]\d9|212[67]|2217|2376)\d{8}"
    r"|(?:1[2-9]|393|447|491[567]|52[2-9]|2250)\d{9})",
    re.ASCII,
)
_PLAIN_COUNTRIES = {
    "+33": "FR", "+324": "BE", "+34": "ES", "+39": "IT", "+40": "RO", "+41": "CH", "+48": "PL", "+49": "DE",
    "+52": "MX", "+55": "BR", "+212": "MA", "+221": "SN", "+225": "CI", "+237": "CM",
}  # fmt: skip


def read_number(raw: object, *, region: str | None = None, where: str | None = None) -> str:
    """Return a cell's or a JSON member's number in E.164. Raises NumberRefusedError."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise NumberRefusedError(where=where, problem="there is no phone number")
    return normalise(str(raw), region=region, where=where)


def normalise(number: str, *, region: str | None = None, where: str | None = None) -> str:
    """Return the number in E.164, or a sip: address that holds none as it is.

    ``region`` (two letters) is the country whose national numbers are understood; ``where`` names the number's place
    in the error: an option, a file's line. Raises NumberRefusedError.
    """
    if _PLAIN.fullmatch(number):
        return number
    digits = read_digits(number, where)
    if _PLAIN.fullmatch(digits) or digits[0].isalpha():  # sip:
        return digits
    if not digits.startswith("+") and region is None:
        raise _refuse_national(digits, where)
    from bothub_cli.phone_numbers.countries import find_number  # loads phonenumbers

    return find_number(digits, region=region, where=where)


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


def choose_region(own: object, general: str | None) -> str | None:
    """Return the country of a number in a list: what its own row says, else that of the whole list."""
    return own if isinstance(own, str) and own else general


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
        return f"+{digits}" if re.fullmatch(E164, f"+{digits}") else contact.strip()


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


def is_region(text: str) -> bool:
    """Tell whether two capital letters name a country, or a territory, that has telephones."""
    from phonenumbers import SUPPORTED_REGIONS  # 25 ms that a plain number need not pay

    return text in SUPPORTED_REGIONS


def find_time_zones(number: str) -> tuple[str, ...]:
    """Return all time zones in which an E.164 number may be, such as Europe/Paris; none where nobody knows."""
    if not number.startswith("+"):  # a sip: address
        return ()
    from phonenumbers import parse  # 25 ms that a plain number need not pay
    from phonenumbers.timezone import time_zones_for_number  # its tables take a while: only where somebody asks

    return tuple(each for each in time_zones_for_number(parse(number)) if each != "Etc/Unknown")
