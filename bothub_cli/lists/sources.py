"""Where recipients come from: a file, or a stream that is kept aside because it is read twice."""

import hashlib
import io
import shutil
import tempfile
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

from bothub_cli.errors import InputRefusedError
from bothub_cli.files import say_unreadable


class Source(Protocol):
    """Something that can be read from its beginning more than once; ``name`` is what people call it."""

    @property
    def name(self) -> str: ...

    def open(self) -> BinaryIO:
        """Open it at its beginning. Raises InputRefusedError."""
        ...


def fingerprint(source: Source) -> str:
    """Return a digest of the whole content, to tell whether it has changed. Raises InputRefusedError."""
    with source.open() as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]  # every BinaryIO here has readinto


class FileSource:
    """A file, read from its path each time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def name(self) -> str:
        return str(self._path)

    def open(self) -> BinaryIO:
        try:
            return self._path.open("rb")
        except OSError as exc:
            raise InputRefusedError(problem=say_unreadable(exc), where=self.name) from exc


class AbsentSource:
    """A list that is on another machine; ``fix`` helps whoever needs it here."""

    def __init__(self, name: str, *, fix: str) -> None:
        self._name = name
        self._fix = fix

    @property
    def name(self) -> str:
        return self._name

    def open(self) -> BinaryIO:
        raise InputRefusedError(problem="this list is not on this machine", where=self._name, fix=self._fix)


class StreamSource:
    """A stream, copied to a temporary file that has no name, so that nothing of it stays on the disk afterwards."""

    def __init__(self, stream: BinaryIO, *, name: str = "standard input") -> None:
        self._name = name
        self._copy = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as this source
        self._lock = threading.Lock()
        shutil.copyfileobj(stream, self._copy)
        self._copy.flush()

    @property
    def name(self) -> str:
        return self._name

    def open(self) -> BinaryIO:
        return io.BufferedReader(_OwnPlace(self._copy, self._lock))

    def close(self) -> None:
        self._copy.close()


class _OwnPlace(io.RawIOBase):
    """One reader of a file that several read at once: a copied descriptor would share its place with the others."""

    def __init__(self, file: IO[bytes], lock: threading.Lock) -> None:
        super().__init__()
        self._file = file
        self._lock = lock
        self._place = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        with self._lock:
            self._file.seek(self._place)
            count = self._file.readinto(buffer)  # type: ignore[attr-defined]  # a temporary file has it
        self._place += count
        return int(count)
