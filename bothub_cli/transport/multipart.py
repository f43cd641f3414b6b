"""A multipart/form-data body that is read while it is sent, so that a file of any size takes no memory."""

import secrets
from collections.abc import Iterable, Iterator

from urllib3.fields import RequestField

from bothub_cli.protocol.http import FilePart
from bothub_cli.transport.base import FileChangedError

_BLOCK = 64 * 1024  # bytes


class MultipartBody:
    """The fields, then the file; ``len()`` is exact, as it becomes Content-Length."""

    def __init__(self, form: Iterable[tuple[str, str]], file: FilePart | None) -> None:
        self._boundary = secrets.token_hex(16)
        self._file = file
        self._head = b"".join(self._field(name, value) for name, value in form) + self._file_header()
        self._tail = (b"\r\n" if file else b"") + f"--{self._boundary}--\r\n".encode()
        self._blocks = self._read_blocks()

    @property
    def content_type(self) -> str:
        """The header that tells the boundary."""
        return f"multipart/form-data; boundary={self._boundary}"

    def __len__(self) -> int:
        return len(self._head) + (self._file.size if self._file else 0) + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        return self._blocks

    def read(self, _size: int = -1) -> bytes:
        """Return the next block, whatever size is asked for; empty at the end. Raises FileChangedError."""
        return next(self._blocks, b"")

    def _field(self, name: str, value: str) -> bytes:
        field = RequestField(name, value)
        field.make_multipart()
        return self._render(field) + value.encode() + b"\r\n"

    def _file_header(self) -> bytes:
        if self._file is None:
            return b""
        field = RequestField(self._file.field_name, b"", self._file.file_name)
        field.make_multipart(content_type=self._file.content_type)
        return self._render(field)

    def _render(self, field: RequestField) -> bytes:
        return f"--{self._boundary}\r\n{field.render_headers()}".encode()

    def _read_blocks(self) -> Iterator[bytes]:
        yield self._head
        if self._file is not None:
            yield from _read_exactly(self._file)
        yield self._tail


def _read_exactly(file: FilePart) -> Iterator[bytes]:
    remaining = file.size
    while remaining:
        try:
            block = file.stream.read(min(_BLOCK, remaining))
        except (OSError, ValueError) as error:
            raise FileChangedError(f"{file.file_name} cannot be read any more") from error
        if not block:
            raise FileChangedError(f"{file.file_name} became shorter while it was sent")
        remaining -= len(block)
        yield block
