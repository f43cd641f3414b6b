"""The bytes of one source, a chunk at a time, with read errors turned into refusals."""

from typing import BinaryIO

from bothub_cli.authoring.refusal import refusal

CHUNK = 64 * 1024  # bytes
_BOM = b"\xef\xbb\xbf"


class ByteFeed:
    """Reads what a pipe has now rather than waiting for a full chunk; a leading UTF-8 BOM is dropped."""

    def __init__(self, stream: BinaryIO, *, name: str) -> None:
        self._stream = stream
        self.name = name
        self._head = b""

    def peek(self, *, limit: int) -> bytes:
        """Return the first bytes, enough to tell what this is, without consuming them; empty at the end."""
        while len(self._head) < limit and (len(self._head) < 16 or not self._head.strip()):
            chunk = self._read(CHUNK)
            if not chunk:
                break
            self._head += chunk
        return self._head.removeprefix(_BOM)

    def chunk(self, size: int = CHUNK) -> bytes:
        """Return up to about ``size`` bytes; empty at the end."""
        if self._head:
            head, self._head = self._head.removeprefix(_BOM), b""
            return head or self._read(size)
        return self._read(size)

    def read_all(self, *, limit: int) -> bytes:
        """Return everything; raises InputRefusedError as soon as there is more than ``limit``."""
        content = bytearray()
        while chunk := self.chunk():
            content += chunk
            if len(content) > limit:
                raise refusal(
                    self.name,
                    f"more than {limit // 2**20} MiB in one YAML file",
                    fix="write many messages as JSON Lines: they are read one by one, without a limit",
                )
        return bytes(content)

    def _read(self, size: int) -> bytes:
        # read1 returns as soon as a pipe has something; raw files have only read.
        read = getattr(self._stream, "read1", self._stream.read)
        try:
            return bytes(read(size) or b"")
        except (OSError, ValueError) as error:  # ValueError: the stream was closed, as cron and nohup do
            raise refusal(self.name, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
