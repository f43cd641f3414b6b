"""The thread in which a sandbox runs, with its event loop: the only place that touches the sandbox's state."""

import asyncio
import concurrent.futures
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bothub_cli.errors import ConfigurationError
from bothub_cli.files import make_private_directory
from bothub_cli.sandbox.control.message_query import MessageQuery, wait_for_message
from bothub_cli.sandbox.http.uvicorn_server import Place, build_server
from bothub_cli.sandbox.people.webhook_courier import Courier
from bothub_cli.sandbox.state.message_log import SandboxMessage
from bothub_cli.sandbox.state.sandbox import Sandbox
from bothub_cli.sandbox.state.time import Ticker
from bothub_cli.sandbox.store.persistence import Memory

T = TypeVar("T")

START_TIMEOUT = 10.0  # seconds
STOP_TIMEOUT = 10.0  # seconds


class ServerThread:
    """Starts, stops, and lets other threads in."""

    def __init__(self, place: Place, *, make_sandbox: Callable[[Path], Sandbox]) -> None:
        self._place = place
        self._make_sandbox = make_sandbox
        self._thread = threading.Thread(target=self._main, name="bothub-sandbox", daemon=True)
        self._ready: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._sandbox: Sandbox | None = None
        self._failure: ConfigurationError | None = None  # of the last writing

    def start_and_wait(self) -> None:
        """Return when connections are accepted; raise what kept the thread from getting there."""
        self._thread.start()
        self._ready.result(timeout=START_TIMEOUT)

    def stop_and_wait(self) -> None:
        """Return when everything is closed. Raises ConfigurationError when the store does not hold everything."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._begin_stop)
        self._thread.join(timeout=STOP_TIMEOUT)
        if self._failure is not None:
            raise self._failure

    def run(self, work: Callable[[Sandbox], T]) -> T:
        """Return what ``work`` makes of the sandbox, done in this thread."""
        assert self._loop is not None
        assert self._sandbox is not None
        done: concurrent.futures.Future[T] = concurrent.futures.Future()
        self._loop.call_soon_threadsafe(_fulfil, done, work, self._sandbox)
        return done.result()

    def wait_for_message(self, query: MessageQuery, *, timeout: float) -> SandboxMessage | None:
        """Return the first message that matches; None when the time is over."""
        assert self._loop is not None
        assert self._sandbox is not None
        assert self._stopping is not None
        waiting = wait_for_message(self._sandbox, query, timeout=timeout, closing=self._stopping)
        return asyncio.run_coroutine_threadsafe(waiting, self._loop).result()

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
            self._place.listening.close()
            if self._ready.done():
                raise
            self._ready.set_exception(exc)  # raised again in the thread that started this one

    async def _serve(self, directory: Path) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._sandbox = self._make_sandbox(self._files_directory(directory))
        ticker = Ticker(self._sandbox.agenda, self._sandbox.clock)
        courier = Courier(self._sandbox.postbox, self._sandbox.clock, tell=self._place.tell)
        memory = Memory(self._sandbox, self._place.store, tell=self._place.tell) if self._place.store else None
        try:
            if memory is not None:
                memory.recall()
            server = build_server(self._sandbox, self._place, stopping=self._stopping)
            serving = asyncio.ensure_future(server.serve(sockets=list(self._place.listening.sockets)))
            self._loop.call_soon(self._ready.set_result, None)
            await serving
        finally:
            ticker.stop()
            if self._sandbox.pictures is not None:
                self._sandbox.pictures.stop()
            await courier.stop()
            if memory is not None:
                self._close(memory)

    def _close(self, memory: Memory) -> None:
        try:
            memory.close()
        except ConfigurationError as failure:
            self._failure = failure  # raised again in the thread that stops this one

    def _files_directory(self, temporary: Path) -> Path:
        if self._place.store is None:
            return temporary
        make_private_directory(self._place.store.files_directory)
        return self._place.store.files_directory


def _fulfil(done: "concurrent.futures.Future[T]", work: Callable[[Sandbox], T], sandbox: Sandbox) -> None:
    try:
        done.set_result(work(sandbox))
    except BaseException as exc:
        done.set_exception(exc)
