"""Turns an error answer into our own error: what happened, what helps, and which exit code it is."""

import re
from http import HTTPStatus

from bothub_cli.errors import (
    ApiRefusedError,
    BothubError,
    CredentialsRefusedError,
    CredentialsSubject,
    OutcomeUnknownError,
    OutsideTimeWindowError,
    RateLimitedError,
    ServiceUnavailableError,
    UnreadableAnswerError,
)
from bothub_cli.protocol.excerpt import to_excerpt
from bothub_cli.protocol.fault_bodies import ErrorAnswer as ErrorAnswer
from bothub_cli.protocol.fault_bodies import read_fault as read_fault
from bothub_cli.protocol.fault_codes import CodeDialect, FaultCode, advise_status, find_codes
from bothub_cli.protocol.http import HttpResponse
from bothub_cli.protocol.http import RequestPurpose as RequestPurpose
from bothub_cli.protocol.http import read_facts as read_facts
from bothub_cli.protocol.retry_after import asks_to_retry, read_retry_after
from bothub_cli.urls import find_host

BULK_WINDOW = "from 22:00 to 07:00 CET"  # Orange's BotHub FAQ, "capability check"

_ORANGE_TOKEN_CODES = frozenset({"40", "41", "42"})
_GSMA_TOKEN_CODES = frozenset({"40001", "40002", "40003", "40004"})
_THROTTLE_CODES = frozenset({"53", "41003", "42601", "RESOURCE_EXHAUSTED"})
_TIME_SLOT = re.compile(r"time\s?slot|\b10\s?PM\b", re.IGNORECASE)


def error_for(response: HttpResponse, operation: str, *, call: RequestPurpose = RequestPurpose.READ) -> BothubError:
    """Return the error that an answer without success stands for; ``operation`` completes "refused to …".

    After a call that changes something, 408, 500, 502 and 504 leave the outcome open: OutcomeUnknownError; so does a
    503 in which nobody says that nothing was accepted.
    """
    fault, status = read_fault(response), response.status
    if response.is_success:
        return unreadable_answer(response, operation, call=call)
    if 300 <= status < 400:
        return UnreadableAnswerError(operation=operation, reason=_say_redirect(response), http=read_facts(response))
    if status == 429 or (status < 500 and fault.code in _THROTTLE_CODES):
        return RateLimitedError(
            retry_after=read_retry_after(response.headers), reason=_say(fault, ""), http=read_facts(response)
        )
    if status == 405 and _TIME_SLOT.search(fault.sentence):
        return OutsideTimeWindowError(operation=operation, window=BULK_WINDOW, http=read_facts(response))
    if status == 408 or (status >= 500 and status not in {501, 505}):
        return _server_error(response, fault, operation, call)
    return _refused_credentials(response, fault, call) or _refused(response, fault, operation)


def unreadable_answer(
    response: HttpResponse, operation: str, *, call: RequestPurpose = RequestPurpose.READ
) -> BothubError:
    """Return the error for a success whose body is not the API's; its content is not quoted: it may hold a token."""
    what = describe_body(response)
    if call is RequestPurpose.CHANGE:
        cause = f"the answer ({response.status}) is {what} instead of BotHub's"
        return OutcomeUnknownError(operation=operation, cause=cause, http=read_facts(response))
    return UnreadableAnswerError(operation=operation, reason=f"it is {what}", http=read_facts(response))


def describe_body(response: HttpResponse) -> str:
    """Say what kind of body came, without quoting it."""
    match read_fault(response).dialect:
        case "empty":
            return "empty"
        case "html":
            return "an HTML page"
        case "text" if response.body.lstrip()[:1] in {b"{", b"["} and not response.body.rstrip().endswith((b"}", b"]")):
            return "JSON that breaks off"
        case "text" if response.body.lstrip()[:1] not in {b"{", b"["}:
            return "text that is no JSON"
        case _:
            return "JSON of another shape"


def _server_error(response: HttpResponse, fault: ErrorAnswer, operation: str, call: RequestPurpose) -> BothubError:
    reason = _say(fault, _phrase(response.status))
    if call is RequestPurpose.CHANGE and not _is_refused_untouched(response, fault):
        cause = f"the answer is {response.status}: {reason}"
        return OutcomeUnknownError(operation=operation, cause=cause, http=read_facts(response))
    retry_after = read_retry_after(response.headers)
    return ServiceUnavailableError(reason=reason, retry_after=retry_after, http=read_facts(response))


def _is_refused_untouched(response: HttpResponse, fault: ErrorAnswer) -> bool:
    """Tell whether a server error says that the request was turned away before anything came of it.

    A proxy answers a bare 503 also when the connection broke after the request had gone to the service behind it
    ("upstream connect error or disconnect/reset before headers", istio/istio#9906).
    """
    if response.status != HTTPStatus.SERVICE_UNAVAILABLE:
        return False
    if asks_to_retry(response.headers):
        return True
    entry = _explain(fault)
    is_enveloped = fault.dialect == "orange" and re.fullmatch(r"\d{1,2}", fault.code or "") is not None
    return is_enveloped or (fault.dialect == "fnw11" and entry is not None and entry.retryable)


def _refused_credentials(response: HttpResponse, fault: ErrorAnswer, call: RequestPurpose) -> BothubError | None:
    subject = _refused_subject(response.status, fault, call)
    if subject is None:
        return None
    return CredentialsRefusedError(
        subject=subject, reason=_say(fault, _phrase(response.status)), http=read_facts(response)
    )


def _refused_subject(status: int, fault: ErrorAnswer, call: RequestPurpose) -> CredentialsSubject | None:
    """Tell which of the credentials an answer is about; two tokens travel together, so a 401 alone does not say."""
    is_gateway = fault.dialect == "orange"
    if call is RequestPurpose.ORANGE_TOKEN:
        return "authorization header" if status in {401, 403} or fault.code == "invalid_client" else None
    if status == 401 and is_gateway and fault.code in _ORANGE_TOKEN_CODES:
        return "orange_token"
    if call is RequestPurpose.GSMA_TOKEN:
        return "assertion" if status == 401 or (status in {400, 403} and not is_gateway) else None
    if status == 401 or (status in {400, 403} and fault.dialect == "fnw11" and fault.code in _GSMA_TOKEN_CODES):
        return "gsma_token"
    return None


def _refused(response: HttpResponse, fault: ErrorAnswer, operation: str) -> BothubError:
    if fault.dialect == "html":
        page = f"an HTML page with status {response.status}" + (f", titled {fault.text!r}" if fault.text else "")
        return UnreadableAnswerError(operation=operation, reason=f"it is {page}", http=read_facts(response))
    entry = _explain(fault)
    return ApiRefusedError(
        operation=operation,
        reason=_say(fault, _phrase(response.status)),
        fault_code=fault.code,
        advice=entry.remedy if entry else advise_status(response.status),
        http=read_facts(response),
    )


def _explain(fault: ErrorAnswer) -> FaultCode | None:
    dialects: tuple[CodeDialect, ...] = ()
    match fault.dialect:
        case "orange" | "oauth" | "fnw11":
            dialects = (fault.dialect,)
        case "google":
            dialects = ("google", "dotgo")  # both put their codes into "error"
    entries = (entry for dialect in dialects if fault.code for entry in find_codes(fault.code, dialect=dialect))
    return next(entries, None)


def _say(fault: ErrorAnswer, otherwise: str) -> str:
    entry = _explain(fault)
    return fault.sentence or (entry.meaning if entry else "") or otherwise


def _phrase(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"status {status}"


def _say_redirect(response: HttpResponse) -> str:
    """Name where a redirect leads by its host alone: path and query may carry the assertion."""
    host = find_host(response.headers.get("Location", ""))
    return f"it is a redirect ({response.status})" + (f" to {to_excerpt(host, limit=100)}" if host else "")
