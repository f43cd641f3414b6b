"""What the sandbox answers, as values, in the dialects of Orange's gateway, of OAuth and of FNW.11."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache


class Transmission(StrEnum):
    """How an answer travels: whole, or broken in a way that networks know."""

    WHOLE = "whole"
    EARLY = "early"  # whole, before the request's body has come to its end
    NEVER = "never"  # the connection stays open and silent
    CUT = "cut"  # the connection breaks before the first byte
    TRUNCATED = "truncated"  # half of the body, then the connection breaks


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer; ``delay`` in seconds before its first byte."""

    status: int
    body: bytes = field(default=b"", repr=False)
    content_type: str | None = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    transmission: Transmission = Transmission.WHOLE
    delay: float = 0.0

    def sent_as(self, transmission: Transmission) -> "Answer":
        """Return the same answer, delivered in that transmission."""
        return replace(self, transmission=transmission)


class RefusedCallError(Exception):
    """The call ends here; ``answer`` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"HTTP {answer.status}")
        self.answer = answer


_encode = json.JSONEncoder(separators=(",", ":")).encode  # made once: json.dumps makes one for each answer


def json_answer(document: Mapping[str, object], *, status: int = 200) -> Answer:
    """Answer with a JSON document."""
    return Answer(status=status, body=_encode(document).encode())


def no_content() -> Answer:
    """Answer that it is done, without a body."""
    return Answer(status=204, content_type=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayFault:
    """A line of Orange's table of errors (Orange Developer, "APIs error handling")."""

    status: int
    code: int
    message: str
    description: str


INVALID_BODY = GatewayFault(
    status=400, code=22, message="Invalid body", description="The body of the request cannot be read."
)
MISSING_QUERY = GatewayFault(
    status=400, code=27, message="Missing query-string parameter", description="A mandatory parameter is missing."
)
INVALID_QUERY = GatewayFault(
    status=400, code=28, message="Invalid query-string parameter value", description="A parameter has a wrong value."
)
MISSING_CREDENTIALS = GatewayFault(
    status=401,
    code=40,
    message="Missing credentials",
    description="The requested service needs credentials, but none were provided.",
)
INVALID_CREDENTIALS = GatewayFault(
    status=401,
    code=41,
    message="Invalid credentials",
    description="The requested service needs credentials, but the ones provided were invalid.",
)
EXPIRED_CREDENTIALS = GatewayFault(
    status=401,
    code=42,
    message="Expired credentials",
    description="The requested service needs credentials, and the ones provided were out-of-date.",
)
ACCESS_DENIED = GatewayFault(
    status=403, code=50, message="Access denied", description="The application has no access to this bot."
)
UNKNOWN_HOST = GatewayFault(
    status=403,
    code=51,
    message="Forbidden requester",
    description="The Host header names no name of this sandbox; to add one: bothub sandbox start --host-name NAME.",
)
TOO_MANY_REQUESTS = GatewayFault(
    status=429, code=53, message="Too many requests", description="The application has made too many calls."
)
NOT_FOUND = GatewayFault(
    status=404, code=60, message="Resource not found", description="The requested URI does not exist."
)
METHOD_NOT_ALLOWED = GatewayFault(
    status=405, code=61, message="Method not allowed", description="This method is not available on this URI."
)
NOT_ACCEPTABLE = GatewayFault(
    status=406, code=62, message="Not acceptable", description="The Accept header leaves out application/json."
)
BODY_TOO_LARGE = GatewayFault(
    status=413, code=66, message="Request entity too large", description="The body is larger than the service reads."
)
UNSUPPORTED_MEDIA_TYPE = GatewayFault(
    status=415, code=68, message="Unsupported media type", description="The body's format is not supported here."
)
INTERNAL_ERROR = GatewayFault(
    status=500, code=1, message="Internal error", description="The service met an unexpected condition."
)
UNAVAILABLE = GatewayFault(
    status=503, code=5, message="The service is temporarily unavailable", description="Try again later."
)
GATEWAY_TIMEOUT = GatewayFault(
    status=504, code=6, message="Over capacity", description="The service did not answer the gateway in time."
)


@lru_cache(maxsize=128)  # a load test is refused alike again and again
def gateway_answer(fault: GatewayFault, *, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Answer as Orange's gateway does: code, message, description."""
    document = {"code": fault.code, "message": fault.message, "description": fault.description}
    return replace(json_answer(document, status=fault.status), headers=headers)


def oauth_error(error: str, description: str, *, status: int) -> Answer:
    """Answer as an OAuth 2.0 token endpoint does (RFC 6749 section 5.2)."""
    return json_answer({"error": error, "error_description": description}, status=status)


def reason_answer(code: int, text: str, *, status: int) -> Answer:
    """Answer as a FNW.11 platform does: reason, with a code of Samsung's published table."""
    return json_answer({"reason": {"code": code, "text": text}}, status=status)
