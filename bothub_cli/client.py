"""One method for each operation of the API, each sent once unless nothing can have been accepted."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from bothub_cli.clock import Clock
from bothub_cli.errors import (
    BothubError,
    CredentialsRefusedError,
    ExitCode,
    InputRefusedError,
    NetworkError,
    OutcomeUnknownError,
    TemporaryError,
    TerminatedError,
    WaitInterruptedError,
)
from bothub_cli.protocol import messaging
from bothub_cli.protocol.http import Call, FilePart, HttpRequest, HttpResponse
from bothub_cli.protocol.token_pair import TokenKind, TokenPair
from bothub_cli.record import record
from bothub_cli.redaction import MASK, Secret
from bothub_cli.transport.base import AnswerLostError, Transport
from bothub_cli.transport.retry import RetryPolicy as RetryPolicy
from bothub_cli.transport.retry import find_delay, find_patience, may_retry

if TYPE_CHECKING:  # whoever sends a message loads neither files nor capabilities
    from bothub_cli.protocol import capabilities, media

_SECRET_MIN = 6  # characters; a shorter value would mask ordinary words

T = TypeVar("T")


class TokenSource(Protocol):
    """Where the client finds its two tokens."""

    def pair(self) -> TokenPair:
        """Return both tokens, fresh as far as one can tell."""
        ...

    def renew(self, kind: TokenKind, failed: Secret) -> None:
        """Replace a token that was refused, unless another process has done so already."""
        ...


class SupportsPayload(Protocol):
    """A message that can write itself in the API's words."""

    def to_payload(self) -> dict[str, object]:
        """Return the full body: ``RCSMessage`` and ``messageContact``."""
        ...


@record
class RetryNotice:
    """The client is about to wait ``seconds`` and try again; ``attempt`` counts from 2."""

    operation: str
    seconds: float
    attempt: int
    error: BothubError


class BothubClient:
    """The API of one bot.

    Every method raises CredentialsRefusedError, TemporaryError, ApiRefusedError or InputRefusedError, and those that
    change something OutcomeUnknownError. Ctrl-C in a pause between attempts, when nothing can have been accepted, is
    WaitInterruptedError, a KeyboardInterrupt. ``base`` is "https://api.orange.com". ``chance`` gives numbers between
    0 and 1, ``on_retry`` hears of each wait before it begins.
    """

    def __init__(
        self,
        *,
        base: str,
        bot_id: str,
        transport: Transport,
        tokens: TokenSource,
        clock: Clock,
        retry: RetryPolicy | None = None,
        chance: Callable[[], float] = random.random,
        on_retry: Callable[[RetryNotice], None] | None = None,
    ) -> None:
        self._base = base
        self._bot_id = bot_id
        self._transport = transport
        self._tokens = tokens
        self._clock = clock
        self._retry = retry or RetryPolicy()
        self._chance = chance
        self._on_retry = on_retry

    def send(self, message: Mapping[str, object] | SupportsPayload) -> messaging.Accepted:
        """Send a message once; accepted means that BotHub took it, not that it reached the phone."""
        payload = message if isinstance(message, Mapping) else message.to_payload()
        return self._call(
            lambda tokens: messaging.build_send_request(
                self._base, bot_id=self._bot_id, tokens=tokens, payload=payload
            ),
            messaging.read_send_response,
        )

    def set_typing(self, message_contact: Mapping[str, object], *, active: bool) -> messaging.Accepted:
        """Show or hide "is typing" on a phone; ``message_contact`` as in the API: ``{"userContact": "+336…"}``."""
        return self._call(
            lambda tokens: messaging.build_typing_request(
                self._base, bot_id=self._bot_id, tokens=tokens, message_contact=message_contact, active=active
            ),
            lambda response: messaging.read_send_response(response, operation=messaging.SET_TYPING, call=Call.READ),
        )

    def message_status(self, msg_id: str) -> messaging.MessageStatus:
        """Ask where a message is."""
        return self._call(
            lambda tokens: messaging.build_status_request(
                self._base, bot_id=self._bot_id, tokens=tokens, msg_id=msg_id
            ),
            messaging.read_status_response,
        )

    def mark_read(self, msg_id: str) -> None:
        """Tell the user that the bot has read a message of theirs."""
        self._call(
            lambda tokens: messaging.build_mark_read_request(
                self._base, bot_id=self._bot_id, tokens=tokens, msg_id=msg_id
            ),
            lambda response: messaging.read_set_status_response(response, operation=messaging.MARK_READ),
        )

    def cancel(self, msg_id: str, *, status: str = messaging.CANCELLED) -> None:
        """Revoke a message that is not delivered yet; some platforms spell the status "canceled"."""
        self._call(
            lambda tokens: messaging.build_cancel_request(
                self._base, bot_id=self._bot_id, tokens=tokens, msg_id=msg_id, status=status
            ),
            lambda response: messaging.read_set_status_response(response, operation=messaging.CANCEL),
        )

    def upload_file(self, file: FilePart, *, until: datetime) -> "media.StoredFile":
        """Store a file on the platform; its stream must be seekable, as a fresh token may need a second attempt."""
        from bothub_cli.protocol import media

        if not file.stream.seekable():
            raise InputRefusedError(problem=f"{file.file_name} can be read only once", fix="save it to a file first")
        start = file.stream.tell()

        def build(tokens: TokenPair) -> HttpRequest:
            file.stream.seek(start)
            return media.build_upload_request(self._base, bot_id=self._bot_id, tokens=tokens, file=file, until=until)

        return self._call(build, lambda response: media.read_file_response(response, operation=media.UPLOAD))

    def link_file(self, file_url: str, *, file_type: str, until: datetime) -> "media.StoredFile":
        """Let the platform fetch and store a file from an address."""
        from bothub_cli.protocol import media

        return self._call(
            lambda tokens: media.build_link_request(
                self._base, bot_id=self._bot_id, tokens=tokens, file_url=file_url, file_type=file_type, until=until
            ),
            lambda response: media.read_file_response(response, operation=media.UPLOAD),
        )

    def show_file(self, file_id: str) -> "media.StoredFile":
        """Ask what became of a stored file."""
        from bothub_cli.protocol import media

        return self._call(
            lambda tokens: media.build_show_request(self._base, bot_id=self._bot_id, tokens=tokens, file_id=file_id),
            lambda response: media.read_file_response(response, operation=media.SHOW),
        )

    def delete_file(self, file_id: str) -> None:
        """Delete a stored file."""
        from bothub_cli.protocol import media

        self._call(
            lambda tokens: media.build_delete_request(self._base, bot_id=self._bot_id, tokens=tokens, file_id=file_id),
            media.read_delete_response,
        )

    def contact_capabilities(self, message_contact: Mapping[str, object]) -> "capabilities.ContactCapabilities":
        """Ask what one contact's phone can do; Orange limits this call strongly."""
        from bothub_cli.protocol import capabilities

        return self._call(
            lambda tokens: capabilities.build_contact_request(
                self._base, bot_id=self._bot_id, tokens=tokens, message_contact=message_contact
            ),
            capabilities.read_contact_response,
        )

    def start_bulk_capabilities(
        self, numbers: Sequence[str], *, shape: "capabilities.BulkShape | None" = None
    ) -> "capabilities.BulkStarted":
        """Have up to 10,000 numbers checked; taken at night only (OutsideTimeWindowError)."""
        from bothub_cli.protocol import capabilities

        return self._call(
            lambda tokens: capabilities.build_bulk_request(
                self._base,
                bot_id=self._bot_id,
                tokens=tokens,
                numbers=numbers,
                shape=shape or capabilities.BulkShape(),
            ),
            capabilities.read_bulk_started,
        )

    def bulk_capabilities(self) -> "capabilities.BulkResult":
        """Fetch the result of the bulk check, if it is there."""
        from bothub_cli.protocol import capabilities

        return self._call(
            lambda tokens: capabilities.build_bulk_result_request(self._base, bot_id=self._bot_id, tokens=tokens),
            capabilities.read_bulk_result,
        )

    def look_at_media(self, url: str) -> "media.MediaFacts":
        """Ask the host of a media URL for its type and size; none of our tokens goes there."""
        from bothub_cli.protocol import media

        return self._call(
            lambda _: media.build_media_head_request(url), media.read_media_head_response, needs_tokens=False
        )

    def _call(
        self, build: Callable[[TokenPair], HttpRequest], read: Callable[[HttpResponse], T], *, needs_tokens: bool = True
    ) -> T:
        waited, attempt = 0.0, 1
        renewed: set[TokenKind] = set()
        unknown: OutcomeUnknownError | None = None
        while True:
            try:
                return self._exchange(build, read, renewed, needs_tokens=needs_tokens)
            except (TemporaryError, OutcomeUnknownError) as error:
                unknown = error if isinstance(error, OutcomeUnknownError) else unknown
                delay = find_delay(self._retry, error, attempt=attempt, chance=self._chance())
                is_over = waited + delay > find_patience(error, self._retry)
                if is_over or not may_retry(error, self._retry, attempt=attempt):
                    # A failure to connect now says nothing about the attempt whose outcome nobody knows.
                    raise unknown or error from error.__cause__
                try:
                    self._wait(error, seconds=delay, attempt=attempt + 1)
                except (KeyboardInterrupt, TerminatedError) as interruption:
                    if unknown is not None:
                        raise
                    raise WaitInterruptedError(exit_code_of(interruption)) from interruption
            waited, attempt = waited + delay, attempt + 1

    def _exchange(
        self,
        build: Callable[[TokenPair], HttpRequest],
        read: Callable[[HttpResponse], T],
        renewed: set[TokenKind],
        *,
        needs_tokens: bool,
    ) -> T:
        """Send once, and once more for each of the two tokens that turns out to be refused."""
        while True:
            tokens = self._tokens.pair() if needs_tokens else _NO_TOKENS
            try:
                return read(_send(self._transport, build(tokens), tokens))
            except CredentialsRefusedError as error:
                kind = error.subject
                if (kind != "orange_token" and kind != "gsma_token") or kind in renewed or not needs_tokens:
                    raise
                renewed.add(kind)
                self._tokens.renew(kind, tokens.orange if kind == "orange_token" else tokens.gsma)

    def _wait(self, error: BothubError, *, seconds: float, attempt: int) -> None:
        if self._on_retry is not None:
            operation = getattr(error, "operation", "reach the API")
            self._on_retry(RetryNotice(operation=operation, seconds=seconds, attempt=attempt, error=error))
        self._clock.sleep(seconds)


def exit_code_of(interruption: KeyboardInterrupt | TerminatedError) -> ExitCode:
    """Return 128 + the signal."""
    return interruption.exit_code if isinstance(interruption, TerminatedError) else ExitCode.INTERRUPTED


_NO_TOKENS = TokenPair(orange=Secret(""), gsma=Secret(""))


def _send(transport: Transport, request: HttpRequest, tokens: TokenPair) -> HttpResponse:
    try:
        response = transport.send(request)
    except AnswerLostError as error:
        if request.replay_safe:
            raise NetworkError(host=request.host, stage=error.stage, detail=error.detail) from error
        raise OutcomeUnknownError(operation=request.operation, cause=error.detail) from error
    return _without_secrets(response, tokens)


def _without_secrets(response: HttpResponse, tokens: TokenPair) -> HttpResponse:
    """Mask our own tokens in an error's body, so that no message made of it can show them."""
    if response.is_success:
        return response
    body = response.body
    for secret in (tokens.orange.reveal(), tokens.gsma.reveal()):
        if len(secret) >= _SECRET_MIN:
            body = body.replace(secret.encode(), MASK.encode())
    return replace(response, body=body)
