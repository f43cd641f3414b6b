"""A transport that is opened by its first request: what finds its tokens in the cache never loads an HTTP library."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bothub_cli.protocol.http import HttpRequest, HttpResponse
    from bothub_cli.transport.base import Transport


class LazyTransport:
    """Opens the real transport when it is needed, once."""

    def __init__(self, open_transport: "Callable[[], Transport]") -> None:
        self._open = open_transport
        self._transport: Transport | None = None

    def send(self, request: "HttpRequest") -> "HttpResponse":
        if self._transport is None:
            self._transport = self._open()
        return self._transport.send(request)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
