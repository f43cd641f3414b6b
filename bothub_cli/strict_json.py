"""JSON as RFC 8259 has it: what Python alone would let through is refused, wherever it comes from.

Python reads NaN, Infinity, 1e999 (as infinity) and an object that names a member twice (the last one counts).
"""

import json
import math
from collections.abc import Callable
from typing import Any, NoReturn


class ForbiddenJsonError(ValueError):
    """A text that Python would read, and that is no JSON, or that two readers understand differently."""


def make_decoder(*, parse_int: Callable[[str], int] | None = None) -> Callable[[str], Any]:  # Any: whatever was written
    """Return a function that reads one JSON text. It raises ValueError; RecursionError for one too deep."""
    decoder = json.JSONDecoder(
        object_pairs_hook=_read_object, parse_int=parse_int, parse_float=_read_float, parse_constant=_read_constant
    )
    return decoder.decode


def _read_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]  # add returns None, which is what is wanted
        raise ForbiddenJsonError(f"the member {twice[:40]!r} stands twice in one object")
    return members


def _read_float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ForbiddenJsonError(f"the number {digits[:20]} is out of range")
    return number


def _read_constant(name: str) -> NoReturn:
    raise ForbiddenJsonError(f"{name} is not JSON")


_decode = make_decoder()  # made once: json.loads makes one for each text


def parse_json(text: str) -> Any:  # Any: whatever was written
    """Return the value of a JSON text. Raises ValueError for anything that is not JSON, however strange."""
    try:
        return _decode(text)
    except RecursionError as error:
        raise ForbiddenJsonError("nested too deeply") from error
