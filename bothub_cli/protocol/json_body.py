"""Reads the JSON of an answer, whatever its bytes, and writes the JSON of a request."""

import json
from collections.abc import Mapping
from typing import NoReturn


def read_json(body: bytes) -> object:
    """Return the JSON value in a body, every text in it encodable as UTF-8.

    Raises ValueError for anything that is not JSON, however strange.
    """
    try:
        value = json.loads(body, parse_constant=refuse_constant)
        # "\ud800" alone is legal JSON and no text: printing it would fail, so it becomes "?".
        if b"\\ud" in body.lower():
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def read_json_object(body: bytes) -> Mapping[str, object] | None:
    """Return the JSON object in a body, or None when it holds something else."""
    try:
        value = read_json(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def write_json(document: Mapping[str, object]) -> bytes:
    """Write a request body as compact UTF-8 JSON. Raises ValueError for NaN, infinities and lone surrogates."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which Python reads and JSON does not have."""
    raise ValueError(f"{name} is not JSON")
