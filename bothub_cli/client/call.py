"""Decides every step of a call, and does none: who drives it sends, waits and finds the tokens.

So the blocking client and the one of an event loop retry, renew and give up by the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any, Generic, TypeVar

from bothub_cli.errors import (
    BothubError,
    CredentialsRefusedError,
    NetworkError,
    OutcomeUnknownError,
    TemporaryError,
    TerminatedError,
    WaitInterruptedError,
    exit_code_after,
)
from bothub_cli.protocol.http import HttpRequest, HttpResponse
from bothub_cli.protocol.token_pair import TokenKind, TokenPair
from bothub_cli.record import record
from bothub_cli.redaction import MASK, Secret
from bothub_cli.transport.base import AnswerLostError
from bothub_cli.transport.retry import RetryPolicy, find_delay, find_max_wait, may_retry

_SECRET_MIN = 6  # characters; a shorter value would mask ordinary words
_NO_TOKENS = TokenPair(orange=Secret(""), gsma=Secret(""))

T = TypeVar("T")


@record
class RetryNotice:
    """The client is about to wait and try again."""

    operation: str
    """Completes "the request to …"."""
    seconds: float
    """How long it waits."""
    attempt: int
    """The number of the next attempt, from 2."""
    error: BothubError
    """Why the last one failed."""


@record(kw_only=False)
class Operation(Generic[T]):
    """One operation of the API: how its request is built, and how its answer is read."""

    build: Callable[[TokenPair], HttpRequest]
    read: Callable[[HttpResponse], T]
    needs_tokens: bool = True


class FindTokens:
    """A step: say which tokens are to be used; the answer is a TokenPair."""


@record
class RenewToken:
    """A step: replace a token that was refused, unless somebody has done so already."""

    kind: TokenKind
    failed: Secret


@record
class Send:
    """A step: send the request; the answer is the HttpResponse. AnswerLostError and NetworkError are thrown in."""

    request: HttpRequest


@record
class Wait:
    """A step: say the notice, and wait that long."""

    notice: RetryNotice


Step = FindTokens | RenewToken | Send | Wait
Steps = Generator[Step, Any, T]  # Any: what a step is answered with, a TokenPair or an HttpResponse


def call(
    operation: Operation[T], policy: RetryPolicy, *, chance: Callable[[], float], log_content: bool = False
) -> Steps[T]:
    """Yield the steps of a call and return its answer; once, unless nothing can have been accepted.

    Raises what the operation's answer stands for; WaitInterruptedError when an interruption is thrown into a wait and
    nothing can have been accepted.
    """
    waited, attempt = 0.0, 1
    renewed: set[TokenKind] = set()
    unknown: OutcomeUnknownError | None = None
    while True:
        try:
            return (yield from _exchange(operation, renewed, log_content=log_content))
        except (TemporaryError, OutcomeUnknownError) as error:
            unknown = error if isinstance(error, OutcomeUnknownError) else unknown
            delay = find_delay(policy, error, attempt=attempt, chance=chance())
            is_over = waited + delay > find_max_wait(error, policy)
            if is_over or not may_retry(error, policy, attempt=attempt):
                # A failure to connect now says nothing about the attempt whose outcome nobody knows.
                raise unknown or error from error.__cause__
            name = getattr(error, "operation", "reach the API")
            try:
                yield Wait(notice=RetryNotice(operation=name, seconds=delay, attempt=attempt + 1, error=error))
            except (KeyboardInterrupt, TerminatedError) as interruption:
                if unknown is not None:
                    raise
                raise WaitInterruptedError(exit_code_after(interruption)) from interruption
        waited, attempt = waited + delay, attempt + 1


def _exchange(operation: Operation[T], renewed: set[TokenKind], *, log_content: bool) -> Steps[T]:
    """Send once, and once more for each of the two tokens that turns out to be refused."""
    while True:
        tokens: TokenPair = (yield FindTokens()) if operation.needs_tokens else _NO_TOKENS
        request = operation.build(tokens)
        try:
            response: HttpResponse = yield from _send(request)
            with nullcontext() if log_content else _quotes_masked(request):
                return operation.read(_without_secrets(response, tokens))
        except CredentialsRefusedError as error:
            kind = error.subject
            if (kind != "orange_token" and kind != "gsma_token") or kind in renewed or not operation.needs_tokens:
                raise
            renewed.add(kind)
            yield RenewToken(kind=kind, failed=tokens.orange if kind == "orange_token" else tokens.gsma)


def _send(request: HttpRequest) -> Steps[HttpResponse]:
    try:
        response: HttpResponse = yield Send(request=request)
    except AnswerLostError as error:
        if request.replay_safe:
            raise NetworkError(host=request.host, stage=error.stage, detail=error.detail) from error
        raise OutcomeUnknownError(operation=request.operation, cause=error.detail) from error
    return response


@contextmanager
def _quotes_masked(request: HttpRequest) -> Iterator[None]:
    """Mask in an error that the block raises what the server has repeated of the request."""
    try:
        yield
    except BothubError as error:
        from bothub_cli.protocol.error_masking import mask_error_quotes  # only what fails pays for it

        mask_error_quotes(error, request)
        raise


def _without_secrets(response: HttpResponse, tokens: TokenPair) -> HttpResponse:
    """Mask our own tokens in an error's body, so that no message made of it can show them."""
    if response.is_success:
        return response
    body = response.body
    for secret in (tokens.orange.reveal(), tokens.gsma.reveal()):
        if len(secret) >= _SECRET_MIN:
            body = body.replace(secret.encode(), MASK.encode())
    return replace(response, body=body)
