"""Refuses clients that dawdle: whose request line, headers or body do not come to their end."""

import asyncio
from dataclasses import dataclass

from bothub_cli.sandbox.http.connections import Connections, TrackedConnection
from bothub_cli.sandbox.state.settings import Patience

LOOK_EVERY = 1.0  # seconds, at most: nothing is spent on a request that comes in time


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wait:
    """What a connection was seen waiting for, since when, and how many bytes it had sent by then."""

    request: object  # the one under way, or the last one
    is_body: bool
    since: float
    received: int

    def is_the_same(self, other: "_Wait") -> bool:
        return self.request is other.request and self.is_body == other.is_body


class Watch:
    """Looks at every connection now and then."""

    def __init__(self, connections: Connections, patience: Patience) -> None:
        self._connections = connections
        self._patience = patience
        self._waits: dict[TrackedConnection, _Wait] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        loop = asyncio.get_running_loop()
        pause = min(LOOK_EVERY, self._patience.head / 2, self._patience.body / 2)
        while True:
            await asyncio.sleep(pause)
            self._look(loop.time())

    def _look(self, now: float) -> None:
        before, self._waits = self._waits, {}
        for connection in self._connections:
            wait = _see(connection, now)
            if wait is None:
                continue
            earlier = before.get(connection)
            if earlier is not None and earlier.is_the_same(wait):
                wait = earlier
            if self._is_too_long(wait, connection, now):
                connection.refuse(408)
            else:
                self._waits[connection] = wait

    def _is_too_long(self, wait: _Wait, connection: TrackedConnection, now: float) -> bool:
        elapsed = now - wait.since
        if not wait.is_body:
            return elapsed > self._patience.head
        enough = elapsed * self._patience.body_rate
        return elapsed > self._patience.body and connection.received - wait.received < enough


def _see(connection: TrackedConnection, now: float) -> _Wait | None:
    is_body = connection.is_waiting_for_body
    if not is_body and not connection.is_between_requests:
        return None  # the answer is being made
    return _Wait(request=connection.cycle, is_body=is_body, since=now, received=connection.received)
