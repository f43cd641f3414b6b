"""The open connections of a server, and room for the next one: who dawdles goes first."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from uvicorn.protocols.http.flow_control import FlowControl

from bothub_cli.serving.limits import BUFFERED_MAX, OnRefusal, Refusal, ServingLimits


class Connection(Protocol):
    """What is known of one connection."""

    transport: asyncio.Transport
    flow: FlowControl
    address: tuple[str, int]  # the client's
    received: int  # bytes since it was opened
    resumed: int  # how often a client that was behind with reading has caught up

    def refuse(self, status: int, reason: str, *, linger: float = ...) -> None:
        """Answer, where the client awaits one and could not mistake it; then close."""


@dataclass(frozen=True, slots=True)
class BodyWait:
    """Since when the body of a request is awaited, and how many bytes the client had sent by then."""

    since: float
    received: int


class Connections:
    """All open connections; used in one event loop.

    Each is in at most one of three waits, which keep the order in which they began: for the head of a request, for
    its body, or idle between two requests.
    """

    def __init__(self, limits: ServingLimits, *, on_refusal: OnRefusal) -> None:
        self.limits = limits
        self.on_refusal = on_refusal
        self.heads: dict[Connection, float] = {}
        self.bodies: dict[Connection, BodyWait] = {}
        self.idle: dict[Connection, float] = {}
        self._open: dict[tuple[str, int], Connection] = {}
        self._of_address: Counter[str] = Counter()
        self._buffered: dict[Connection, int] = {}
        self._buffered_total = 0
        self._is_over = False

    def opened(self, connection: Connection) -> None:
        """Take a new connection in; when there are too many, one that only waits makes room, or the new one goes."""
        address = connection.address[0]
        self._open[connection.address] = connection
        self._of_address[address] += 1
        self.heads[connection] = _now()
        if self._is_over:
            connection.transport.abort()
        elif self._of_address[address] > self.limits.connections_of_address:
            self._make_room(connection, lambda other: other.address[0] == address, "too many connections of one sender")
        elif len(self._open) > self.limits.connections:
            self._make_room(connection, lambda _: True, "too many connections")

    def closed(self, connection: Connection) -> None:
        """Forget a connection."""
        if self._open.pop(connection.address, None) is not None:
            address = connection.address[0]
            self._of_address[address] -= 1
            if not self._of_address[address]:
                del self._of_address[address]
        self.heads.pop(connection, None)
        self.bodies.pop(connection, None)
        self.idle.pop(connection, None)
        self.buffers(connection, 0)

    def awaits_head(self, connection: Connection) -> None:
        """Note that the head of a request has begun, and is not complete."""
        self.idle.pop(connection, None)
        self.heads.setdefault(connection, _now())

    def has_head(self, connection: Connection) -> None:
        """Note that a head is complete."""
        self.heads.pop(connection, None)
        self.idle.pop(connection, None)

    def awaits_body(self, connection: Connection) -> None:
        """Note that some of a body is still to come."""
        if connection not in self.bodies:
            self.bodies[connection] = BodyWait(_now(), connection.received)

    def has_request(self, connection: Connection) -> None:
        """Note that a whole request is there."""
        self.bodies.pop(connection, None)

    def is_idle(self, connection: Connection) -> None:
        """Note that everything was answered."""
        if connection not in self.heads and connection not in self.bodies:
            self.idle[connection] = _now()

    def buffers(self, connection: Connection, size: int) -> None:
        """Note how many bytes wait in a connection; beyond what all together may, the one with the most goes."""
        before = self._buffered.pop(connection, 0)
        if size:
            self._buffered[connection] = size
        self._buffered_total += size - before
        if self._buffered_total > BUFFERED_MAX:
            largest = max(self._buffered, key=lambda each: self._buffered[each])
            self.buffers(largest, 0)
            largest.refuse(503, "too many unfinished requests", linger=0)

    def is_buffering(self, connection: Connection) -> bool:
        """Tell whether bytes were noted to wait in a connection."""
        return connection in self._buffered

    def cut(self, client: tuple[str, int]) -> None:
        """Break the client's connection at once, whatever is still unsent."""
        connection = self._open.get(client)
        if connection is not None:
            connection.transport.abort()

    def cut_all(self) -> None:
        """Break every connection, and those that are still being accepted."""
        self._is_over = True
        for connection in self:
            connection.transport.abort()

    def refused(self, status: int, reason: str, sender: str) -> None:
        """Tell whoever counts what is refused."""
        self.on_refusal(Refusal(status=status, reason=reason, sender=sender))

    def __iter__(self) -> Iterator[Connection]:
        return iter(list(self._open.values()))

    def __len__(self) -> int:
        return len(self._open)

    def _make_room(self, newest: Connection, may_go: Callable[[Connection], bool], reason: str) -> None:
        waiting = (each for group in (self.heads, self.idle) for each in group)
        victim = next((each for each in waiting if each is not newest and may_go(each)), newest)
        if victim in self.idle:
            self.idle.pop(victim)
            victim.transport.close()  # nothing was asked, so nothing is refused
        else:
            self.heads.pop(victim, None)
            victim.refuse(503, reason, linger=0)


def _now() -> float:
    return asyncio.get_running_loop().time()
