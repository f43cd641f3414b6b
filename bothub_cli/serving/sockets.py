"""Where a server listens: at the address that was asked for and, when wanted, at this machine's own as well."""

import errno
import socket
import sys
from dataclasses import dataclass
from typing import Final

from bothub_cli.errors import ConfigurationError, UsageError
from bothub_cli.urls import is_loopback

BACKLOG: Final = 2048  # connections that wait to be accepted: a thousand may come at once
WILDCARDS: Final = ("0.0.0.0", "::")  # noqa: S104 -- every interface; only with a token
SOMEWHERE_ELSE: Final = ("192.0.2.1", 9)  # RFC 5737: nobody is there, and nothing is sent
_PROBLEMS: Final = {
    errno.EADDRINUSE: ("is in use", "another one may be running; --port 0 takes any free port"),
    errno.EACCES: ("needs more rights", "take a port from 1024 up, and a reverse proxy in front"),
}


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


def open_sockets(host: str, port: int, *, also_here: bool = False) -> Listening:
    """Listen; port 0 takes a free one, ``also_here`` adds 127.0.0.1 to an address of another network.

    Raises ConfigurationError when the address cannot be used.
    """
    first = _bind(host, port)
    if not also_here or is_loopback(host) or host in WILDCARDS:
        return Listening(host=host, sockets=(first,))
    try:
        second = _bind("127.0.0.1", first.getsockname()[1])
    except ConfigurationError:
        first.close()
        raise
    return Listening(host=host, sockets=(first, second))


def read_address(written: str, *, option: str) -> tuple[str, int]:
    """Read ``[HOST:]PORT``; without a host it is this machine's own. Raises UsageError."""
    host, _, port = written.rpartition(":")
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise UsageError(problem=f'{option}: "{written}" is no port', fix="for example 9100, or 0.0.0.0:9100")
    return host.strip("[]") or "127.0.0.1", int(port)


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
    try:
        return _open(host, port)
    except OSError as problem:
        known = (f"cannot be listened on: {problem.strerror or problem}", "--port 0 takes any free port")
        what, fix = _PROBLEMS.get(problem.errno or 0, known)
        raise ConfigurationError(problem=f"port {port} of {host} {what}", fix=fix) from problem


def _open(host: str, port: int) -> socket.socket:
    """Open the socket by hand, with its protocol named.

    asyncio switches Nagle's algorithm off only on sockets that name TCP, and ``create_server`` makes others: an
    answer in two writes then waits 40 ms for the client's acknowledgement.
    """
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(family, kind, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # elsewhere it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
        listener.setblocking(False)  # noqa: FBT003 -- the signature is the standard library's
    except BaseException:
        listener.close()
        raise
    return listener
