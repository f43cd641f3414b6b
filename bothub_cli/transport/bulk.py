"""Many requests in flight at once: the promise that a campaign's transport keeps, and the three ways one can end."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from bothub_cli.errors import NetworkError
from bothub_cli.protocol.http import Headers, HttpRequest, HttpResponse


class Answered(NamedTuple):  # made for every message: a frozen dataclass takes three times as long
    """The server answered; ``elapsed`` in seconds. ``head`` is its header lines as they came: few are ever read."""

    ticket: int
    status: int
    head: bytes
    body: bytes
    elapsed: float

    @property
    def response(self) -> HttpResponse:
        return HttpResponse(status=self.status, headers=read_headers(self.head), body=self.body, elapsed=self.elapsed)


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request surely never reached the server: it may go out again."""

    ticket: int
    error: NetworkError


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The request may have reached the server, and no whole answer came: it must not go out again by itself."""

    ticket: int
    stage: Literal["timeout", "lost"]
    detail: str
    elapsed: float


RequestEnding = Answered | NotSent | AnswerLost


class BulkTransport(Protocol):
    """Posts many bodies to one place. Nothing is ever sent twice, redirects are not followed, cookies not kept."""

    @property
    def in_flight(self) -> int:
        """How many requests wait for their end."""
        ...

    def aim(self, request: HttpRequest) -> None:
        """Let the requests that follow go to this URL with these headers; its own body is not sent."""
        ...

    def post(self, ticket: int, body: bytes) -> None:
        """Start a request; its end comes out of ``collect`` under this ticket."""
        ...

    def collect(self, timeout: float) -> list[RequestEnding]:
        """Return what ended, after at most ``timeout`` seconds; at once when nothing is in flight."""
        ...

    def close(self) -> None:
        """Cut what is in flight and give back connections."""
        ...


def read_headers(head: bytes) -> Headers:
    """Read raw header lines; of several blocks (``100 Continue`` comes first) the last counts."""
    pairs: dict[str, str] = {}
    for line in head.split(b"\n"):
        if line.startswith(b"HTTP/"):
            pairs.clear()
            continue
        name, colon, value = line.decode("latin-1").partition(":")
        if colon:
            pairs[name.strip()] = value.strip()
    return Headers(pairs)
