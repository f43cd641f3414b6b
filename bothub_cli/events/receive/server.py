"""Runs the webhook on a socket, in a thread of its own, from a truthful start to a clean stop."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from bothub_cli.clock import Clock, SystemClock
from bothub_cli.errors import UsageError
from bothub_cli.events.receive.webhook import WebhookApp, WebhookCounts, WebhookObserver, WebhookSettings
from bothub_cli.events.store.database import open_database
from bothub_cli.events.store.write import EventStore, StorePolicy
from bothub_cli.serving.limits import ServingLimits
from bothub_cli.serving.loop_thread import LoopThread
from bothub_cli.serving.server import HttpServer
from bothub_cli.serving.sockets import Listening, in_url, open_sockets
from bothub_cli.urls import is_loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerSettings:
    """Where to listen, and where to keep what is received; port 0 takes any free one."""

    store: Path
    webhook: WebhookSettings
    host: str = "127.0.0.1"
    port: int = 0
    limits: ServingLimits = field(default_factory=ServingLimits)


class ListenerServer:
    """A webhook that listens once ``start`` has returned, and has let go of everything once ``stop`` has.

    Also a context manager. The observer is called in the server's thread.
    """

    def __init__(
        self,
        settings: ListenerSettings,
        *,
        policy: StorePolicy | None = None,
        clock: Clock | None = None,
        observer: WebhookObserver | None = None,
    ) -> None:
        self._settings = settings
        self._policy = policy
        self._clock = clock or SystemClock()
        self._observer = observer
        self._resources = ExitStack()
        self._thread: LoopThread | None = None
        self._app: WebhookApp | None = None
        self.port = settings.port

    @property
    def url(self) -> str:
        """The webhook's own address, once it listens."""
        return f"http://{in_url(self._settings.host)}:{self.port}{self._settings.webhook.path}"

    @property
    def counts(self) -> WebhookCounts:
        """What came in since the start."""
        return self._app.counts if self._app else WebhookCounts()

    @property
    def is_running(self) -> bool:
        """Whether the webhook is being served at this moment."""
        return self._thread is not None and self._thread.is_running

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
        listening = open_sockets(self._settings.host, self._settings.port)  # last: then all is ready
        opened.callback(listening.close)
        self.port = listening.port
        executor = opened.enter_context(ThreadPoolExecutor(max_workers=1, thread_name_prefix="event-store"))
        webhook = self._settings.webhook
        store = EventStore(database, profile=webhook.profile, policy=self._policy)
        self._app = WebhookApp(webhook, store=store, executor=executor, clock=self._clock, observer=self._observer)
        self._thread = LoopThread(lambda thread: self._serve(listening, thread), name="webhook")
        opened.callback(self._thread.stop)
        self._thread.start()

    async def _serve(self, listening: Listening, thread: LoopThread) -> None:
        app = self._app
        assert app is not None
        server = HttpServer(lambda _: app, limits=self._settings.limits, on_refusal=app.note_refusal)
        await server.serve_until(thread.stopping, listening.sockets, on_ready=thread.is_ready)


def check_exposure(settings: ListenerSettings) -> None:
    """Refuse to listen where strangers can post, unless a token tells them from the platform. Raises UsageError."""
    if settings.webhook.token is not None and not settings.webhook.token:
        raise UsageError(problem="the token is empty, so anybody could invent events")
    if not settings.webhook.is_guarded and not is_loopback(settings.host):
        raise UsageError(
            problem=f"without a token anybody who reaches {settings.host} can invent events",
            fix="set the token that the platform sends: --auth-token-file FILE; or listen on 127.0.0.1 only",
        )
