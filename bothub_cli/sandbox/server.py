"""A running sandbox: uvicorn in a thread of its own, on a loopback port, started and stopped in a moment."""

import asyncio
import concurrent.futures
import socket
import tempfile
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from uvicorn import Config, Server

from bothub_cli.errors import ConfigurationError
from bothub_cli.sandbox.asgi import SandboxApp
from bothub_cli.sandbox.connections import Connections, tracked_protocol
from bothub_cli.sandbox.courier import Courier
from bothub_cli.sandbox.identity import SandboxIdentity
from bothub_cli.sandbox.origins import LOOPBACK_NAMES, Origins
from bothub_cli.sandbox.settings import SandboxSettings
from bothub_cli.sandbox.state import Sandbox
from bothub_cli.sandbox.ticking import Ticker

T = TypeVar("T")

START_TIMEOUT = 10.0  # seconds
STOP_TIMEOUT = 10.0  # seconds
ACCEPT_STEPS = 3  # turns of the loop from accept() to connection_made()
BACKLOG = 2048  # connections that wait to be accepted: a thousand may come at once


class SandboxServer:
    """A context manager: inside it the sandbox answers at ``url``; after it nothing is left.

    Port 0 takes a free one. Without ``identities`` one bot is made, with new keys (100 ms).
    """

    def __init__(
        self,
        identities: Iterable[SandboxIdentity] = (),
        *,
        settings: SandboxSettings | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        seed: int | None = None,
    ) -> None:
        self.identities = tuple(identities) or (SandboxIdentity.generate(),)
        self._settings = settings or SandboxSettings()
        self._host = host
        self._wanted_port = port
        self._seed = seed
        self._thread: _ServerThread | None = None

    @property
    def identity(self) -> SandboxIdentity:
        """The first bot."""
        return self.identities[0]

    @property
    def port(self) -> int:
        """The port in use; RuntimeError when the server does not run."""
        return self._running().port

    @property
    def url(self) -> str:
        """The API base, for ``--api-base``; RuntimeError when the server does not run."""
        return f"http://{_in_url(self._host)}:{self.port}"

    def start(self) -> None:
        """Listen. Raises ConfigurationError when the address cannot be used."""
        listener = _listen(self._host, self._wanted_port)
        settings = replace(self._settings, public_url=f"http://{_in_url(self._host)}:{listener.getsockname()[1]}")
        self._thread = _ServerThread(listener, host=self._host, make_sandbox=self._sandbox_maker(settings))
        self._thread.start_and_wait()

    def stop(self) -> None:
        """Close every connection and the thread; harmless when it does not run."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop_and_wait()

    def run(self, work: Callable[[Sandbox], T]) -> T:
        """Return what ``work`` makes of the sandbox, done in the server's own thread."""
        return self._running().run(work)

    def advance(self, **duration: float) -> None:
        """Move sandbox time forward, e.g. ``advance(hours=1)``, and do all that became due, before returning."""
        self.run(lambda sandbox: sandbox.advance(timedelta(**duration)))

    def counts(self) -> dict[str, int]:
        """Return how many calls each operation has had: ``oauth``, ``auth``, ``messages``…"""
        return self.run(lambda sandbox: dict(sandbox.counts))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def _running(self) -> "_ServerThread":
        if self._thread is None:
            raise RuntimeError("the sandbox is not running")
        return self._thread

    def _sandbox_maker(self, settings: SandboxSettings) -> Callable[[Path], Sandbox]:
        return lambda directory: Sandbox(self.identities, directory=directory, settings=settings, seed=self._seed)


class _QuickServer(Server):
    """uvicorn's server, stopped by an event instead of a look at a flag ten times a second."""

    def __init__(self, config: Config, *, connections: Connections, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._connections = connections
        self._stopping = stopping

    async def main_loop(self) -> None:
        await self._stopping.wait()
        await self._stop_accepting()
        self._connections.cut_all()  # half-sent requests and silent answers would be waited for

    async def _stop_accepting(self) -> None:
        """Let connections that are being accepted come to life: asyncio leaks one whose server closes meanwhile."""
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):  # Windows' loop has no readers
            for server in self.servers:
                for listener in server.sockets:
                    loop.remove_reader(listener.fileno())
        for _ in range(ACCEPT_STEPS):
            await asyncio.sleep(0)


class _ServerThread:
    """The thread, its event loop, and the only way in from other threads."""

    def __init__(self, listener: socket.socket, *, host: str, make_sandbox: Callable[[Path], Sandbox]) -> None:
        self.port: int = listener.getsockname()[1]
        self._listener = listener
        self._host = host
        self._make_sandbox = make_sandbox
        self._thread = threading.Thread(target=self._main, name="bothub-sandbox", daemon=True)
        self._ready: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._sandbox: Sandbox | None = None

    def start_and_wait(self) -> None:
        self._thread.start()
        self._ready.result(timeout=START_TIMEOUT)

    def stop_and_wait(self) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._begin_stop)
        self._thread.join(timeout=STOP_TIMEOUT)

    def run(self, work: Callable[[Sandbox], T]) -> T:
        assert self._loop is not None
        assert self._sandbox is not None
        done: concurrent.futures.Future[T] = concurrent.futures.Future()
        self._loop.call_soon_threadsafe(_fulfil, done, work, self._sandbox)
        return done.result()

    def _begin_stop(self) -> None:
        assert self._stopping is not None
        assert self._sandbox is not None
        self._stopping.set()
        self._sandbox.feed.wake()

    def _main(self) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="bothub-sandbox-") as directory:
                asyncio.run(self._serve(Path(directory)))
        except BaseException as exc:
            if self._ready.done():
                raise
            self._ready.set_exception(exc)  # raised again in the thread that started this one

    async def _serve(self, directory: Path) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._sandbox = self._make_sandbox(directory)
        ticker = Ticker(self._sandbox.agenda, self._sandbox.clock)
        courier = Courier(self._sandbox.postbox, self._sandbox.clock)
        try:
            server = _build_server(self._sandbox, host=self._host, port=self.port, stopping=self._stopping)
            serving = asyncio.ensure_future(server.serve(sockets=[self._listener]))
            self._loop.call_soon(self._ready.set_result, None)
            await serving
        finally:
            ticker.stop()
            await courier.stop()


def _build_server(sandbox: Sandbox, *, host: str, port: int, stopping: asyncio.Event) -> Server:
    connections = Connections()
    origins = Origins({*LOOPBACK_NAMES, _in_url(host)}, port=port)
    app = SandboxApp(sandbox, origins=origins, connections=connections, closing=stopping)
    config = Config(
        app=app,
        http=tracked_protocol(connections),
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        date_header=False,  # the application sends the sandbox's own time
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=2,
    )
    return _QuickServer(config, connections=connections, stopping=stopping)


def _fulfil(done: "concurrent.futures.Future[T]", work: Callable[[Sandbox], T], sandbox: Sandbox) -> None:
    try:
        done.set_result(work(sandbox))
    except BaseException as exc:
        done.set_exception(exc)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as exc:
        listener.close()
        raise ConfigurationError(
            problem=f"the sandbox cannot listen on {host}:{port}: {exc.strerror or exc}",
            fix="choose another port: --port 0 takes a free one",
        ) from exc
    listener.setblocking(False)  # noqa: FBT003 -- the signature is the standard library's
    return listener


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
