"""Open connections by client address, so that a fault can cut one as a network does."""

import asyncio
from collections.abc import Iterator
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

HEAD_MAX = 64 * 1024  # bytes of a request line and its headers; httptools has no limit of its own
LEFTOVER_MAX = 16 * 1024 * 1024  # bytes of a body that was answered before its end, and is forgotten
LINGER = 1.0  # seconds in which a refused client may read why (RFC 9112 9.6)

_REFUSALS = {408: b"408 Request Timeout", 431: b"431 Request Header Fields Too Large"}


class Connections:
    """All open connections."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], TrackedConnection] = {}
        self._is_over = False

    def opened(self, connection: "TrackedConnection") -> None:
        self._open[_client_of(connection.transport)] = connection
        if self._is_over:
            connection.transport.abort()

    def closed(self, connection: "TrackedConnection") -> None:
        self._open.pop(_client_of(connection.transport), None)

    def cut(self, client: tuple[str, int]) -> None:
        """Break the client's connection at once, whatever is still unsent."""
        connection = self._open.get(client)
        if connection is not None:
            connection.transport.abort()

    def cut_all(self) -> None:
        """Break every connection, and those that are still being accepted."""
        self._is_over = True
        for connection in self:
            connection.transport.abort()

    def __iter__(self) -> Iterator["TrackedConnection"]:
        return iter(list(self._open.values()))

    def __len__(self) -> int:
        return len(self._open)


class TrackedConnection(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # uvicorn chooses the base when imported
    """uvicorn's HTTP protocol (httptools when installed, else h11), which is known, counted, and can be refused."""

    def __init__(self, *arguments: Any, connections: Connections, **named: Any) -> None:  # Any: as uvicorn gives them
        super().__init__(*arguments, **named)
        self._known = connections
        self._is_refused = False
        self._head_bytes = 0
        self.received = 0  # bytes since it was opened

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._known.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._known.closed(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        if self._is_refused:
            return
        super().data_received(data)
        if not self.is_between_requests:
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > (LEFTOVER_MAX if self._has_leftover else HEAD_MAX):
            self.refuse(431)

    @property
    def is_between_requests(self) -> bool:
        """Tell whether the head of a request is awaited, or has come in part."""
        return self.cycle is None or self.cycle.response_complete

    @property
    def is_waiting_for_body(self) -> bool:
        """Tell whether a request is here whose body is not complete."""
        return not self.is_between_requests and self.cycle.more_body

    def refuse(self, status: int) -> None:
        """Answer, where the client awaits one and could not mistake it; then close."""
        self._is_refused = True
        if not self.transport.is_closing():
            if self._head_bytes or (self.is_waiting_for_body and not self.cycle.response_started):
                line = b"HTTP/1.1 " + _REFUSALS[status]
                self.transport.write(line + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
            self.transport.write_eof()
        asyncio.get_running_loop().call_later(LINGER, self.transport.abort)

    @property
    def _has_leftover(self) -> bool:
        return self.cycle is not None and self.cycle.more_body


def _client_of(transport: asyncio.Transport) -> tuple[str, int]:
    address = transport.get_extra_info("peername")
    return str(address[0]), int(address[1])
