"""The addresses and headers that every call to BotHub shares (FNW.11; Orange, "Getting started", step 4)."""

import json
from collections.abc import Mapping
from urllib.parse import quote

from bothub_cli.errors import InputRefusedError
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.strict_json import parse_json

CAPABILITY_BULK_VERSION = "v2"  # Orange's BotHub FAQ; everything else is v1


def bot_url(base: str, bot_id: str, *segments: str, version: str = "v1") -> str:
    """Return the address of something that belongs to a bot; each segment is encoded whole ("@" and "/" too).

    Raises InputRefusedError for an empty segment, or one of dots alone: either would lead elsewhere.
    """
    path = "/".join(_encode(segment) for segment in (bot_id, *segments))
    return f"{base.rstrip('/')}/bothub/v1/bot/{version}/{path}"


def token_headers(tokens: TokenPair) -> tuple[tuple[str, str], ...]:
    """Return the two tokens' headers: BotHub's raw, the gateway's as Bearer."""
    return (
        ("accept", "application/json"),
        ("AccessToken", tokens.gsma.reveal()),
        ("Authorization", f"Bearer {tokens.orange.reveal()}"),
    )


def json_headers(tokens: TokenPair) -> tuple[tuple[str, str], ...]:
    """Return the headers of a call with a JSON body, in the order of Orange's example."""
    accept, access_token, authorization = token_headers(tokens)
    return (accept, ("Content-Type", "application/json"), access_token, authorization)


def _encode(segment: str) -> str:
    if not isinstance(segment, str):  # a program's own mistake: the msgId of an answer without one is None
        raise InputRefusedError(problem=f"an ID in the address of a call is a str, not {type(segment).__name__}")
    if not segment.strip(".") or any(character.isspace() or not character.isprintable() for character in segment):
        raise InputRefusedError(problem=f"an ID in the address of a call is not usable: {segment[:40]!r}")
    return quote(segment, safe="", errors="replace")


def read_json_value(body: bytes) -> object:
    """Return the JSON value in a body, every text in it encodable as UTF-8.

    Raises ValueError for anything that is not JSON, however strange.
    """
    try:
        value: object = parse_json(body.decode(json.detect_encoding(body), "surrogatepass"))
        # "\ud800" alone is legal JSON and no text: printing it would fail, so it becomes "?".
        if b"\\ud" in body.lower():
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return value


def read_json_object(body: bytes) -> Mapping[str, object] | None:
    """Return the JSON object in a body, or None when it holds something else."""
    try:
        value = read_json_value(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def write_json(document: Mapping[str, object]) -> bytes:
    """Write a request body as compact UTF-8 JSON. Raises ValueError for NaN, infinities and lone surrogates."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
