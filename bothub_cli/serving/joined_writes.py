"""Sends what is written in one turn of the event loop with one call to the system: an answer's head and its body."""

import asyncio
from typing import Any, Final

_HELD_MAX: Final = 64 * 1024  # bytes that wait for the turn's end; more are sent at once, and slow readers noticed


class JoinedWrites:
    """As much of a transport as an HTTP connection uses; uvicorn writes a head by itself, and the body after it."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._waiting = b""
        self._has_ended = False
        self.is_closing = transport.is_closing
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading

    def write(self, written: bytes) -> None:
        """Send the bytes before the loop does anything else; none after the end."""
        if self._has_ended:
            return
        if self._waiting:
            self._waiting += written
        else:
            self._waiting = written
            self._loop.call_soon(self._send)
        if len(self._waiting) > _HELD_MAX:
            self._send()

    def write_eof(self) -> None:
        """Send everything, and then the end."""
        self._send()
        self._has_ended = True
        self._transport.write_eof()

    def close(self) -> None:
        """Close once everything is sent."""
        self._send()
        self._transport.close()

    def abort(self) -> None:
        """Close at once, whatever waits."""
        self._waiting = b""
        self._transport.abort()

    def get_extra_info(self, name: str) -> Any:  # Any: as asyncio has it
        """Return what the system knows of the connection."""
        return self._transport.get_extra_info(name)

    def _send(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, b""
            self._transport.write(waiting)
