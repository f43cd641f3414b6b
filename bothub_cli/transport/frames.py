"""Values between two processes of ours over pipes: each pickled, behind its length."""

import pickle
import struct
from collections.abc import Iterator
from typing import Any

_LENGTH = struct.Struct("!I")


def pack(value: object) -> bytes:
    """Return a frame; only tuples, lists, bytes, texts and numbers go through, no classes."""
    body = pickle.dumps(value, protocol=5)
    return _LENGTH.pack(len(body)) + body


class FrameReader:
    """Puts frames together from whatever pieces a pipe hands out."""

    def __init__(self) -> None:
        self._pieces = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:  # Any: what the other end packed
        """Yield the values that are complete now."""
        self._pieces += data
        while len(self._pieces) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._pieces)[0]
            if len(self._pieces) < end:
                return
            body = bytes(self._pieces[_LENGTH.size : end])
            del self._pieces[:end]
            yield pickle.loads(body)  # noqa: S301  the other end is a process that we started
