"""The addresses and headers that every call to BotHub shares (FNW.11; Orange, "Getting started", step 4)."""

from urllib.parse import quote

from bothub_cli.errors import InputRefusedError
from bothub_cli.protocol.token_pair import TokenPair

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
    if not segment.strip(".") or any(character.isspace() or not character.isprintable() for character in segment):
        raise InputRefusedError(problem=f"an ID in the address of a call is not usable: {segment[:40]!r}")
    return quote(segment, safe="", errors="replace")
