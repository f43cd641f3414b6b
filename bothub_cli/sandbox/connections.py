"""Open connections by client address, so that a fault can cut one as a network does."""

import asyncio

from uvicorn.protocols.http.auto import AutoHTTPProtocol


class Connections:
    """The transports of all open connections."""

    def __init__(self) -> None:
        self._transports: dict[tuple[str, int], asyncio.Transport] = {}
        self._is_over = False

    def opened(self, transport: asyncio.Transport) -> None:
        self._transports[_client_of(transport)] = transport
        if self._is_over:
            transport.abort()

    def closed(self, transport: asyncio.Transport) -> None:
        self._transports.pop(_client_of(transport), None)

    def cut(self, client: tuple[str, int]) -> None:
        """Break the client's connection at once, whatever is still unsent."""
        transport = self._transports.get(client)
        if transport is not None:
            transport.abort()

    def cut_all(self) -> None:
        """Break every connection, and those that are still being accepted."""
        self._is_over = True
        for transport in list(self._transports.values()):
            transport.abort()

    def __len__(self) -> int:
        return len(self._transports)


def tracked_protocol(connections: Connections) -> type[asyncio.Protocol]:
    """Return uvicorn's HTTP protocol (httptools when installed, else h11), which also tells the connections."""

    class TrackedProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # uvicorn chooses the base when imported
        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            connections.opened(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.closed(self.transport)
            super().connection_lost(exc)

    return TrackedProtocol


def _client_of(transport: asyncio.Transport) -> tuple[str, int]:
    address = transport.get_extra_info("peername")
    return str(address[0]), int(address[1])
