"""How a fault looks on the wire: the refusal instead of the answer, or the answer spoilt on its way."""

from dataclasses import replace

from bothub_cli.sandbox.answers import (
    EXPIRED_CREDENTIALS,
    GATEWAY_TIMEOUT,
    INTERNAL_ERROR,
    TOO_MANY_REQUESTS,
    UNAVAILABLE,
    Answer,
    Transmission,
    gateway_answer,
    reason_answer,
)
from bothub_cli.sandbox.bothub.call import Call
from bothub_cli.sandbox.state.faults import FaultKind, InjectedFault
from bothub_cli.sandbox.state.sandbox import Sandbox

_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n"
_PORTAL_PAGE = b"<!doctype html><html><body><h1>Welcome to the hotel network</h1></body></html>\n"
_NO_ANSWER = Answer(status=503, content_type=None)


def refuse_call(sandbox: Sandbox, call: Call, fault: InjectedFault) -> Answer:
    """Return the answer of a call that the fault kept from being carried out."""
    match fault.kind:
        case FaultKind.RATE_LIMITED:
            return gateway_answer(TOO_MANY_REQUESTS)
        case FaultKind.RATE_LIMITED_RETRY_AFTER:
            return gateway_answer(TOO_MANY_REQUESTS, headers=(("retry-after", f"{fault.delay:g}"),))
        case FaultKind.QUOTA:
            return gateway_answer(replace(TOO_MANY_REQUESTS, status=403))
        case FaultKind.ORANGE_TOKEN_EXPIRED:
            token = call.headers.get("authorization", "").partition(" ")[2]
            sandbox.orange_tokens.expire(token.strip(), sandbox.clock.now())
            return gateway_answer(EXPIRED_CREDENTIALS)
        case FaultKind.GSMA_TOKEN_EXPIRED:
            sandbox.gsma_tokens.expire(call.headers.get("accesstoken", ""), sandbox.clock.now())
            return reason_answer(40004, "expired access token", status=401)
        case FaultKind.SPAM:
            return reason_answer(42602, "the message looks like spam", status=400)
        case FaultKind.NOT_RCS:
            return reason_answer(41200, "not an RCS user", status=404)
        case FaultKind.UNAVAILABLE:
            return gateway_answer(UNAVAILABLE)
        case FaultKind.REDIRECT:
            return Answer(status=302, content_type=None, headers=(("location", "http://login.invalid/"),))
        case FaultKind.CUT_BEFORE:
            return _NO_ANSWER.sent_as(Transmission.CUT)
        case _:
            return gateway_answer(INTERNAL_ERROR)


def spoil(answer: Answer, fault: InjectedFault) -> Answer:
    """Return the answer of a call that was carried out, as the fault lets it through."""
    match fault.kind:
        case FaultKind.BAD_GATEWAY:
            return Answer(status=502, body=_PAGE, content_type="text/html")
        case FaultKind.GATEWAY_TIMEOUT:
            return gateway_answer(GATEWAY_TIMEOUT)
        case FaultKind.SLOW:
            return replace(answer, delay=fault.delay)
        case FaultKind.NEVER_ANSWERS:
            return answer.sent_as(Transmission.NEVER)
        case FaultKind.CUT:
            return answer.sent_as(Transmission.CUT)
        case FaultKind.TRUNCATED:
            return answer.sent_as(Transmission.TRUNCATED)
        case FaultKind.HTML:
            return Answer(status=200, body=_PORTAL_PAGE, content_type="text/html")
        case FaultKind.EMPTY:
            return Answer(status=answer.status, content_type=None)
        case _:
            return answer
