"""Fetches a picture from the web: few redirects, bounded size and time, and no private address.

requests is not used: it decides by itself which address of a name it connects to, and when it gives up.
"""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from bothub_cli.sandbox.state.pictures.addresses import AddressRefusedError, connect
from bothub_cli.sandbox.state.pictures.image_types import Picture, PictureRefusedError, read_picture
from bothub_cli.urls import is_web_url

PICTURE_MAX = 10 * 1024 * 1024  # bytes; Google recommends at most 2 MB for a card's image
FETCH_TIME = 8.0  # seconds for everything, redirects included
REDIRECTS_MAX = 3
_REDIRECTS = (301, 302, 303, 307, 308)
_HEADERS = {"Accept": "image/png,image/jpeg,image/gif,image/webp", "User-Agent": "bothub-sandbox"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fetched:
    """What one request brought: the whole content, or the address where it is."""

    content: bytes = b""
    moved_to: str | None = None


class PictureFetcher:
    """Asks public addresses; with ``may_be_local`` this machine too. To be called from threads."""

    def __init__(self, *, may_be_local: bool = False, max_wait: float = FETCH_TIME) -> None:
        self._may_be_local = may_be_local
        self._max_wait = max_wait
        self._open: set[socket.socket] = set()

    def fetch(self, url: str) -> Picture:
        """Return the picture behind the URL. Raises PictureRefusedError."""
        deadline = time.monotonic() + self._max_wait
        for _ in range(REDIRECTS_MAX + 1):
            if not is_web_url(url):
                raise PictureRefusedError("not an http or https URL")
            try:
                step = self._ask(urlsplit(url), deadline)
            except (OSError, http.client.HTTPException, AddressRefusedError, ValueError) as exc:
                raise PictureRefusedError(f"it cannot be fetched: {str(exc) or type(exc).__name__}") from exc
            if step.moved_to is None:
                return read_picture(step.content)
            url = urljoin(url, step.moved_to)
        raise PictureRefusedError(f"more than {REDIRECTS_MAX} redirects")

    def stop(self) -> None:
        """End what is under way."""
        for link in list(self._open):
            _cut(link)

    def _ask(self, parts: SplitResult, deadline: float) -> _Fetched:
        with self._connected(parts, deadline) as connection:
            connection.request("GET", _target(parts), headers=_HEADERS)
            with connection.getresponse() as answer:
                return _read_step(answer)

    @contextmanager
    def _connected(self, parts: SplitResult, deadline: float) -> Iterator[http.client.HTTPConnection]:
        """Give a connection that is cut at the deadline, however slowly bytes drip in."""
        connection = self._connect(parts, deadline - time.monotonic())
        link: socket.socket = connection.sock  # kept here: the connection forgets it before the answer is read
        timer = threading.Timer(max(deadline - time.monotonic(), 0), _cut, [link])
        timer.daemon = True
        timer.start()
        self._open.add(link)
        try:
            if isinstance(link, ssl.SSLSocket):
                link.do_handshake()
            yield connection
        finally:
            timer.cancel()
            self._open.discard(link)
            connection.close()

    def _connect(self, parts: SplitResult, timeout: float) -> http.client.HTTPConnection:
        if timeout <= 0:
            raise TimeoutError("it took too long")
        host, is_tls = parts.hostname or "", parts.scheme == "https"
        kind = http.client.HTTPSConnection if is_tls else http.client.HTTPConnection
        connection = kind(host, parts.port)
        plain = connect(host, connection.port, timeout=timeout, may_be_local=self._may_be_local)
        connection.sock = _wrap(plain, host) if is_tls else plain
        return connection


def _read_step(answer: http.client.HTTPResponse) -> _Fetched:
    if answer.status in _REDIRECTS:
        return _Fetched(moved_to=answer.getheader("Location") or "")
    if answer.status != 200:
        raise PictureRefusedError(f"the server answered {answer.status}")
    content = answer.read(PICTURE_MAX + 1)
    if len(content) > PICTURE_MAX:
        raise PictureRefusedError(f"larger than {PICTURE_MAX} bytes")
    if answer.length:
        raise PictureRefusedError("the connection broke before its end")
    return _Fetched(content=content)


def _wrap(plain: socket.socket, host: str) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)


def _target(parts: SplitResult) -> str:
    """Return path and query; what a URL may not hold is escaped, and escapes stay."""
    query = f"?{parts.query}" if parts.query else ""
    return quote(f"{parts.path or '/'}{query}", safe="/?%:@!$&'()*+,;=~-._[]")


def _cut(link: socket.socket) -> None:
    with suppress(OSError):  # closed meanwhile
        link.shutdown(socket.SHUT_RDWR)
