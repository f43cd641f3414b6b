"""An API that counts whom it was asked to write to, in a thread: it accepts everything, after a while."""

import asyncio
import json
import random
import re
import threading
from collections import Counter
from typing import Self

_NUMBER = re.compile(rb'"userContact":\s*"([^"]+)"')
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)


class Sink:
    """Counts each number; ``base`` is its address. A request that was read whole counts, answered or not."""

    def __init__(self, *, delay: float = 0.0, refuse: float = 0.0, seed: int = 0) -> None:
        self.numbers: Counter[str] = Counter()
        self.accepted: Counter[str] = Counter()
        self.seconds: Counter[int] = Counter()
        self._delay = delay
        self._refuse = refuse
        self._random = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._tasks: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.base = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=512)

    async def _end(self) -> None:
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                await self._answer(body, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, body: bytes, writer: asyncio.StreamWriter) -> None:
        found = _NUMBER.search(body)
        assert found is not None
        number = found[1].decode()
        is_refused = self._random.random() < self._refuse
        if not is_refused:
            self.numbers[number] += 1
            self.seconds[int(self._loop.time())] += 1
        if self._delay:
            await asyncio.sleep(self._delay)
        answer = (
            b'{"code":53,"message":"Too many requests"}'
            if is_refused
            else json.dumps({"RCSMessage": {"msgId": f"m{number}", "status": "pending"}}).encode()
        )
        status = b"429 Too Many Requests\r\nRetry-After: 0" if is_refused else b"202 Accepted"
        writer.write(
            b"HTTP/1.1 "
            + status
            + b"\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer)
            + answer
        )
        await writer.drain()
