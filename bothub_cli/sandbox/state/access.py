"""Who may drive the sandbox: its own page and this machine, or whoever knows its token."""

import hmac
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from bothub_cli.redaction import Secret

_PORT = re.compile(r":\d{1,5}$")
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
WILDCARDS = ("0.0.0.0", "[::]")  # noqa: S104 -- only compared with; a sandbox that listens everywhere has a token


class Origins:
    """The names under which the sandbox is known, against DNS rebinding and requests from other sites.

    One that listens on every interface is known by any address, for a rebound name is none, by the machine's own name,
    and by ``also``, the names that it was given; other machines may reach those at another port.
    """

    def __init__(self, host: str, *, port: int, also: Iterable[str] = ()) -> None:
        names = {*LOOPBACK_NAMES, host.lower()}
        self._accepts_addresses = host in WILDCARDS
        self._names = frozenset(name.lower() for name in also)
        if self._accepts_addresses:
            self._names |= {*LOOPBACK_NAMES, socket.gethostname().lower()}
        self._hosts = frozenset({f"{name}:{port}" for name in names} | (names if port == 80 else set()))

    def knows_host(self, host: str | None) -> bool:
        """Tell whether a Host header names the sandbox; anything else may be a rebound name."""
        if host is None:
            return False
        if host.lower() in self._hosts:
            return True
        name = _PORT.sub("", host.lower())
        return name in self._names or (self._accepts_addresses and _is_address(name))

    @staticmethod
    def is_own(origin: str | None, *, host: str | None) -> bool:
        """Tell whether an Origin header is absent (no browser, or a plain visit) or that of the page at ``host``.

        A proxy may have put TLS before it.
        """
        return origin is None or origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower())


def _is_address(name: str) -> bool:
    try:
        ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may drive the sandbox; with a ``token``, only those who send it."""

    origins: Origins
    token: Secret | None = None

    def is_granted(self, authorization: str | None) -> bool:
        """Tell whether an Authorization header may drive the sandbox."""
        if self.token is None:
            return True
        given = (authorization or "").removeprefix("Bearer ").encode("utf-8", "replace")
        return hmac.compare_digest(given, self.token.reveal().encode())
