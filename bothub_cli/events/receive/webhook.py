"""The webhook itself: takes what the platform posts, and answers 200 only when it is on the disk."""

import asyncio
import hmac
import json
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bothub_cli.clock import Clock
from bothub_cli.errors import BothubError
from bothub_cli.events.receive.group_commit import GroupCommit
from bothub_cli.events.store.event_records import DeadLetter, ReceivedEvent
from bothub_cli.events.store.write import EventStore
from bothub_cli.messages.event.body import NotAnEventError, read_payload
from bothub_cli.messages.event.read import read_event
from bothub_cli.redaction import Secret
from bothub_cli.serving.limits import OnRefusal, Refusal, tell_nobody

DEFAULT_PATH: Final = "/webhook"
HEALTH_PATH: Final = "/healthz"
BODY_MAX: Final = 1024 * 1024  # bytes; a whole message is 250 kB at most (GSMA RCC.07)
RETRY_AFTER: Final = "5"  # seconds, when the store refuses to write


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Where the webhook answers, whom it believes, and what it puts up with."""

    profile: str
    path: str = DEFAULT_PATH
    token: Secret | None = None
    body_max: int = BODY_MAX


@dataclass(slots=True, kw_only=True)
class WebhookCounts:
    """What came in since the start."""

    stored: int = 0
    repeated: int = 0
    refused: int = 0
    unauthorized: int = 0
    last_refusal: str | None = field(default=None, repr=False)


class BodyTooLargeError(Exception):
    """The body is longer than the webhook takes."""


class WebhookApp:
    """An ASGI application; ``on_stored`` is called, without arguments, after each new event is on the disk."""

    def __init__(
        self,
        settings: WebhookSettings,
        *,
        store: EventStore,
        executor: Executor,
        clock: Clock,
        on_stored: Callable[[], None] = lambda: None,
        on_refusal: OnRefusal = tell_nobody,
    ) -> None:
        self.counts = WebhookCounts()
        self._settings = settings
        self._store = store
        self._executor = executor
        self._commit = GroupCommit(store.append, executor)
        self._clock = clock
        self._on_stored = on_stored
        self._on_refusal = on_refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return  # nobody is left to answer, and nothing was promised
        await response(scope, receive, send)

    def note_refusal(self, refusal: Refusal) -> None:
        """Count a request that was not served, and tell of it."""
        self.counts.refused += 1
        self.counts.last_refusal = refusal.reason
        self._on_refusal(refusal)

    async def _answer(self, request: Request) -> Response:
        path = request.url.path
        if path == HEALTH_PATH:
            return _say(200, "ok")
        if path.rstrip("/") != self._settings.path.rstrip("/"):
            return _say(404, "not found")
        match request.method:
            case "POST":
                return await self._answer_post(request)
            case "GET" | "HEAD":
                return _say(200, "ok")  # platforms verify a webhook by GET (Samsung's SDK)
            case _:
                return _say(405, "method not allowed", Allow="GET, HEAD, POST")

    async def _answer_post(self, request: Request) -> Response:
        if not self._is_trusted(request):
            self.counts.unauthorized += 1
            return _say(401, "unauthorized", Connection="close")
        try:
            body = await self._read_body(request)
        except BodyTooLargeError:
            return self._refuse(413, f"longer than {self._settings.body_max} bytes")
        try:
            return await self._keep(request, body)
        except BothubError as problem:  # the disk is full, or another process holds the store: it shall come again
            self.counts.refused += 1
            self.counts.last_refusal = problem.message
            return _say(503, "not stored, send it again", **{"Retry-After": RETRY_AFTER})

    async def _keep(self, request: Request, body: bytes) -> Response:
        now = self._clock.now()
        try:
            event = read_event(read_payload(body))
        except NotAnEventError as problem:
            letter = DeadLetter(
                profile=self._settings.profile,
                received_at=now,
                reason=str(problem),
                content_type=request.headers.get("content-type"),
                size=len(body),
                body=body,
            )
            await asyncio.get_running_loop().run_in_executor(self._executor, self._store.bury, letter)
            return self._refuse(400, str(problem))
        if await self._commit.add(ReceivedEvent(event=event, body=body, received_at=now)):
            self.counts.stored += 1
            self._on_stored()
        else:
            self.counts.repeated += 1
        return _say(200, "ok")

    def _is_trusted(self, request: Request) -> bool:
        """Compare the Authorization header with the token, bare or after "Bearer", in constant time."""
        token = self._settings.token
        if token is None:
            return "origin" not in request.headers  # a page in the user's own browser is no platform
        stated = request.headers.get("authorization", "").encode("latin-1")
        bare = stated[7:] if stated[:7].lower() == b"bearer " else stated
        expected = token.reveal().encode()
        return hmac.compare_digest(bare, expected) | hmac.compare_digest(stated, expected)

    async def _read_body(self, request: Request) -> bytes:
        stated = request.headers.get("content-length", "0")
        if stated.isdecimal() and int(stated[:20]) > self._settings.body_max:
            raise BodyTooLargeError
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > self._settings.body_max:
                raise BodyTooLargeError
        return bytes(body)

    def _refuse(self, status: int, reason: str) -> Response:
        self.counts.refused += 1
        self.counts.last_refusal = reason
        return _say(status, reason, **({} if status == 400 else {"Connection": "close"}))


def _say(status: int, word: str, **headers: str) -> Response:
    content = json.dumps({"status": word})
    return Response(content, status_code=status, headers=headers, media_type="application/json")
