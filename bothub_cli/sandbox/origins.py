"""Who may talk to the sandbox from a browser: itself (against DNS rebinding and cross-site requests)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


class Origins:
    """The hosts under which the sandbox is known."""

    def __init__(self, hosts: Iterable[str], *, port: int) -> None:
        self._hosts = frozenset(f"{host}:{port}" for host in hosts) | (frozenset(hosts) if port == 80 else frozenset())
        self._raw_hosts = frozenset(host.encode() for host in self._hosts)

    def knows_host(self, host: bytes | None) -> bool:
        """Tell whether a Host header names the sandbox; anything else may be a rebound name."""
        return host is not None and host.lower() in self._raw_hosts

    def knows_origin(self, origin: str | None) -> bool:
        """Tell whether an Origin header is absent (no browser, or a plain visit) or the sandbox's own."""
        return origin is None or urlsplit(origin).netloc.lower() in self._hosts


def is_web_url(url: str) -> bool:
    """Tell whether the text is an absolute http or https URL."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, a broken IPv6 address
        return False
