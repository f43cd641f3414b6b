"""The webhook itself: takes what the platform posts, and answers 200 only when it is on the disk."""

import asyncio
import hmac
import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bothub_cli.clock import Clock
from bothub_cli.errors import BothubError
from bothub_cli.events.lasting_failure import OnFailure
from bothub_cli.events.receive.group_commit import GroupCommit
from bothub_cli.events.receive.store_health import PROBE_EVERY, StoreHealth
from bothub_cli.events.store.event_records import BODY_MAX, DeadLetter, ReceivedEvent
from bothub_cli.events.store.write import EventStore
from bothub_cli.messages.event.body import NotAnEventError
from bothub_cli.messages.event.encoding import ExpandedTooLargeError, Unread, decompress, read_events
from bothub_cli.messages.event.event import EVENT_KINDS, UNKNOWN, VENDOR_EVENT_KINDS
from bothub_cli.messages.event.read import read_event
from bothub_cli.redaction import Secret
from bothub_cli.serving.asgi import Receive, Scope, Send
from bothub_cli.serving.limits import OnRefusal, Refusal, tell_nobody
from bothub_cli.serving.request_body import BodyRoom, BodyTooLargeError, ClientGoneError, NoRoomError
from bothub_cli.urls import is_loopback

DEFAULT_PATH: Final = "/webhook"
HEALTH_PATH: Final = "/healthz"
METRICS_PATH: Final = "/metrics"
METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"  # prometheus.io/docs/instrumenting/exposition_formats
RETRY_AFTER: Final = "5"  # seconds, when the store refuses to write
LATENCIES: Final = (
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    5.0,
    10.0,
    float("inf"),
)  # seconds
_KNOWN_KINDS: Final = frozenset((*EVENT_KINDS, *VENDOR_EVENT_KINDS, UNKNOWN))
LARGE: Final = 16 * 1024  # bytes of a body; an event takes a few hundred
PATH_SHOWN: Final = 60  # characters of a wrong path
SENDER_MAX: Final = 45  # characters: the longest IPv6 address


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Where the webhook answers, whom it believes, and what it puts up with.

    ``tokens`` is asked at each call, and counts instead of ``token``: a token may be changed, or have a successor.
    """

    profile: str
    path: str = DEFAULT_PATH
    token: Secret | None = None
    tokens: Callable[[], Sequence[Secret]] | None = None
    body_max: int = BODY_MAX
    metrics: Callable[[], bytes] | None = None  # what /metrics answers, to who has the token

    @property
    def is_guarded(self) -> bool:
        """Whether a token is asked for."""
        return self.token is not None or self.tokens is not None

    def accepted_tokens(self) -> Sequence[Secret]:
        """Return the tokens that are good at this moment."""
        if self.tokens is not None:
            return self.tokens()
        return () if self.token is None else (self.token,)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookObserver:
    """Who hears, in the server's thread, of what happens."""

    on_stored: Callable[[], None] = lambda: None  # after each new event
    on_refusal: OnRefusal = tell_nobody
    on_health: OnFailure = lambda _problem: None  # nothing can be stored, and why; None: it can again


@dataclass(slots=True, kw_only=True)
class WebhookCounts:
    """What came in since the start."""

    stored: int = 0
    repeated: int = 0
    refused: int = 0
    store_problem: str | None = field(default=None, repr=False)  # None while events can be stored
    kinds: Counter[str] = field(default_factory=Counter)  # what was stored
    latency: dict[float, int] = field(default_factory=lambda: dict.fromkeys(LATENCIES, 0))  # up to so many seconds
    latency_sum: float = 0.0

    def note_latency(self, seconds: float, *, events: int) -> None:
        """Count how long it took until events were on the disk."""
        self.latency[next(limit for limit in LATENCIES if seconds <= limit)] += events
        self.latency_sum += seconds * events


class _RefusedError(Exception):
    """The call is not served."""

    def __init__(self, status: int, reason: str, **headers: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.headers = headers


class _Call:
    """One HTTP request, without what Starlette's would take apart and the webhook never asks for."""

    __slots__ = ("headers", "method", "path", "peer", "receive")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.peer: str = scope["client"][0] if scope["client"] else "?"
        self.headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))  # of two of a name the first counts
        self.receive = receive

    def header(self, name: bytes) -> str | None:
        """Return a header, by its name in small letters."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def sender(self) -> str:
        """The address of the client; behind a proxy of this machine, what that says of it."""
        named = (self.header(b"x-forwarded-for") or "").rpartition(",")[2].strip()[:SENDER_MAX]
        is_named = named and named.isprintable() and is_loopback(self.peer)
        return f"{named} (by way of {self.peer})" if is_named else self.peer


@dataclass(frozen=True, slots=True)
class _Response:
    """An answer to a call."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]

    async def send(self, send: Send) -> None:
        """Put it on the wire."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": self.body})


class WebhookApp:
    """An ASGI application, for one event loop; ``executor`` has one thread, for the store."""

    def __init__(
        self,
        settings: WebhookSettings,
        *,
        store: EventStore,
        executor: Executor,
        clock: Clock,
        observer: WebhookObserver | None = None,
    ) -> None:
        self.counts = WebhookCounts()
        self._settings = settings
        self._path = settings.path.rstrip("/")
        self._store = store
        self._executor = executor
        self._commit = GroupCommit(store.append, executor)
        self._room = BodyRoom()
        self._large_ones = asyncio.Lock()
        self._one_letter = asyncio.Lock()
        self._clock = clock
        self._observer = observer or WebhookObserver()
        self._health = StoreHealth(on_change=self._note_health, now=clock.monotonic)
        self._probing: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        call = _Call(scope, receive)
        try:
            response = await self._answer(call)
        except ClientGoneError:
            return  # nobody is left to answer, and nothing was promised
        except _RefusedError as refused:
            self.note_refusal(Refusal(status=refused.status, reason=refused.reason, sender=call.sender))
            response = _say(refused.status, _OUTWARD.get(refused.status, refused.reason), **refused.headers)
        await response.send(send)

    def note_refusal(self, refusal: Refusal) -> None:
        """Count a request that was not served, and tell of it."""
        self.counts.refused += 1
        self._observer.on_refusal(refusal)

    def _note_health(self, problem: str | None) -> None:
        self.counts.store_problem = problem
        self._observer.on_health(problem)

    async def _answer(self, call: _Call) -> _Response:
        if call.path == HEALTH_PATH:
            return await self._answer_health()
        if call.path == METRICS_PATH and self._settings.metrics is not None:
            self._check_trust(call)
            return _respond(200, await asyncio.to_thread(self._settings.metrics), METRICS_TYPE)
        if call.path.rstrip("/") == self._path:
            return await self._answer_webhook(call)
        named = call.path[:PATH_SHOWN].encode("ascii", "backslashreplace").decode()
        raise _RefusedError(404, f"a path that is not the webhook's ({self._settings.path}): {named}")

    async def _answer_webhook(self, call: _Call) -> _Response:
        match call.method:
            case "POST":
                return await self._answer_post(call)
            case "GET" | "HEAD":
                return _OK  # platforms verify a webhook by GET (Samsung's SDK)
            case method:
                allowed = {"Allow": "GET, HEAD, POST"}
                raise _RefusedError(405, f"the method {method[:20]}, the webhook takes POST", **allowed)

    async def _answer_health(self) -> _Response:
        """Say whether events can be stored; tried out, but not for every question."""
        if self._health.is_due:
            await self._probe()
        if self._health.problem is None:
            return _OK
        return _say(503, "events cannot be stored", **_LATER)

    async def _answer_post(self, call: _Call) -> _Response:
        self._check_trust(call)
        limit = self._settings.body_max
        try:
            body = await self._room.read(call.receive, limit=limit, declared=call.header(b"content-length"))
            return await self._take(call, body)
        except BodyTooLargeError as problem:
            raise _RefusedError(413, f"longer than {limit} bytes", **_CLOSE) from problem
        except NoRoomError as problem:
            raise _RefusedError(503, "too many large bodies at once", **_CLOSE, **_LATER) from problem
        except BothubError as problem:  # the disk is full, or another process holds the store: it shall come again
            self._health.note(problem.message)
            if self._probing is None or self._probing.done():
                self._probing = asyncio.get_running_loop().create_task(self._probe_until_over())
            raise _RefusedError(503, f"events cannot be stored: {problem.message}", **_LATER) from problem

    async def _take(self, call: _Call, body: bytes) -> _Response:
        """Keep what a body tells; large ones one after another: their objects take many times the memory."""
        now = self._clock.now()
        try:
            plain = self._unpack(call, body)
            with self._room.holding(len(plain) + (0 if plain is body else len(body))):
                if len(plain) <= LARGE:
                    return await self._keep(call, plain, now)
                async with self._large_ones:
                    return await self._keep(call, plain, now)
        except NotAnEventError as problem:
            with self._room.holding(len(body)):
                await self._keep_letter(call, body, str(problem), now)
            raise _RefusedError(400, str(problem)) from problem

    async def _keep(self, call: _Call, plain: bytes, now: datetime) -> _Response:
        content_type = call.header(b"content-type")
        is_large = len(plain) > LARGE  # then others are served meanwhile
        parts = (
            await asyncio.to_thread(read_events, plain, content_type) if is_large else read_events(plain, content_type)
        )
        unread = [part for part in parts if isinstance(part, Unread)]
        events = [
            ReceivedEvent(event=read_event(part.payload), body=part.body, received_at=now)
            for part in parts
            if not isinstance(part, Unread)
        ]
        for part in unread:
            await self._keep_letter(call, part.body, part.reason, now, is_part=True)
            self.note_refusal(Refusal(status=400, reason=part.reason, sender=call.sender))
        if not events:
            return _say(400, unread[0].reason)
        started = self._clock.monotonic()
        for stored in await self._commit.add(*events):
            if stored is None:
                self.counts.repeated += 1
                continue
            self.counts.stored += 1
            kind = stored.event.kind
            self.counts.kinds[kind if kind in _KNOWN_KINDS else "other"] += 1
        self.counts.note_latency(self._clock.monotonic() - started, events=len(events))
        self._health.note(None)
        self._observer.on_stored()
        return _OK

    def _unpack(self, call: _Call, body: bytes) -> bytes:
        try:
            return decompress(body, call.header(b"content-encoding"), limit=self._settings.body_max)
        except ExpandedTooLargeError as problem:
            raise _RefusedError(413, f"longer than {self._settings.body_max} bytes once unpacked") from problem

    async def _keep_letter(
        self, call: _Call, body: bytes, reason: str, now: datetime, *, is_part: bool = False
    ) -> None:
        letter = DeadLetter(
            profile=self._settings.profile,
            received_at=now,
            reason=reason,
            content_type=None if is_part else call.header(b"content-type"),
            content_encoding=None if is_part else call.header(b"content-encoding"),
            size=len(body),
            body=body,
        )
        async with self._one_letter:  # so that an event waits for one at most
            await asyncio.get_running_loop().run_in_executor(self._executor, self._store.store_dead_letter, letter)

    async def _probe(self) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(self._executor, self._store.prove_writable)
        except BothubError as problem:
            self._health.note(problem.message)
        else:
            self._health.note(None)

    async def _probe_until_over(self) -> None:
        while self._health.problem is not None:
            await asyncio.sleep(PROBE_EVERY)
            await self._probe()

    def _check_trust(self, call: _Call) -> None:
        """Compare the Authorization header with each token, bare or after "Bearer", in constant time."""
        if not self._settings.is_guarded:
            if b"origin" in call.headers:  # a page in the user's own browser is no platform
                raise _RefusedError(401, "no token is set, and a browser's page is not believed", **_CLOSE)
            return
        given = call.headers.get(b"authorization")
        if given is None:
            raise _RefusedError(401, "no Authorization header", **_CLOSE)
        bare = given[7:] if given[:7].lower() == b"bearer " else given
        is_trusted = False
        for token in self._settings.accepted_tokens():
            expected = token.reveal().encode()
            is_trusted |= hmac.compare_digest(bare, expected) | hmac.compare_digest(given, expected)
        if not is_trusted:
            raise _RefusedError(401, "another token in Authorization", **_CLOSE)


def _respond(status: int, body: bytes, content_type: str, **headers: str) -> _Response:
    named = {"content-length": str(len(body)), "content-type": content_type, **headers}
    return _Response(status, body, tuple((name.lower().encode(), value.encode()) for name, value in named.items()))


def _say(status: int, word: str, **headers: str) -> _Response:
    return _respond(status, json.dumps({"status": word}).encode(), "application/json", **headers)


_CLOSE: Final = {"Connection": "close"}
_LATER: Final = {"Retry-After": RETRY_AFTER}
_OK: Final = _say(200, "ok")
_OUTWARD: Final = {401: "unauthorized", 404: "not found", 405: "method not allowed", 503: "not stored, send it again"}
