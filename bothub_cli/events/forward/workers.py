"""Threads that work jobs off, and never keep the program from ending, whatever they wait for."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


class Workers(Generic[T]):
    """At most ``count`` threads, started as they are needed.

    Those of ``concurrent.futures`` are waited for when the interpreter ends: one hanging target would hold it.
    """

    def __init__(self, count: int, *, name: str) -> None:
        self._count = count
        self._name = name
        self._threads: list[threading.Thread] = []
        self._jobs: SimpleQueue[tuple[Future[T], Callable[[], T]] | None] = SimpleQueue()
        self._open = 0

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Do the work soon; called by one thread."""
        future: Future[T] = Future()
        self._open += 1
        future.add_done_callback(lambda _: self._close_one())
        if self._open > len(self._threads) and len(self._threads) < self._count:
            thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._threads.append(thread)
            thread.start()
        self._jobs.put((future, work))
        return future

    def close(self) -> None:
        """Let each thread end after the job that it has."""
        for _ in self._threads:
            self._jobs.put(None)

    def _close_one(self) -> None:
        self._open -= 1

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            future, work = job
            try:
                future.set_result(work())
            except BaseException as problem:
                future.set_exception(problem)
