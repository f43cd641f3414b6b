"""Refuses clients that dawdle: whose head or body does not come to its end, or who do not take their answer.

A connection on which nothing more is asked is closed after a while.
"""

from bothub_cli.serving.connections import BodyWait, Connection, Connections
from bothub_cli.serving.limits import WRITE_TIMEOUT

LOOK_EVERY = 1.0  # seconds, at most: nothing is spent on a request that comes in time


class SlowClients:
    """Looks at the connections that wait, now and then."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._limits = connections.limits
        self._behind: dict[Connection, tuple[int, float]] = {}
        limits = self._limits
        self.pause = min(LOOK_EVERY, limits.head_timeout / 2, limits.body_timeout / 2, limits.keep_alive / 2)

    def look(self, now: float) -> None:
        """Refuse those whose time is over, and close what nobody uses."""
        self._look_at_heads(now)
        self._look_at_idle(now)
        for connection, wait in list(self._connections.bodies.items()):
            if self._is_too_slow(connection, wait, now):
                connection.refuse(408, self._what_is_slow())
        self._look_at_readers(now)

    def _look_at_heads(self, now: float) -> None:
        for connection, since in list(self._connections.heads.items()):
            if now - since <= self._limits.head_timeout:
                return  # they are in the order in which they began
            del self._connections.heads[connection]
            what = "a head that was not complete" if connection.received else "a connection that said nothing"
            connection.refuse(408, f"{what} after {self._limits.head_timeout:g} s")

    def _look_at_idle(self, now: float) -> None:
        for connection, since in list(self._connections.idle.items()):
            if now - since <= self._limits.keep_alive:
                return  # they are in the order in which they began
            del self._connections.idle[connection]
            connection.transport.close()

    def _is_too_slow(self, connection: Connection, wait: BodyWait, now: float) -> bool:
        elapsed = now - wait.since
        if elapsed <= self._limits.body_timeout:
            return False
        rate = self._limits.body_rate
        return rate is None or connection.received - wait.received < elapsed * rate

    def _what_is_slow(self) -> str:
        """Say it in the same words each time, so that it is counted as one thing."""
        if self._limits.body_rate is None:
            return f"a body that was not complete after {self._limits.body_timeout:g} s"
        return f"a body of less than {self._limits.body_rate:g} bytes a second"

    def _look_at_readers(self, now: float) -> None:
        before, self._behind = self._behind, {}
        for connection in self._connections:
            if not connection.flow.write_paused:
                continue
            resumed, since = before.get(connection, (connection.resumed, now))
            if resumed != connection.resumed:
                resumed, since = connection.resumed, now
            if now - since > WRITE_TIMEOUT:
                self._connections.refused(408, "an answer that nobody reads", connection.address[0])
                connection.transport.abort()
            else:
                self._behind[connection] = (resumed, since)
