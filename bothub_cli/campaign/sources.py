"""Where recipients come from: a file, or a stream that is kept aside because it is read twice."""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO, Protocol

from bothub_cli.errors import InputRefusedError


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
            raise InputRefusedError(problem=exc.strerror or str(exc), where=self.name) from exc


class StreamSource:
    """A stream, copied to a temporary file that has no name, so that nothing of it stays on the disk afterwards."""

    def __init__(self, stream: BinaryIO, *, name: str = "standard input") -> None:
        self._name = name
        self._copy = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as this source
        shutil.copyfileobj(stream, self._copy)
        self._copy.flush()

    @property
    def name(self) -> str:
        return self._name

    def open(self) -> BinaryIO:
        self._copy.seek(0)
        return os.fdopen(os.dup(self._copy.fileno()), "rb")

    def close(self) -> None:
        self._copy.close()
