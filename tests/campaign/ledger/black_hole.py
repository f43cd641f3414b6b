"""A way to the database that can swallow whatever is sent on it, without a word, as a broken network does."""

import asyncio
import threading
from typing import Self


class BlackHole:
    """Passes bytes on in both directions; while ``swallow`` is on, takes them, and connections, and answers nothing.

    What was swallowed is lost: when it ends, the connections of that time stay dead, and new ones get through.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()
        self._dead: set[asyncio.StreamWriter] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self.is_swallowing = False

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def url(self, url: str) -> str:
        """Return the address of a database by this way."""
        return url.replace(f":{self._target}/", f":{self.port}/")

    def swallow(self) -> None:
        """From now on nothing gets through."""
        self.is_swallowing = True
        self._loop.call_soon_threadsafe(lambda: self._dead.update(self._open))

    def let_through(self) -> None:
        """From now on new connections get through."""
        self.is_swallowing = False

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def _end(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open.add(writer)
        if self.is_swallowing:
            self._dead.add(writer)
        other: asyncio.StreamWriter | None = None
        try:
            if writer in self._dead:
                await self._lose(reader)
            answers, other = await asyncio.open_connection("127.0.0.1", self._target)
            await asyncio.gather(self._pass(reader, other, writer), self._pass(answers, writer, writer))
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            self._open.discard(writer)
            self._dead.discard(writer)
            writer.close()
            if other is not None:
                other.close()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(65536):
            if client in self._dead:
                await self._lose(reader)
            writer.write(data)
            await writer.drain()
        raise ConnectionResetError

    async def _lose(self, reader: asyncio.StreamReader) -> None:
        while await reader.read(65536):
            pass
        raise ConnectionResetError
