"""The process at the other end of ``ApartTransport``: orders come in on its stdin, endings go out on its stdout."""

import os
import select
import signal
from typing import Any

from bothub_cli.protocol.http import HttpRequest
from bothub_cli.transport.apart import describe
from bothub_cli.transport.base import TransportSettings
from bothub_cli.transport.bulk import Answered
from bothub_cli.transport.frames import FrameReader, pack
from bothub_cli.transport.multi import CurlTransport

READY = b"\0"
_ORDERS, _ENDINGS = 0, 1  # stdin and stdout
_READ_MOST = 1 << 20
_WAIT = 0.5  # seconds


class _Process:
    """Never waits for its parent to read: it would then not read either, and both would wait for ever."""

    def __init__(self) -> None:
        self._frames = FrameReader()
        self._transport: CurlTransport | None = None
        self._unwritten = b""

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the parent hears them, and lets this one drain
            signal.signal(number, signal.SIG_IGN)
        os.set_blocking(_ENDINGS, False)
        while True:
            if self._has_orders() and not self._read_orders():
                return  # the parent has gone, or needs no more
            self._collect()
            self._write_endings()

    def _has_orders(self) -> bool:
        """Look for orders; while libcurl has nothing to do, wait for them, or until endings can be written."""
        is_busy = self._transport is not None and self._transport.in_flight
        writing = [_ENDINGS] if self._unwritten else []
        return bool(select.select([_ORDERS], writing, [], 0 if is_busy else _WAIT)[0])

    def _read_orders(self) -> bool:
        data = os.read(_ORDERS, _READ_MOST)
        for order in self._frames.feed(data):
            self._obey(order)
        return bool(data)

    def _obey(self, order: Any) -> None:  # Any: what the parent packed
        match order:
            case (dict() as settings, str() as user_agent):
                self._transport = CurlTransport(TransportSettings(**settings), user_agent=user_agent)
                self._transport.watch(_ORDERS)
                self._unwritten += READY
            case (str() as operation, str() as url, list() as headers):
                assert self._transport is not None
                self._transport.aim(
                    HttpRequest(operation=operation, method="POST", url=url, headers=tuple(headers), body=b"")
                )
            case list():
                assert self._transport is not None
                for ticket, body in order:
                    self._transport.post(ticket, body)

    def _collect(self) -> None:
        if self._transport is None or not self._transport.in_flight:
            return
        endings = self._transport.collect(0.001 if self._unwritten else _WAIT)
        if endings:
            answered = [tuple(ending) for ending in endings if isinstance(ending, Answered)]
            others = [describe(ending) for ending in endings if not isinstance(ending, Answered)]
            self._unwritten += pack((answered, others))

    def _write_endings(self) -> None:
        while self._unwritten:
            try:
                written = os.write(_ENDINGS, self._unwritten)
            except BlockingIOError:
                return
            self._unwritten = self._unwritten[written:]


if __name__ == "__main__":
    _Process().run()
