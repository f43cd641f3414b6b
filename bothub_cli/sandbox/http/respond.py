"""Puts an answer on the wire, in the transmission that it asks for."""

import asyncio
from contextlib import suppress

from bothub_cli.sandbox.answers import Answer, Transmission
from bothub_cli.sandbox.http.request_body import discard_body
from bothub_cli.serving.asgi import Receive, Scope, Send
from bothub_cli.serving.connections import Connections
from bothub_cli.serving.request_body import ClientGoneError

Header = tuple[bytes, bytes]


class Deliverer:
    """Sends answers; ``closing`` ends those that would never end."""

    def __init__(self, connections: Connections, closing: asyncio.Event) -> None:
        self._connections = connections
        self._closing = closing

    async def deliver(self, answer: Answer, *, extra: list[Header], scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer, or break the connection as its transmission says."""
        if answer.delay:
            await self._pause(answer.delay)
        match answer.transmission:
            case Transmission.WHOLE:
                await send({"type": "http.response.start", "status": answer.status, "headers": _headers(answer, extra)})
                await send({"type": "http.response.body", "body": answer.body})
            case Transmission.EARLY:
                await send({"type": "http.response.start", "status": answer.status, "headers": _headers(answer, extra)})
                await send({"type": "http.response.body", "body": answer.body, "more_body": True})
                with suppress(ClientGoneError):
                    await discard_body(receive)
                await send({"type": "http.response.body"})
            case Transmission.NEVER:
                await self._wait_for_disconnect(receive)
                await self._cut(scope, receive)
            case Transmission.CUT:
                await self._cut(scope, receive)
            case Transmission.TRUNCATED:
                half = answer.body[: len(answer.body) // 2]
                await send({"type": "http.response.start", "status": answer.status, "headers": _headers(answer, extra)})
                await send({"type": "http.response.body", "body": half, "more_body": True})
                await self._cut(scope, receive)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return

    async def _wait_for_disconnect(self, receive: Receive) -> None:
        waits = {asyncio.ensure_future(_drain(receive)), asyncio.ensure_future(self._closing.wait())}
        _, unfinished = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in unfinished:
            wait.cancel()

    async def _cut(self, scope: Scope, receive: Receive) -> None:
        self._connections.cut(tuple(scope["client"]))
        await _drain(receive)  # so that the server sees the end before this call returns without an answer


async def _drain(receive: Receive) -> bool:
    while (await receive())["type"] != "http.disconnect":
        pass
    return True


def _headers(answer: Answer, extra: list[Header]) -> list[Header]:
    headers = [*extra, (b"content-length", str(len(answer.body)).encode())]
    if answer.status == 204:
        headers.pop()  # RFC 9110 8.6: no Content-Length with 204
    if answer.content_type is not None:
        headers.append((b"content-type", answer.content_type.encode()))
    headers.extend((name.encode(), value.encode("latin-1")) for name, value in answer.headers)
    return headers
