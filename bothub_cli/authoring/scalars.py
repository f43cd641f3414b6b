"""Which texts and numbers every JSON reader takes exactly as they were written."""

import math

from bothub_cli.authoring.limits import MAX_INTEGER


def has_lone_surrogate(text: str) -> bool:
    """Tell whether a text holds half a surrogate pair, which UTF-8 cannot write."""
    return any("\ud800" <= char <= "\udfff" for char in text)


def is_exact(number: str) -> bool:
    """Tell whether every JSON reader keeps this number: integers up to 2^53 - 1, finite floats."""
    if number.lstrip("-").isdecimal():
        return len(number) < 18 and abs(int(number)) <= MAX_INTEGER
    return math.isfinite(float(number))
