"""Many ordinary clients at once, on raw connections, that count what was accepted."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def message_bytes(api: Any, *, text: str = "Hello", host: str | None = None) -> bytes:
    """Return one POST /messages as it goes over the wire, with both tokens."""
    body = json.dumps({"RCSMessage": {"textMessage": text}, "messageContact": {"userContact": "+33612345678"}}).encode()
    bot = api.identity.bot_id.replace("@", "%40")
    head = (
        f"POST /bothub/v1/bot/v1/{bot}/messages HTTP/1.1\r\nHost: {host or f'127.0.0.1:{api.server.port}'}\r\n"
        f"Authorization: Bearer {api.orange}\r\nAccessToken: {api.gsma}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send_all(port: int, request: bytes, *, connections: int, each: int) -> Counter[str]:
    """Open all connections, then let every one send its requests at the same time; count the statuses."""
    opened = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", port) for _ in range(connections)))
    statuses: Counter[str] = Counter()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(each):
            writer.write(request)
            statuses[await _read_answer(reader)] += 1
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(talk(reader, writer) for reader, writer in opened))
    return statuses


@contextmanager
def ordinary_clients(api: Any, *, connections: int = 5) -> Iterator[Counter[str]]:
    """Let clients send without a pause as long as the block lasts; the counter is complete after it."""
    statuses: Counter[str] = Counter()
    over = threading.Event()
    request = message_bytes(api)

    def send_until_over() -> None:
        while not over.is_set():
            statuses.update(asyncio.run(send_all(api.server.port, request, connections=connections, each=20)))

    thread = threading.Thread(target=send_until_over)
    thread.start()
    try:
        yield statuses
    finally:
        over.set()
        thread.join(timeout=60)


async def _read_answer(reader: asyncio.StreamReader) -> str:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    lengths = [line.partition(":")[2] for line in head.lower().split("\r\n") if line.startswith("content-length:")]
    await reader.readexactly(int(lengths[0]))
    return head.split(" ", 2)[1]
