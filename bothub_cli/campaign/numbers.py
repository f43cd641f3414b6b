"""Recipients' numbers as E.164: the clean ones at once, the others mended or named for what they are."""

import re
from collections.abc import Callable
from dataclasses import dataclass

ParseNational = Callable[[str], str | None]
"""Turns a number in its country's own writing into E.164; None when it is no number there."""

_CLEAN = re.compile(r"\+[1-9][0-9]{6,14}")  # ITU-T E.164: at most 15 digits
_DECORATION = dict.fromkeys(map(ord, " \t\u00a0\u202f\u2009.-–/()"))
_SPREADSHEET_EXPONENT = re.compile(r"\+?[0-9]([.,][0-9]+)?[eE]\+?[0-9]+")
_LOST_ZERO = re.compile(r"[1-9][0-9]{8}")  # nine digits: a French number without its 0
_LOST_PLUS = re.compile(r"[1-9][0-9]{9,14}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberProblem:
    """Why something is no number that a message can go to; ``kind`` is a stable word."""

    kind: str
    problem: str
    fix: str | None = None


def normalise_number(raw: object, *, parse_national: ParseNational | None = None) -> str | NumberProblem:
    """Return the number in E.164, or what is wrong with it."""
    if isinstance(raw, str) and _CLEAN.fullmatch(raw):
        return raw
    if raw is None or isinstance(raw, bool) or not isinstance(raw, str | int | float):
        return NumberProblem(kind="number.missing", problem="there is no number")
    text = str(raw).strip().removeprefix("'")
    bare = text.removeprefix("tel:").translate(_DECORATION)
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    if _CLEAN.fullmatch(bare) and "(0)" not in text:
        return bare
    if parse_national is not None and (national := parse_national(text)) is not None:
        return national
    return _name_damage(text, bare)


def _name_damage(text: str, bare: str) -> NumberProblem:
    as_text = "format the column as text before you type or import, then export again"
    if not text:
        return NumberProblem(kind="number.missing", problem="there is no number")
    if _SPREADSHEET_EXPONENT.fullmatch(text.replace(" ", "")):
        return NumberProblem(
            kind="number.spreadsheet-exponent",
            problem="a spreadsheet rounded the number (like 3.36E+10): its last digits are lost",
            fix=as_text,
        )
    if re.fullmatch(r"[0-9]+\.0", text):
        return NumberProblem(
            kind="number.spreadsheet-decimal", problem="a spreadsheet made a decimal of it", fix=as_text
        )
    if _LOST_ZERO.fullmatch(bare):
        return NumberProblem(
            kind="number.lost-zero", problem="nine digits: a spreadsheet took the leading 0", fix=as_text
        )
    if _LOST_PLUS.fullmatch(bare):
        return NumberProblem(kind="number.lost-plus", problem="it has no +, as if a spreadsheet took it", fix=as_text)
    if bare.startswith("0") and bare.isdigit():
        return NumberProblem(
            kind="number.national", problem="a national number, and no country is given", fix="--region FR"
        )
    return NumberProblem(kind="number.invalid", problem="it is no phone number", fix="write it like +33612345678")
