"""Lets many receivers share one write to the disk, each answered only after its own event is on it."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from bothub_cli.events.store.event_records import ReceivedEvent, StoredEvent

AppendBatch = Callable[[Sequence[ReceivedEvent]], list[StoredEvent | None]]


class GroupCommit:
    """While one batch is being synced, the next one gathers: the busier the receiver, the larger the batches.

    Lives in one event loop; ``executor`` has one thread, for SQLite.
    """

    def __init__(self, append: AppendBatch, executor: Executor) -> None:
        self._append = append
        self._executor = executor
        self._waiting: list[tuple[ReceivedEvent, asyncio.Future[StoredEvent | None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def add(self, *received: ReceivedEvent) -> list[StoredEvent | None]:
        """Return once the events are on the disk, all in one write: as stored, or None for one that was there before.

        Raises ConfigurationError, LockBusyError when the store refused the whole batch.
        """
        loop = asyncio.get_running_loop()
        futures: list[asyncio.Future[StoredEvent | None]] = [loop.create_future() for _ in received]
        self._waiting += zip(received, futures, strict=True)
        if self._writer is None or self._writer.done():
            self._writer = loop.create_task(self._write())
        return [await futures[0]] if len(futures) == 1 else await asyncio.gather(*futures)

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            written = loop.run_in_executor(self._executor, self._append, [item[0] for item in batch])
            await asyncio.wait([written])
            problem = written.exception()
            outcomes = [None] * len(batch) if problem else written.result()
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                if future.done():
                    continue  # its request was given up
                if problem:
                    future.set_exception(problem)
                else:
                    future.set_result(outcome)
