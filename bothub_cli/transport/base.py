"""What a transport promises, and which of its failures leave the outcome open."""

from collections.abc import Callable
from typing import Literal, Protocol

from bothub_cli.protocol.http import HttpRequest, HttpResponse
from bothub_cli.record import record

__all__ = ["AnswerLostError", "HttpRequest", "HttpResponse", "LazyTransport", "Transport", "TransportSettings"]


@record
class TransportSettings:
    """How to reach the network."""

    timeout: float = 30.0
    """Seconds for a whole answer."""
    connect_timeout: float = 10.0
    """Seconds for a connection."""
    proxy: str | None = None
    """Its URL; None leaves it to the environment."""
    ca_bundle: str | None = None
    """A file of authorities, or a folder made by ``openssl rehash``; None trusts certifi's."""
    proxy_origin: str = "proxy"
    """Who named the proxy, for errors."""
    ca_bundle_origin: str = "ca_bundle"
    """Who named the authorities, for errors."""

    def __post_init__(self) -> None:
        from bothub_cli.field_check import check_fields  # whoever imports the client has made none yet

        check_fields(self)


class AnswerLostError(Exception):
    """The request may have reached the server, and no whole answer came back."""

    def __init__(self, stage: Literal["timeout", "lost"], detail: str) -> None:
        super().__init__(detail)
        self.stage: Literal["timeout", "lost"] = stage
        self.detail = detail


class FileChangedError(Exception):
    """The file could not be read to the end that was announced; the request is cut, so it cannot count."""


class Transport(Protocol):
    """One call: a request out, an answer back. Redirects are never followed, cookies never kept."""

    def send(self, request: HttpRequest) -> HttpResponse:
        """Return the answer, whatever its status.

        Raises NetworkError when the request surely never reached the server,
        AnswerLostError when it may have.
        """
        ...

    def close(self) -> None:
        """Give back connections; the transport is not used afterwards."""
        ...


class LazyTransport:
    """Opens the real transport for its first request: what finds its tokens in the cache loads no HTTP library."""

    def __init__(self, open_transport: Callable[[], Transport]) -> None:
        self._open = open_transport
        self._transport: Transport | None = None

    def send(self, request: HttpRequest) -> HttpResponse:
        if self._transport is None:
            self._transport = self._open()
        return self._transport.send(request)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
