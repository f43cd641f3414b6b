"""Brings a file of this machine to the platform, and waits until messages may link to it."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BufferedIOBase
from pathlib import Path
from typing import BinaryIO, cast

from bothub_cli.authoring.file_kinds import HEAD_SIZE, begins_otherwise, recognise_content_type
from bothub_cli.client import BothubClient
from bothub_cli.clock import Clock
from bothub_cli.delays import ask_until
from bothub_cli.durations import read_day, read_expiry
from bothub_cli.errors import ApiRefusedError, InputRefusedError, StillPendingError, UsageError
from bothub_cli.files import say_unreadable
from bothub_cli.messages.media_types import HTML, advise, guess_content_type, is_same_type, with_ending
from bothub_cli.protocol.http import FilePart
from bothub_cli.protocol.media import FILE_CONTENT, StoredFile

KEPT_FOR = timedelta(days=30)  # what FNW.11's clients ask for when nobody says (rcs-maap-bot)
FIRST_PAUSE = 0.5  # seconds between two looks at a file that is being taken in
READY_MAX_WAIT = 120.0  # seconds
_PENDING = frozenset({"pending", "processing", "uploading"})

# Given a title and a number of bytes (None: nothing to count), opens what is told how many bytes more are done.
ShowProgress = Callable[[str, int | None], AbstractContextManager[Callable[[int], None]]]


def show_nothing(title: str, total: int | None) -> AbstractContextManager[Callable[[int], None]]:  # noqa: ARG001 -- ShowProgress
    """Progress that nobody watches."""
    return nullcontext(lambda _: None)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """A file of this machine that can be uploaded; ``size`` in bytes; ``doubt`` says what is odd about its type."""

    path: Path
    name: str
    content_type: str
    size: int
    doubt: str | None = None


def is_url(written: str) -> bool:
    """Tell an address from a path."""
    return "://" in written


def look_at_file(path: Path, *, name: str | None, content_type: str | None, type_option: str) -> LocalFile:
    """Find out what an upload must say of a file. Raises InputRefusedError, or UsageError for an unknown type."""
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise InputRefusedError(where=str(path), problem=say_unreadable(error)) from error
    if stat.S_ISDIR(found.st_mode):
        raise InputRefusedError(where=str(path), problem=say_unreadable(IsADirectoryError()))
    if not stat.S_ISREG(found.st_mode):
        raise InputRefusedError(where=str(path), problem="is no ordinary file", fix="save it to a file first")
    if found.st_size == 0:
        raise InputRefusedError(where=str(path), problem="is empty")
    head = _read_head(path)
    seen = recognise_content_type(head)
    by_name = guess_content_type(path.name)
    wanted = content_type or by_name
    if seen == HTML and wanted not in (None, HTML):
        raise InputRefusedError(where=str(path), problem=f"is a web page (text/html), not {wanted}", fix=advise(HTML))
    is_as_said = wanted is None or seen is None or is_same_type(wanted, seen)
    known = content_type or (by_name if is_as_said and by_name else seen)
    shown = name or path.name
    doubt = None
    if not is_as_said:
        shown = name or with_ending(path.name, known)
        doubt = f"{path.name} is {seen} by its first bytes, not {wanted}: sent as {known}, named {shown}"
    elif wanted is not None and begins_otherwise(head, wanted):
        doubt = f"{path.name} does not begin as {wanted} does: phones may show nothing"
    if known is None:
        raise UsageError(
            problem=f"{path.name}: its name does not tell its type", fix=f"say it: {type_option} image/jpeg"
        )
    return LocalFile(path=path, name=shown, content_type=known, size=found.st_size, doubt=doubt)


def _read_head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD_SIZE)
    except OSError as error:
        raise InputRefusedError(where=str(path), problem=say_unreadable(error)) from error


def read_until(written: str | None, *, now: datetime) -> datetime:
    """Return the instant of ``30d``, a time or a day (its local midnight); else a month hence. Raises UsageError."""
    if written is None:
        return (now + KEPT_FOR).replace(microsecond=0)
    day = read_day(written)
    until = day or datetime.fromisoformat(read_expiry(written, now=now, option="until"))
    if until <= now:
        raise UsageError(option="until", problem=f"{written} is past", fix="write how long: 30d")
    return until


def upload(
    client: BothubClient, file: LocalFile, *, until: datetime, show_progress: ShowProgress = show_nothing
) -> StoredFile:
    """Store a file's bytes. Raises what the API refuses."""
    with file_part(file) as part, show_progress(f"uploading {file.name}", file.size) as advance:
        return client.upload_file(_watch(part, advance), until=until)


@contextmanager
def file_part(file: LocalFile) -> Iterator[FilePart]:
    """Open a file as a part of an upload. Raises InputRefusedError when it cannot be read."""
    try:
        stream = file.path.open("rb")
    except OSError as error:
        raise InputRefusedError(where=str(file.path), problem=say_unreadable(error)) from error
    with stream:
        yield FilePart(
            field_name=FILE_CONTENT,
            file_name=file.name,
            content_type=file.content_type,
            stream=stream,
            size=file.size,
        )


def wait_until_ready(
    client: BothubClient, stored: StoredFile, *, clock: Clock, show_progress: ShowProgress = show_nothing
) -> StoredFile:
    """Return the file once messages may link to it. Raises ApiRefusedError, or StillPendingError after two minutes."""
    if is_pending(stored):
        file_id = stored.file_id
        with show_progress("waiting until it is ready", None):
            for answer in ask_until(
                lambda: client.show_file(file_id),
                lambda file: not is_pending(file),
                clock=clock,
                pause=FIRST_PAUSE,
                max_wait=READY_MAX_WAIT,
            ):
                stored = answer
    return require_ready(stored)


def require_ready(stored: StoredFile) -> StoredFile:
    """Return a file that messages may link to. Raises StillPendingError, ApiRefusedError for one that is none."""
    if is_pending(stored):
        raise StillPendingError(subject=f"the file {stored.file_id}", waited=READY_MAX_WAIT)
    if stored.status in ("invalid", "expired"):
        raise ApiRefusedError(operation="store the file", reason=f"it is {stored.status}")
    return stored


def is_pending(stored: StoredFile) -> bool:
    """Tell whether the platform is still taking the file in."""
    return (stored.status or "").casefold() in _PENDING


def _watch(part: FilePart, advance: Callable[[int], None]) -> FilePart:
    return FilePart(
        field_name=part.field_name,
        file_name=part.file_name,
        content_type=part.content_type,
        stream=cast("BinaryIO", _WatchedStream(part.stream, advance)),
        size=part.size,
    )


class _WatchedStream(BufferedIOBase):
    """A stream that tells how many bytes were read; a rewind, for a second attempt, takes them back."""

    def __init__(self, stream: BinaryIO, advance: Callable[[int], None]) -> None:
        super().__init__()
        self._stream = stream
        self._advance = advance

    def read(self, size: int | None = -1, /) -> bytes:
        block = self._stream.read(-1 if size is None else size)
        self._advance(len(block))
        return block

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        before = self._stream.tell()
        after = self._stream.seek(offset, whence)
        self._advance(after - before)
        return after
