"""Reads a JSON body as strictly as a careful platform does."""

import json
from typing import Any

from bothub_cli.protocol.json_body import refuse_constant
from bothub_cli.sandbox.answers import UNSUPPORTED_MEDIA_TYPE, RefusedCallError, gateway_answer, reason_answer
from bothub_cli.sandbox.bothub.call import Call

_decode = json.JSONDecoder(parse_constant=refuse_constant).decode  # made once: json.loads makes one for each body


def read_json_body(call: Call) -> dict[str, Any]:  # JSON from outside: any value
    """Return the body's JSON object.

    Raises RefusedCallError: 415 for another content type, 400 with 42008 for no body, 40005 for no JSON object.
    """
    if call.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusedCallError(gateway_answer(UNSUPPORTED_MEDIA_TYPE))
    if not call.body.strip():
        raise RefusedCallError(reason_answer(42008, "missing body", status=400))
    try:
        # Decoded here: json.loads would also take UTF-16 and UTF-32.
        document = _decode(call.body.decode())
    except (ValueError, RecursionError) as exc:
        raise RefusedCallError(reason_answer(40005, "malformed payload: not JSON", status=400)) from exc
    if not isinstance(document, dict):
        raise RefusedCallError(reason_answer(40005, "malformed payload: not a JSON object", status=400))
    return document
