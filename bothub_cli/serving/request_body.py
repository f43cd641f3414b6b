"""Reads a request's body into memory, of which all bodies together take no more than they may."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from bothub_cli.serving.asgi import Message, Receive

ROOM: Final = 16 * 1024 * 1024  # bytes of all bodies that are read, or held until they are dealt with
PIECE_WEIGHT: Final = 64  # bytes that Python adds to each piece


class BodyTooLargeError(Exception):
    """The body is larger than the operation reads."""


class NoRoomError(Exception):
    """Too many large bodies came at once; the same one is welcome a little later."""


class ClientGoneError(Exception):
    """The client left, or was cut off, before its body was complete."""


@dataclass(slots=True, eq=False)
class _Unfinished:
    """What has come of a body, in pieces (one that grew would leave gaps); None once it had to make room."""

    pieces: list[bytes] | None = field(default_factory=list)
    length: int = 0
    weight: int = 0


class BodyRoom:
    """The memory of one application's bodies; used in one event loop.

    Where it gets narrow, the largest unfinished body goes: events are small, and nobody keeps them out by sending
    large bodies without an end.
    """

    def __init__(self, size: int = ROOM) -> None:
        self._size = size
        self._taken = 0
        self._unfinished: set[_Unfinished] = set()

    async def read(self, receive: Receive, *, limit: int, declared: str | None) -> bytes:
        """Return the whole body.

        Raises BodyTooLargeError, before reading when Content-Length already says so; NoRoomError, ClientGoneError.
        """
        check_declared(declared, limit)
        message = await receive()
        first = body_of(message)
        if message.get("more_body"):
            return await self._read_rest(receive, first, limit)
        if len(first) > limit:
            raise BodyTooLargeError
        return first

    @contextmanager
    def holding(self, size: int) -> Iterator[None]:
        """Count so many bytes while the block lasts. Raises NoRoomError."""
        if self._taken + size > self._size:
            raise NoRoomError
        self._taken += size
        try:
            yield
        finally:
            self._taken -= size

    async def _read_rest(self, receive: Receive, first: bytes, limit: int) -> bytes:
        body, piece, is_complete = _Unfinished(), first, False
        self._unfinished.add(body)
        try:
            self._add(body, piece, limit)
            while not is_complete:
                message = await receive()
                piece, is_complete = body_of(message), not message.get("more_body")
                self._add(body, piece, limit)
            return b"".join(body.pieces or ())
        finally:
            self._release(body)

    def _add(self, body: _Unfinished, piece: bytes, limit: int) -> None:
        if body.pieces is None:
            raise NoRoomError
        weight = len(piece) + PIECE_WEIGHT
        body.pieces.append(piece)
        body.length += len(piece)
        body.weight += weight
        self._taken += weight
        if body.length > limit:
            raise BodyTooLargeError
        while self._taken > self._size and self._unfinished:
            self._release(max(self._unfinished, key=lambda each: each.weight))
        if body.pieces is None:
            raise NoRoomError

    def _release(self, body: _Unfinished) -> None:
        self._unfinished.discard(body)
        self._taken -= body.weight
        body.pieces, body.weight = None, 0


def check_declared(declared: str | None, limit: int) -> None:
    """Raise BodyTooLargeError when a Content-Length is beyond the limit."""
    if declared is not None and declared.isdecimal() and int(declared[:20]) > limit:
        raise BodyTooLargeError


def body_of(message: Message) -> bytes:
    """Return the piece of a body in a message. Raises ClientGoneError."""
    if message["type"] == "http.disconnect":
        raise ClientGoneError
    body: bytes = message.get("body", b"")
    return body
