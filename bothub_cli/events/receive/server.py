"""Runs the webhook on a socket, in a thread of its own, from a truthful start to a clean stop."""

import asyncio
import errno
import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import uvicorn

from bothub_cli.clock import Clock, SystemClock
from bothub_cli.errors import ConfigurationError, UsageError
from bothub_cli.events.receive.webhook import WebhookApp, WebhookCounts, WebhookSettings
from bothub_cli.events.store.database import open_database
from bothub_cli.events.store.write import EventStore, StorePolicy
from bothub_cli.urls import is_loopback

HEAD_TIMEOUT: Final = 20.0  # seconds that a connection may take to send its request line and headers
CONNECTIONS_MAX: Final = 1_000  # at once; more are told 503
BACKLOG: Final = 2048  # connections that wait to be accepted
ACCEPT_STEPS: Final = 3  # turns of asyncio's loop from accept() to a connection
GRACE: Final = 5  # seconds for answers under way when the listener stops


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerSettings:
    """Where to listen, and where to keep what is heard; port 0 takes any free one."""

    store: Path
    webhook: WebhookSettings
    host: str = "127.0.0.1"
    port: int = 0


class ListenerServer:
    """A webhook that listens once ``start`` has returned, and has let go of everything once ``stop`` has.

    Also a context manager. ``on_stored`` is called in the server's thread after each new event.
    """

    def __init__(
        self,
        settings: ListenerSettings,
        *,
        policy: StorePolicy | None = None,
        clock: Clock | None = None,
        on_stored: Callable[[], None] = lambda: None,
    ) -> None:
        self._settings = settings
        self._policy = policy
        self._clock = clock or SystemClock()
        self._on_stored = on_stored
        self._resources = ExitStack()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._app: WebhookApp | None = None
        self.port = settings.port

    @property
    def url(self) -> str:
        """The webhook's own address, once it listens."""
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        return f"http://{host}:{self.port}{self._settings.webhook.path}"

    @property
    def counts(self) -> WebhookCounts:
        """What came in since the start."""
        return self._app.counts if self._app else WebhookCounts()

    @property
    def is_running(self) -> bool:
        """Whether the webhook is being served at this moment."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Open the store and the socket, and return when connections are accepted.

        Raises UsageError for an open address without a token, ConfigurationError for a port or a store that
        cannot be used.
        """
        check_exposure(self._settings)
        with ExitStack() as opened:
            self._open(opened)
            self._resources = opened.pop_all()

    def stop(self) -> None:
        """Finish the answers under way, store what they promised, close."""
        self._resources.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _open(self, opened: ExitStack) -> None:
        database = open_database(self._settings.store)
        opened.callback(database.close)
        listening = opened.enter_context(bind(self._settings.host, self._settings.port))  # last: then all is ready
        self.port = listening.getsockname()[1]
        executor = opened.enter_context(ThreadPoolExecutor(max_workers=1, thread_name_prefix="event-store"))
        webhook = self._settings.webhook
        store = EventStore(database, profile=webhook.profile, policy=self._policy)
        self._app = WebhookApp(webhook, store=store, executor=executor, clock=self._clock, on_stored=self._on_stored)
        self._server = _Server(_configure(self._app))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="webhook", daemon=True
        )
        self._thread.start()
        opened.callback(self._stop_serving)
        if not self._server.wait_until_started():
            raise ConfigurationError(problem="the webhook did not start", where=self.url)

    def _stop_serving(self) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join()


class _Server(uvicorn.Server):
    """uvicorn's server, with a start to wait for and with an eye on clients that never finish a request's head."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._started = threading.Event()
        self._idle: dict[object, tuple[object, float]] = {}

    def wait_until_started(self, timeout: float = 10.0) -> bool:
        """Return whether the socket came to be served in time."""
        return self._started.wait(timeout)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._started.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._finish_accepting()
        await super().shutdown(sockets)

    async def _finish_accepting(self) -> None:
        """Accept no more, and let connections that are half accepted come to life: asyncio leaks them otherwise."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):  # Windows' loop has no readers
            for server in self.servers:
                for listening in server.sockets:
                    loop.remove_reader(listening.fileno())
        for _ in range(ACCEPT_STEPS):
            await asyncio.sleep(0)

    async def on_tick(self, counter: int) -> bool:
        if counter % 10 == 0:
            self._drop_idlers(time.monotonic())
        return await super().on_tick(counter)

    def _drop_idlers(self, now: float) -> None:
        """Close connections that have asked nothing for HEAD_TIMEOUT: uvicorn times keep-alive only after an answer."""
        seen: dict[object, tuple[object, float]] = {}
        for connection in self.server_state.connections:
            cycle = getattr(connection, "cycle", None)  # the request under way, or the last one
            before = self._idle.get(connection)
            if cycle is not None and not cycle.response_complete:
                continue
            since = before[1] if before and before[0] is cycle else now
            seen[connection] = (cycle, since)
            if now - since > HEAD_TIMEOUT:
                connection.transport.close()
        self._idle = seen


def check_exposure(settings: ListenerSettings) -> None:
    """Refuse to listen where strangers can post, unless a token tells them from the platform. Raises UsageError."""
    if settings.webhook.token is not None and not settings.webhook.token:
        raise UsageError(problem="the token is empty, so anybody could invent events")
    if settings.webhook.token is None and not is_loopback(settings.host):
        raise UsageError(
            problem=f"without a token anybody who reaches {settings.host} can invent events",
            fix="set the token that the platform sends: --auth-token-file FILE; or listen on 127.0.0.1 only",
        )


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address. Raises ConfigurationError."""
    try:
        return _listen(host, port)
    except OSError as problem:
        words = {
            errno.EADDRINUSE: ("is in use", "another listener may be running; --port 0 takes any free port"),
            errno.EACCES: ("needs more rights", "take a port from 1024 up, and a reverse proxy in front"),
        }
        what, fix = words.get(problem.errno or 0, (f"cannot be listened on: {problem.strerror or problem}", None))
        raise ConfigurationError(problem=f"port {port} of {host} {what}", fix=fix) from problem


def _listen(host: str, port: int) -> socket.socket:
    """Open the socket by hand, with its protocol named.

    asyncio switches Nagle's algorithm off only on sockets that name TCP, and ``create_server`` makes others: an
    answer in two writes then waits 40 ms for the client's acknowledgement.
    """
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listening = socket.socket(family, kind, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two programs share the port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except BaseException:
        listening.close()
        raise
    return listening


def _configure(app: WebhookApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="error",
        access_log=False,
        lifespan="off",
        ws="none",
        interface="asgi3",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=CONNECTIONS_MAX,
        backlog=BACKLOG,
    )
