"""Keeps many requests in flight with a thread each, where pycurl is not installed."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from queue import Empty, SimpleQueue

from bothub_cli.errors import BothubError, NetworkError
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.transport.base import AnswerLostError, Transport
from bothub_cli.transport.bulk import Answered, AnswerLost, NotSent, RequestEnding

_Job = tuple[int, HttpRequest]


class PoolTransport:
    """A ``BulkTransport`` over ordinary transports, one for each thread because they share no connection.

    About thirty times slower than libcurl's multi loop: threads are started only as they are needed.
    """

    def __init__(self, make_transport: Callable[[], Transport]) -> None:
        self._make_transport = make_transport
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._endings: SimpleQueue[RequestEnding] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._waiting = 0
        self._request: HttpRequest | None = None

    @property
    def in_flight(self) -> int:
        return self._waiting

    def aim(self, request: HttpRequest) -> None:
        self._request = request

    def post(self, ticket: int, body: bytes) -> None:
        assert self._request is not None, "aim() comes before post()"
        self._waiting += 1
        if self._waiting > len(self._threads):
            self._start_thread()
        self._jobs.put((ticket, replace(self._request, body=body)))

    def collect(self, timeout: float) -> list[RequestEnding]:
        endings: list[RequestEnding] = []
        while self._waiting:
            try:
                endings.append(self._endings.get(timeout=0 if endings else max(timeout, 0)))
            except Empty:
                break
            self._waiting -= 1
        return endings

    def close(self) -> None:
        for _ in self._threads:
            self._jobs.put(None)
        self._threads.clear()

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._work, name=f"bothub-post-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self) -> None:
        transport = self._make_transport()
        while (job := self._jobs.get()) is not None:
            self._endings.put(_send(transport, *job))
        transport.close()


def _send(transport: Transport, ticket: int, request: HttpRequest) -> RequestEnding:
    started = time.monotonic()
    try:
        response = transport.send(request)
    except NetworkError as error:
        return NotSent(ticket, error)
    except BothubError as error:  # an unusable address, proxy or CA bundle: found before anything left
        return NotSent(ticket, NetworkError(host=request.host, stage="connect", detail=error.message, is_lasting=True))
    except AnswerLostError as lost:
        return AnswerLost(ticket, lost.stage, lost.detail, time.monotonic() - started)
    head = "".join([f"{name}: {value}\r\n" for name, value in response.headers.items()])
    return Answered(ticket, response.status, head.encode("latin-1", "replace"), response.body, response.elapsed)
