"""An API that counts whom it was asked to write to, in a thread: it accepts everything, after a while."""

import asyncio
import re
import threading
from collections import Counter
from typing import Self

_NUMBER = re.compile(rb'"userContact":\s*"([^"]+)"')
_LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
_END_OF_HEAD = b"\r\n\r\n"


class Sink:
    """Counts each number; ``base`` is its address. A request that was read whole counts, answered or not."""

    def __init__(self, *, delay: float = 0.0) -> None:
        self.numbers: Counter[str] = Counter()
        self.seconds: Counter[int] = Counter()
        self.last_at = 0.0  # monotonic, of the last request
        self.delay = delay
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._open: set[asyncio.BaseTransport] = set()

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
        return await self._loop.create_server(lambda: _Connection(self, self._open), "127.0.0.1", 0, backlog=512)

    async def _end(self) -> None:
        self._server.close()
        for transport in list(self._open):
            transport.abort()  # type: ignore[attr-defined]  # a stream's
        await asyncio.sleep(0)

    def hear(self, body: bytes) -> bytes:
        """Count a request, and return its answer."""
        found = _NUMBER.search(body)
        assert found is not None
        self.numbers[found[1].decode()] += 1
        self.last_at = self._loop.time()
        self.seconds[int(self.last_at)] += 1
        answer = b'{"RCSMessage":{"msgId":"m%b","status":"pending"}}' % found[1]
        head = b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        return head % len(answer) + answer


class _Connection(asyncio.Protocol):
    """Reads one request after another; the fewest steps that do, so that a benchmark measures its clients."""

    def __init__(self, sink: Sink, transports: set[asyncio.BaseTransport]) -> None:
        self._sink = sink
        self._transports = transports
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]  # a stream's
        self._transports.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transports.discard(self._transport)

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(_END_OF_HEAD)) >= 0:
            length = _LENGTH.search(self._data, 0, end)
            whole = end + len(_END_OF_HEAD) + (int(length[1]) if length else 0)
            if len(self._data) < whole:
                return
            body, self._data = self._data[end:whole], self._data[whole:]
            answer = self._sink.hear(body)
            if self._sink.delay:
                asyncio.get_running_loop().call_later(self._sink.delay, self._transport.write, answer)
            else:
                self._transport.write(answer)
