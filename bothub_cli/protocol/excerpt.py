"""Makes a stranger's text fit to be shown: short, on one line, without control characters, secrets or numbers."""

import re

from bothub_cli.display_text import cut, replace_unprintable
from bothub_cli.redaction import Redactor, mask_number

EXCERPT_MAX = 300  # characters: three lines of a terminal
_WORKING_MAX = 8_000  # characters looked at, so that a huge body costs nothing
_E164 = re.compile(r"(?:\+|%2[Bb])\d{7,15}")
_SPACES = re.compile(r"\s+")


def to_excerpt(text: str, *, limit: int = EXCERPT_MAX) -> str:
    """Return at most ``limit`` characters of the text, safe for a terminal and a log."""
    # Spaces first: line ends and tabs part words, and are not among what is marked as invisible.
    line = replace_unprintable(_SPACES.sub(" ", text[:_WORKING_MAX])).strip()
    line = _E164.sub(lambda found: mask_number(found[0].replace("%2B", "+").replace("%2b", "+")), line)
    return cut(Redactor().redact(line), limit)
