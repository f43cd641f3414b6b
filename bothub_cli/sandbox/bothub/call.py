"""One API call as the handlers see it: no socket, no framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from bothub_cli.messages.media_types import bare_type
from bothub_cli.sandbox.answers import UNSUPPORTED_MEDIA_TYPE, RefusedCallError, gateway_answer, reason_answer
from bothub_cli.strict_json import parse_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The parts of a multipart body: its plain fields, and where the file part was put."""

    fields: Mapping[str, str]
    file_name: str | None = None
    content: Path | None = None
    size: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that was matched to an operation; header names are lower case, secrets are inside."""

    operation: str
    method: str
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    query_string: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)
    bot_id: str = ""
    target: str = ""  # the id after the collection: a message's or a file's
    upload: Upload | None = field(default=None, repr=False)

    def query(self) -> dict[str, list[str]]:
        """Return every query value by name.

        A '+' is a space, as a servlet reads it: every library's form encoder writes ``JWT+token`` where the API's
        example has ``JWT%20token``; and an unencoded ``+33…`` is as wrong here as on a real platform.
        """
        found: dict[str, list[str]] = {}
        for pair in self.query_string.split("&"):
            if pair:
                name, _, value = pair.partition("=")
                found.setdefault(unquote_plus(name), []).append(unquote_plus(value))
        return found


def read_json_body(call: Call) -> dict[str, Any]:  # JSON from outside: any value
    """Return the body's JSON object.

    Raises RefusedCallError: 415 for another content type, 400 with 42008 for no body, 40005 for no JSON object.
    """
    if bare_type(call.headers.get("content-type", "")) != "application/json":
        raise RefusedCallError(gateway_answer(UNSUPPORTED_MEDIA_TYPE))
    if not call.body.strip():
        raise RefusedCallError(reason_answer(42008, "missing body", status=400))
    try:
        # Decoded here: json.loads would also take UTF-16 and UTF-32.
        document = parse_json(call.body.decode())
    except ValueError as exc:
        raise RefusedCallError(reason_answer(40005, "malformed payload: not JSON", status=400)) from exc
    if not isinstance(document, dict):
        raise RefusedCallError(reason_answer(40005, "malformed payload: not a JSON object", status=400))
    return document
