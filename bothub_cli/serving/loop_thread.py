"""A thread with an event loop of its own, that says when it is ready, lets others in, and ends when it is asked to."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")

START_TIMEOUT = 10.0  # seconds
STOP_TIMEOUT = 10.0  # seconds


class LoopThread:
    """Runs ``main`` in its loop: it calls ``is_ready`` when others may come, and returns soon after ``stopping``."""

    def __init__(self, main: Callable[["LoopThread"], Awaitable[None]], *, name: str) -> None:
        self._main = main
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._ready: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None

    @property
    def stopping(self) -> asyncio.Event:
        """Set when the end is asked for; it belongs to the loop."""
        assert self._stopping is not None
        return self._stopping

    @property
    def is_running(self) -> bool:
        """Whether the loop runs at this moment."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Return when ``main`` is ready; raise what kept it from getting there."""
        self._thread.start()
        self._ready.result(timeout=START_TIMEOUT)

    def is_ready(self) -> None:
        """Let ``start`` return; called in the loop."""
        if not self._ready.done():
            self._ready.set_result(None)

    def stop(self, *, first: Callable[[], None] = lambda: None) -> bool:
        """Ask for the end, and return whether it came in time; ``first`` is done in the loop before that."""

        def begin() -> None:
            self.stopping.set()
            first()

        if self._loop is not None and self._thread.is_alive():
            with suppress(RuntimeError):  # the loop has just ended by itself
                self._loop.call_soon_threadsafe(begin)
            self._thread.join(timeout=STOP_TIMEOUT)
        return not self._thread.is_alive()

    def call(self, work: Callable[[], T]) -> T:
        """Return what ``work`` returns, or raise what it raises, done in the loop."""
        assert self._loop is not None
        done: concurrent.futures.Future[T] = concurrent.futures.Future()
        self._loop.call_soon_threadsafe(_fulfil, done, work)
        return done.result()

    def wait_for(self, work: Coroutine[Any, Any, T]) -> T:  # Any: nothing is sent into a coroutine
        """Return what a coroutine returns, run in the loop."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _run(self) -> None:
        try:
            asyncio.run(self._start_main())
        except BaseException as exc:
            if self._ready.done():
                raise
            self._ready.set_exception(exc)  # raised again in the thread that started this one

    async def _start_main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        await self._main(self)


def _fulfil(done: "concurrent.futures.Future[T]", work: Callable[[], T]) -> None:
    try:
        done.set_result(work())
    except BaseException as exc:
        done.set_exception(exc)
