"""One HTTP connection that cannot take more memory, or more time, than a request deserves."""

import asyncio
import re
from typing import Any, Final

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from bothub_cli.serving.connections import Connections
from bothub_cli.serving.joined_writes import JoinedWrites
from bothub_cli.serving.limits import FIELDS_MAX, HEAD_MAX, LEFTOVER_MAX, LINGER, PIPELINE_MAX

_PIECE: Final = 16 * 1024  # bytes that the parser is given at once
_RECEIVE_MAX: Final = 64 * 1024  # bytes read from the socket at once
_HEAD_END: Final = re.compile(rb"\n\r?\n")
_LINES: Final = {
    408: b"408 Request Timeout\r\n",
    431: b"431 Request Header Fields Too Large\r\n",
    503: b"503 Service Unavailable\r\nretry-after: 1\r\n",
}


class HttpConnection(HttpToolsProtocol):
    """uvicorn's HTTP protocol on httptools, which is known, bounded, and can be refused.

    What a client sends is parsed piece by piece, with the end of at most one head in each, and no further than
    ``PIPELINE_MAX`` requests ahead of the answers: the rest is held, and the client waits.
    """

    def __init__(self, *arguments: Any, connections: Connections, **named: Any) -> None:  # Any: as uvicorn gives them
        super().__init__(*arguments, **named)
        self.address: tuple[str, int] = ("", 0)
        self.received = 0  # bytes since it was opened
        self.resumed = 0  # how often a client that was behind with reading has caught up
        self._known = connections
        self._held_flow: _HeldFlow
        self._held = b""  # came, and is not parsed yet
        self._is_in_head = True  # what comes next belongs to a head …
        self._has_begun = False  # … and some of it is there
        self._head_bytes = 0
        self._leftover = 0
        self.headers = []
        self._is_refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        transport.max_size = _RECEIVE_MAX  # type: ignore[attr-defined]  # asyncio's own takes 256 KiB and keeps the gaps
        self.flow = self._held_flow = _HeldFlow(transport)
        self.transport = JoinedWrites(transport)  # type: ignore[assignment]  # all of a transport that is used here
        peer = transport.get_extra_info("peername") or ("", 0)
        self.address = (str(peer[0]), int(peer[1]))
        self._known.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._release()
        self._known.closed(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        if self._is_refused:
            return
        if self._held:
            self._hold(self._held + data)
        else:
            self._parse(data)

    def on_message_begin(self) -> None:
        self._has_begun = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._is_in_head = self._has_begun = False
        if len(self.headers) > FIELDS_MAX:
            return  # refused once the piece is parsed
        self._head_bytes = self._leftover = 0
        self._known.has_head(self)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if len(self.headers) <= FIELDS_MAX:
            super().on_body(body)
        if self._last is not None and self._last.response_complete:
            self._leftover += len(body)

    def on_message_complete(self) -> None:
        self._is_in_head = True
        if len(self.headers) <= FIELDS_MAX:
            self._known.has_request(self)
            super().on_message_complete()

    def on_response_complete(self) -> None:
        """Begin the next request that waits; uvicorn's own would set a timer each time for clients that say no more."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            self._release()
            return
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        if self._held:
            self._parse(self._release())
        if not self._held:
            self.flow.resume_reading()
        if self.cycle.response_complete and not self.pipeline:
            self._known.is_idle(self)

    def resume_writing(self) -> None:
        self.resumed += 1
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        self._known.refused(400, "not HTTP", self.address[0])
        super().send_400_response(msg)

    @property
    def _last(self) -> RequestResponseCycle | None:
        """The latest request whose head has come; uvicorn has it untruthfully typed."""
        return self.cycle

    def refuse(self, status: int, reason: str, *, linger: float = LINGER) -> None:
        """Answer, where the client awaits one and could not mistake it; then close."""
        if self._is_refused:
            return
        self._is_refused = True
        self._release()
        self.parser = None  # type: ignore[assignment]  # what it has of a head is gone at once, as when uvicorn closes
        del self.headers[FIELDS_MAX:]
        self._known.refused(status, reason, self.address[0])
        if not self.transport.is_closing():
            if self._may_be_answered(status):
                line = b"HTTP/1.1 " + _LINES[status]
                self.transport.write(line + b"connection: close\r\ncontent-length: 0\r\n\r\n")
            if not linger:
                self.transport.close()
                return
            self.transport.write_eof()
        asyncio.get_running_loop().call_later(linger, self.transport.abort)

    def _may_be_answered(self, status: int) -> bool:
        is_between = self._last is None or (self._last.response_complete and not self.pipeline)
        if is_between:
            return bool(self._head_bytes) or status == 503
        return not self._is_in_head and not self.cycle.response_started and not self.pipeline

    def _parse(self, data: bytes) -> None:
        start = 0
        while start < len(data):
            if len(self.pipeline) >= PIPELINE_MAX:
                self._hold(data[start:])
                return
            found = _HEAD_END.search(data, start, start + _PIECE)
            end = found.end() if found else start + _PIECE
            self._parse_piece(data[start:end] if start or end < len(data) else data)
            if self._is_refused or self.transport.is_closing():
                return
            start = end
        self._note_wait()

    def _parse_piece(self, piece: bytes) -> None:
        if self._is_in_head:
            self._head_bytes += len(piece)
            if self._head_bytes > HEAD_MAX:
                self.refuse(431, f"a head of more than {HEAD_MAX // 1024} KiB")
                return
        super().data_received(piece)
        if len(self.headers) > FIELDS_MAX:
            self.refuse(431, f"more than {FIELDS_MAX} headers")
        elif self._leftover > LEFTOVER_MAX:
            self.refuse(408, "a body that was refused and goes on")

    def _note_wait(self) -> None:
        """Note what the client is to send next, once all that came is parsed."""
        if self._has_begun:
            self._known.awaits_head(self)
            self._known.buffers(self, self._head_bytes)
            return
        if not self._is_in_head:
            self._known.awaits_body(self)
        if self._known.is_buffering(self):
            self._known.buffers(self, 0)

    def _hold(self, data: bytes) -> None:
        self._held = data
        self._held_flow.is_holding = True
        self.flow.pause_reading()
        self._known.buffers(self, len(data))

    def _release(self) -> bytes:
        """Return what was held; from here on reading goes on."""
        data, self._held = self._held, b""
        self._held_flow.is_holding = False
        return data


class _HeldFlow(FlowControl):
    """uvicorn's flow control, which reads nothing new while something old is held."""

    def __init__(self, transport: asyncio.Transport) -> None:
        super().__init__(transport)
        self.is_holding = (
            False  # no reference back: a closed connection is gone at once, not when garbage is looked for
        )

    def resume_reading(self) -> None:
        if not self.is_holding:
            super().resume_reading()
