"""One HTTP request and one HTTP answer, as values."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from enum import Enum
from typing import BinaryIO
from urllib.parse import urlsplit

from bothub_cli.errors import HttpFacts
from bothub_cli.record import record
from bothub_cli.urls import find_host


@record
class FilePart:
    """A file inside a multipart/form-data body; ``stream`` is read once, in blocks, so its size does not matter."""

    field_name: str
    """The name of the form's part."""
    file_name: str
    """How the file is called."""
    content_type: str
    """Such as "image/jpeg", …"""
    stream: BinaryIO = field(repr=False)
    """Its bytes; seekable."""
    size: int
    """Bytes."""


@record
class HttpRequest:
    """A request that is ready to go out; ``repr`` shows nothing that may be a secret."""

    operation: str
    """Completes "the request to …"."""
    method: str
    """Such as "GET", "POST", …"""
    url: str = field(repr=False)
    """Whole."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Names with their values."""
    body: bytes | None = field(default=None, repr=False)
    """Bytes of JSON, or of nothing."""
    form: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The fields of a form."""
    file: FilePart | None = field(default=None, repr=False)
    """The file of a form."""
    replay_safe: bool = False
    """Sending it twice does no harm: only then is it sent again when its answer was lost."""

    @property
    def host(self) -> str:
        """The host and port, which are safe to show."""
        return find_host(self.url)

    @property
    def safe_url(self) -> str:
        """The URL with every query value masked: the GSMA token call carries the assertion in its query."""
        parts = urlsplit(self.url)
        query = "&".join(f"{pair.partition('=')[0]}=***" for pair in parts.query.split("&") if pair)
        return f"{parts.scheme}://{self.host}{parts.path}" + (f"?{query}" if query else "")


class Headers(Mapping[str, str]):
    """Response headers, found whatever their case; of a repeated one, the last counts."""

    def __init__(self, pairs: Mapping[str, str] | None = None) -> None:
        self._pairs = {name.lower(): value for name, value in (pairs or {}).items()}

    def __getitem__(self, name: str) -> str:
        return self._pairs[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)


@record
class HttpResponse:
    """An answer as it came."""

    status: int
    """Of HTTP."""
    headers: Headers = field(default_factory=Headers)
    """Found whatever their case."""
    body: bytes = field(default=b"", repr=False)
    """The whole body."""
    elapsed: float = 0.0
    """Seconds."""

    @property
    def request_id(self) -> str | None:
        """The gateway's correlation id (Orange Developer, "APIs error handling")."""
        return self.headers.get("X-OAPI-Request-Id")

    @property
    def facts(self) -> HttpFacts:
        return HttpFacts(status=self.status, request_id=self.request_id)

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300


_REQUEST_ID_MAX = 120  # characters
_UUID_SIGNS = frozenset("0123456789abcdefABCDEF-")  # the gateway's are UUIDs, in which nothing hides


class RequestPurpose(Enum):
    """What a request is for, as far as its errors differ."""

    ORANGE_TOKEN = "asks Orange for a token"  # noqa: S105 - a description
    GSMA_TOKEN = "asks BotHub for a token"  # noqa: S105 - a description
    READ = "changes nothing, or the same thing again"
    CHANGE = "changes something: not to be done twice"


def read_facts(response: "HttpResponse") -> HttpFacts:
    """Return status and request id, the latter fit to be shown: it is a header that anyone may have set."""
    request_id = response.request_id or ""
    if len(request_id) > _REQUEST_ID_MAX or not _UUID_SIGNS.issuperset(request_id):
        from bothub_cli.protocol.excerpt import to_excerpt  # with it all that finds secrets in a text

        request_id = to_excerpt(request_id, limit=_REQUEST_ID_MAX)
    return HttpFacts(status=response.status, request_id=request_id or None)
