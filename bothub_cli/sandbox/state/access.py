"""Who may drive the sandbox: its own page and this machine, or whoever knows its token."""

import hmac
from dataclasses import dataclass

from bothub_cli.redaction import Secret

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
WILDCARDS = ("0.0.0.0", "[::]")  # noqa: S104 -- only compared with; a sandbox that listens everywhere has a token


class Origins:
    """The names under which the sandbox is known, against DNS rebinding and requests from other sites.

    One that listens on every interface has any number of names: there the token alone protects it.
    """

    def __init__(self, host: str, *, port: int) -> None:
        names = {*LOOPBACK_NAMES, host.lower()}
        self._accepts_any = host in WILDCARDS
        self._hosts = frozenset({f"{name}:{port}" for name in names} | (names if port == 80 else set()))

    def knows_host(self, host: str | None) -> bool:
        """Tell whether a Host header names the sandbox; anything else may be a rebound name."""
        return host is not None and (self._accepts_any or host.lower() in self._hosts)

    @staticmethod
    def is_own(origin: str | None, *, host: str | None) -> bool:
        """Tell whether an Origin header is absent (no browser, or a plain visit) or that of the page at ``host``.

        A proxy may have put TLS before it.
        """
        return origin is None or origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower())


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
