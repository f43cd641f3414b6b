"""Where a sandbox listens: at the address that was asked for, and always at this machine's own as well."""

import os
import socket
from dataclasses import dataclass

from bothub_cli.errors import ConfigurationError
from bothub_cli.urls import is_loopback

BACKLOG = 2048  # connections that wait to be accepted: a thousand may come at once
WILDCARDS = ("0.0.0.0", "::")  # noqa: S104 -- every interface; only with a token
SOMEWHERE_ELSE = ("192.0.2.1", 9)  # RFC 5737: nobody is there, and nothing is sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Open sockets, and the address that was asked for."""

    host: str
    sockets: tuple[socket.socket, ...]

    @property
    def port(self) -> int:
        port: int = self.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """The base of every URL here, as others reach it."""
        host = address_for_others() if self.host in WILDCARDS else self.host
        return f"http://{in_url(host)}:{self.port}"

    @property
    def local_url(self) -> str:
        """The base for programs on this machine: commands take http for those only."""
        if is_loopback(self.host):
            return f"http://{in_url(self.host)}:{self.port}"
        return f"http://{'[::1]' if self.host == '::' else '127.0.0.1'}:{self.port}"

    def close(self) -> None:
        for listener in self.sockets:
            listener.close()


def listen(host: str, port: int) -> Listening:
    """Listen; port 0 takes a free one. Raises ConfigurationError when the address cannot be used."""
    first = _bind(host, port)
    if is_loopback(host) or host in WILDCARDS:
        return Listening(host=host, sockets=(first,))
    try:
        second = _bind("127.0.0.1", first.getsockname()[1])
    except ConfigurationError:
        first.close()
        raise
    return Listening(host=host, sockets=(first, second))


def in_url(host: str) -> str:
    """Write an address as URLs hold it."""
    return f"[{host}]" if ":" in host else host


def address_for_others() -> str:
    """Return the address from which this machine would speak to others; 127.0.0.1 when there are none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(SOMEWHERE_ELSE)  # chooses a way, and sends nothing
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, because asyncio switches Nagle's delay off (40 ms an answer) only where it sees TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere it would let two servers share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as exc:
        listener.close()
        raise ConfigurationError(
            problem=f"the sandbox cannot listen on {host}:{port}: {exc.strerror or exc}",
            fix="choose another port: --port 0 takes a free one",
        ) from exc
    listener.setblocking(False)  # noqa: FBT003 -- the signature is the standard library's
    return listener
