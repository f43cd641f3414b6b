"""Which phone a ``messageContact`` means."""

import re

_E164 = re.compile(r"\+[1-9]\d{3,14}")  # ITU-T E.164: at most 15 digits


def phone_number(user_contact: str) -> str | None:
    """Return the E.164 number in a ``userContact`` (plain, ``tel:`` or ``sip:``); None when there is none."""
    text = user_contact.removeprefix("tel:").removeprefix("sip:").partition("@")[0].partition(";")[0]
    return text if _E164.fullmatch(text) else None
