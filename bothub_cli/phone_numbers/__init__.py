"""Whose number a text is: E.164 with its plus, however a person, a list, a message or a platform wrote it.

A number of a common shape takes no library; ``phonenumbers`` is imported for the others.
E.164 (ITU-T): a plus, then at most 15 digits, the first of them not 0.
"""

import re

from bothub_cli.phone_numbers.written import E164, NumberRefusedError, read_digits, unwrap

__all__ = [
    "NumberRefusedError", "find_country", "find_time_zones", "identify", "is_region", "normalise", "read_number",
]  # fmt: skip

# How mobile numbers begin, and France's and America's, with how many digits they have: no library is asked about these.
# North America, and the islands around Great Britain, share a prefix, so that their country is not known by it.
_SHARED = ""
_PLAIN = {
    start: (country, digits)
    for country, digits, starts in (
        ("FR", 11, [f"33{digit}" for digit in "123456789"]),
        ("BE", 11, ["324"]),
        ("ES", 11, ["346", "347"]),
        ("IT", 12, ["393"]),
        ("RO", 11, ["407"]),
        ("CH", 11, ["417"]),
        (_SHARED, 12, ["447"]),
        ("PL", 11, [f"48{digit}" for digit in "45678"]),
        ("DE", 13, [f"491{digit}" for digit in "567"]),
        ("MX", 12, [f"52{digit}" for digit in "23456789"]),
        ("BR", 13, [f"55{area}9" for area in range(10, 100)]),
        (_SHARED, 11, [f"1{digit}" for digit in "23456789"]),
        ("MA", 12, ["2126", "2127"]),
        ("SN", 12, ["2217"]),
        ("CI", 13, ["2250"]),
        ("CM", 12, ["2376"]),
    )
    for start in starts
}
_START_SIZES = (2, 3, 4, 5)  # digits


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
    if find_plain_country(number) is not None:
        return number
    digits = read_digits(number, where)
    if find_plain_country(digits) is not None or digits[0].isalpha():  # sip:
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


def find_plain_country(number: str) -> str | None:
    """Return the country of a number in E.164 that is of a common shape, "" where several share it; else None."""
    digits = number[1:]
    if number[:1] != "+" or not (digits.isascii() and digits.isdigit()):
        return None
    for size in _START_SIZES:
        if (found := _PLAIN.get(digits[:size])) is not None:
            country, count = found
            return country if len(digits) == count else None
    return None


def choose_region(own: object, general: str | None) -> str | None:
    """Return the country of a number in a list: what its own row says, else that of the whole list."""
    return own if isinstance(own, str) and own else general


def identify(contact: str) -> str:
    """Return the identity of a user as a platform or a stored list names them: E.164 where there is a number.

    What is no number, such as a chatId or a sip: address without one, is its own identity.
    """
    if find_plain_country(contact) is not None:
        return contact
    try:
        return normalise(contact)
    except NumberRefusedError:
        digits = unwrap(contact)
        return f"+{digits}" if re.fullmatch(E164, f"+{digits}") else contact.strip()


def find_country(number: str) -> str:
    """Return the country of a number in E.164 (two letters, ISO 3166), "001" for one of none, "" for no number."""
    if country := find_plain_country(number):
        return country
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
