"""The thread in which a sandbox runs, with its event loop: the only place that touches the sandbox's state."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bothub_cli.errors import ConfigurationError
from bothub_cli.files import make_private_directory, passing_directory
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.control.message_query import MessageQuery, wait_for_message
from bothub_cli.sandbox.http.app import SandboxApp
from bothub_cli.sandbox.people.webhook_sender import WebhookSender
from bothub_cli.sandbox.state.access import Access, Origins
from bothub_cli.sandbox.state.message_log import SandboxMessage
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.time import Ticker
from bothub_cli.sandbox.store.persistence import Persistence
from bothub_cli.sandbox.store.store import SandboxStore
from bothub_cli.serving.loop_thread import LoopThread
from bothub_cli.serving.server import HttpServer
from bothub_cli.serving.sockets import Listening, in_url

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxHosting:
    """Where a sandbox listens, what it writes to, who besides this machine may drive it, and who hears of trouble."""

    listening: Listening
    store: SandboxStore | None = None
    access_token: Secret | None = None
    names: tuple[str, ...] = ()
    tell: Callable[[str], None] = logging.getLogger("bothub.sandbox").warning


class ServerThread:
    """Starts, stops, and lets other threads in."""

    def __init__(self, place: SandboxHosting, *, make_sandbox: Callable[[Path], Sandbox]) -> None:
        self._place = place
        self._make_sandbox = make_sandbox
        self._thread = LoopThread(self._main, name="bothub-sandbox")
        self._sandbox: Sandbox | None = None
        self._failure: ConfigurationError | None = None  # of the last writing

    def start_and_wait(self) -> None:
        """Return when connections are accepted; raise what kept the thread from getting there."""
        try:
            self._thread.start()
        except BaseException:
            self._place.listening.close()
            raise

    def stop_and_wait(self) -> None:
        """Return when everything is closed. Raises ConfigurationError when the store does not hold everything."""
        self._thread.stop(first=self._running.feed.wake)
        if self._failure is not None:
            raise self._failure

    def run(self, work: Callable[[Sandbox], T]) -> T:
        """Return what ``work`` makes of the sandbox, done in this thread."""
        return self._thread.call(lambda: work(self._running))

    def wait_for_message(self, query: MessageQuery, *, timeout: float) -> SandboxMessage | None:
        """Return the first message that matches; None when the time is over."""
        closing = self._thread.stopping
        return self._thread.wait_for(wait_for_message(self._running, query, timeout=timeout, closing=closing))

    @property
    def _running(self) -> Sandbox:
        assert self._sandbox is not None
        return self._sandbox

    async def _main(self, thread: LoopThread) -> None:
        with passing_directory(prefix="bothub-sandbox-") as directory:
            await self._serve(directory, thread)

    async def _serve(self, directory: Path, thread: LoopThread) -> None:
        sandbox = self._sandbox = self._make_sandbox(self._files_directory(directory))
        place = self._place
        ticker = Ticker(sandbox.agenda, sandbox.clock)
        sender = WebhookSender(sandbox.webhook_queue, sandbox.clock, tell=place.tell)
        persistence = Persistence(sandbox, place.store, tell=place.tell) if place.store else None
        try:
            if persistence is not None:
                persistence.load()
            server = self._make_server(sandbox, thread)
            await server.serve_until(thread.stopping, place.listening.sockets, on_ready=thread.is_ready)
        finally:
            ticker.stop()
            sandbox.pictures.stop()
            await sender.stop()
            if persistence is not None:
                self._close(persistence)

    def _make_server(self, sandbox: Sandbox, thread: LoopThread) -> HttpServer:
        listening = self._place.listening
        origins = Origins(in_url(listening.host), port=listening.port, also=self._place.names)
        access = Access(origins=origins, token=self._place.access_token)
        return HttpServer(
            lambda connections: SandboxApp(sandbox, access, connections=connections, closing=thread.stopping),
            limits=sandbox.settings.limits,
            sends_date=False,  # the application sends the sandbox's own time
        )

    def _close(self, persistence: Persistence) -> None:
        try:
            persistence.close()
        except ConfigurationError as failure:
            self._failure = failure  # raised again in the thread that stops this one

    def _files_directory(self, temporary: Path) -> Path:
        if self._place.store is None:
            return temporary
        make_private_directory(self._place.store.files_directory)
        return self._place.store.files_directory
