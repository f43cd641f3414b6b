"""Sends from a process of its own, so that libcurl works on one core while rows are written and recorded on another.

The process gets its orders, tokens among them, through a pipe, never as arguments. It ends when the pipe does, however
its parent ended. What it was given and did not report may have been sent: its outcome is open.
"""

import os
import select
import subprocess
import sys
from dataclasses import asdict
from typing import Any, Literal

from bothub_cli.errors import NetworkError
from bothub_cli.protocol.http import HttpRequest
from bothub_cli.transport.base import TransportSettings
from bothub_cli.transport.bulk import Answered, AnswerLost, Ending, NotSent
from bothub_cli.transport.frames import FrameReader, pack

_START_WAIT = 20.0  # seconds until the process says that it is ready
_STOP_WAIT = 5.0  # seconds until it is killed
_READ_MOST = 1 << 20
_ENDED = "the sending process ended"


def can_send_apart() -> bool:
    """Tell whether this system waits on pipes as on sockets, and has a core to spare."""
    return os.name == "posix" and (os.cpu_count() or 1) > 1


class ApartTransport:
    """A ``BulkTransport`` whose ``CurlTransport`` lives in another process.

    Making one raises OSError when the process does not start. One that dies later is replaced at the next post.
    """

    def __init__(self, settings: TransportSettings, *, user_agent: str) -> None:
        self._opening = (asdict(settings), user_agent)
        self._process: subprocess.Popen[bytes] | None = None
        self._reader = FrameReader()
        self._open: set[int] = set()
        self._posts: list[tuple[int, bytes]] = []
        self._refused: list[Ending] = []
        self._request: HttpRequest | None = None
        self._start()

    @property
    def in_flight(self) -> int:
        return len(self._open) + len(self._posts) + len(self._refused)

    def aim(self, request: HttpRequest) -> None:
        self._hand_over()  # what was posted before goes where it was meant to
        self._request = request
        if self._process is not None:
            self._write(_aim(request))

    def post(self, ticket: int, body: bytes) -> None:
        assert self._request is not None, "aim() comes before post()"
        self._posts.append((ticket, body))

    def collect(self, timeout: float) -> list[Ending]:
        self._hand_over()
        if self._refused:
            refused, self._refused = self._refused, []
            return refused
        return self._read(timeout) if self._open else []

    def close(self) -> None:
        self._open.clear()
        self._posts.clear()
        self._refused.clear()
        self._stop()

    def _stop(self) -> None:
        """End the process, which goes as soon as its orders end."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(timeout=_STOP_WAIT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def _hand_over(self) -> None:
        """Give the process what was posted; what cannot be given surely was not sent."""
        posts, self._posts = self._posts, []
        if not posts:
            return
        assert self._request is not None
        if self._process is None:
            try:
                self._start()
            except OSError:
                error = NetworkError(host=self._request.host, stage="connect", detail=_ENDED)
                self._refused += [NotSent(ticket, error) for ticket, _ in posts]
                return
        self._open.update([ticket for ticket, _ in posts])
        self._write(posts)

    def _start(self) -> None:
        """Start the process and wait until it is ready. Raises OSError."""
        process = self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bothub_cli.transport.apart_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,  # Ctrl-C on the terminal is for the parent alone, which lets it drain
        )
        self._reader = FrameReader()
        self._write(self._opening)
        assert process.stdout is not None
        if not select.select([process.stdout], [], [], _START_WAIT)[0] or not os.read(process.stdout.fileno(), 1):
            process.kill()
            self._stop()
            raise OSError("the sending process does not start")
        if self._request is not None:
            self._write(_aim(self._request))

    def _write(self, value: object) -> None:
        """Write to the process, which always reads; when it has died, ``_read`` finds out."""
        assert self._process is not None
        assert self._process.stdin is not None
        rest = memoryview(pack(value))
        try:
            while rest:
                rest = rest[os.write(self._process.stdin.fileno(), rest) :]
        except BrokenPipeError:
            return

    def _read(self, timeout: float) -> list[Ending]:
        assert self._process is not None
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], max(timeout, 0))[0]:
            return []
        data = os.read(self._process.stdout.fileno(), _READ_MOST)
        if not data:
            return self._bury()
        endings: list[Ending] = []
        for answered, others in self._reader.feed(data):
            endings += [Answered(*fields) for fields in answered]
            endings += [_revive(fields) for fields in others]
        self._open.difference_update([ending.ticket for ending in endings])
        return endings

    def _bury(self) -> list[Ending]:
        """The process died: whatever it had may have been sent."""
        lost: list[Ending] = [AnswerLost(ticket, "lost", _ENDED, 0.0) for ticket in sorted(self._open)]
        self._open.clear()
        self._stop()
        return lost


def describe(ending: NotSent | AnswerLost) -> tuple[Any, ...]:
    """Return an ending as plain values; ``_revive`` is its opposite."""
    if isinstance(ending, NotSent):
        error = ending.error
        return ("not sent", ending.ticket, error.host, error.stage, error.detail)
    return ("lost", ending.ticket, ending.stage, ending.detail, ending.elapsed)


def _revive(fields: tuple[Any, ...]) -> NotSent | AnswerLost:
    kind: Literal["not sent", "lost"] = fields[0]
    if kind == "not sent":
        _, ticket, host, stage, detail = fields
        return NotSent(ticket, NetworkError(host=host, stage=stage, detail=detail))
    _, ticket, stage, detail, elapsed = fields
    return AnswerLost(ticket, stage, detail, elapsed)


def _aim(request: HttpRequest) -> tuple[str, str, list[tuple[str, str]]]:
    return (request.operation, request.url, [*request.headers])
