"""Watches one exchange on its socket: whether a byte of the request went out, and when its time is over.

What is raised by a connection does not tell whether the server may have acted; the first byte sent does. And a
library's timeout starts anew with each read, so a server that sends a byte a second would never end.
"""

import socket
import threading
from contextlib import suppress
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection


class WatchedExchange:
    """One request and its answer, for at most ``seconds``; used as a context manager around both."""

    def __init__(self, seconds: float) -> None:
        self.is_sent = False
        self.is_expired = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._token = _CURRENT.set(self)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        _CURRENT.reset(self._token)

    def watch(self, connection_socket: socket.socket | None) -> None:
        """Remember the socket that is cut when the time is over."""
        self._socket = connection_socket
        if self.is_expired:
            raise TimeoutError("the time was over before the connection was up")

    def _expire(self) -> None:
        self.is_expired = True
        if self._socket is not None:
            # A plain shutdown, also below TLS: the reading side wakes up with "end of stream".
            with suppress(OSError):
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


_CURRENT: ContextVar[WatchedExchange] = ContextVar("exchange")


def is_exchanging() -> bool:
    """Tell whether this thread is inside an exchange of ours."""
    return _CURRENT.get(None) is not None


if TYPE_CHECKING:
    _Connection = HTTPConnection
else:
    _Connection = object


class _Watched(_Connection):
    """What both kinds of connection tell the exchange that runs on them."""

    _is_connecting = False

    def _new_conn(self) -> socket.socket:
        connection_socket = super()._new_conn()
        _CURRENT.get().watch(connection_socket)
        return connection_socket

    def connect(self) -> None:
        self._is_connecting = True
        try:
            super().connect()
        finally:
            self._is_connecting = False
        _CURRENT.get().watch(self.sock)

    def send(self, data: Any) -> None:  # whatever http.client sends: bytes, a file, an iterable
        if self.sock is None:
            self.connect()
        if not self._is_connecting:  # CONNECT to a proxy is not the request yet
            exchange = _CURRENT.get()
            exchange.watch(self.sock)
            exchange.is_sent = True
        super().send(data)


class _WatchedHttp(_Watched, HTTPConnection):
    pass


class _WatchedHttps(_Watched, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHttp


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedHttps


POOLS = {"http": _HttpPool, "https": _HttpsPool}
