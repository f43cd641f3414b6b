"""Reads and writes files: what is ours only its owner may read, and it is written whole or not at all."""

import codecs
import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
NO_SUCH_FILE = "there is no such file"  # whatever the file is for
NOT_UTF8 = "is not UTF-8 text"
SECRET_MAX = 65_536  # bytes; a key of 16384 bits takes 13,000
PIPE_WAIT = 5.0  # seconds for a program to open a named pipe that it is to write to
POLL_SECONDS = 0.02
LEFTOVER_AGE = 60.0  # seconds; a write takes milliseconds
REPLACE_WAIT = 2.0 if sys.platform == "win32" else 0.0  # seconds; a read takes milliseconds
# what Windows takes for a device, whatever ending follows (learn.microsoft.com/windows/win32/fileio/naming-a-file)
_PORTS = (f"{port}{number}" for port in ("com", "lpt") for number in "123456789")
_DEVICES = frozenset({"con", "prn", "aux", "nul", *_PORTS})


def say_unreadable(error: Exception) -> str:
    """Say why a file that the user named cannot be read: the one wording of all commands.

    A ValueError is a NUL byte in the name, or a stream that was closed; an EOFError comes from a file that is cut off.
    """
    match error:
        case FileNotFoundError() | NotADirectoryError():
            return NO_SUCH_FILE
        case UnicodeDecodeError():
            return NOT_UTF8
    return _say_refused(error, "read")


def say_unwritable(error: Exception) -> str:
    """Say why a file that the user named cannot be written, likewise."""
    match error:
        case FileNotFoundError() | NotADirectoryError() | FileExistsError():  # the last: a file where a folder belongs
            return "there is no folder for this file"
    return _say_refused(error, "written")


def _say_refused(error: Exception, done: str) -> str:
    match error:
        case IsADirectoryError():
            return "is a directory"
        case PermissionError(filename=str(name)) if os.path.isdir(name):  # noqa: PTH112 -- so Windows says it
            return "is a directory"
        case PermissionError():
            return f"may not be {done} by you"
    return f"cannot be {done}: {getattr(error, 'strerror', None) or error}"


def is_file_name(name: str) -> bool:
    """Tell whether a name of letters, digits, dots, dashes and underscores is one for a file on every system."""
    return name.partition(".")[0].lower() not in _DEVICES


def check_readable(path: Path, *, folder: bool = False) -> None:
    """Find out whether a file, or with ``folder`` a folder, can be read, long before that is done.

    Raises OSError, or ValueError for what can be no path.
    """
    if stat.S_ISDIR(path.stat().st_mode) and not folder:
        raise IsADirectoryError
    if not may_use(path, os.R_OK):
        raise PermissionError


def check_writable(path: Path) -> None:
    """Find out whether a file can be made or replaced here, long before that is done. Raises OSError."""
    if path.is_dir():
        raise IsADirectoryError
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError
    if not may_use(path.absolute().parent, os.W_OK | os.X_OK):
        raise PermissionError


def may_use(path: Path, mode: int) -> bool:
    """Tell whether this user may read, write or enter (``os.R_OK`` and so on) what has this path."""
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def make_private_directory(path: Path) -> None:
    """Create a directory, and its parents, for its owner alone; an existing one keeps its mode.

    Raises OSError when it cannot be made.
    """
    if not path.is_dir():
        make_private_directory(path.parent)  # mkdir's own parents=True would leave these open to everybody
        path.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)


@contextmanager
def passing_directory(*, prefix: str) -> Iterator[Path]:
    """Give the block a directory that vanishes with it; where none can be made, one that is not there.

    A container may have no place at all to write to, and what goes without one must go there too.
    """
    from tempfile import TemporaryDirectory  # 5 ms that whoever has a home need not pay

    with ExitStack() as closing:
        try:
            place = Path(closing.enter_context(TemporaryDirectory(prefix=prefix)))
        except OSError:
            place = Path("/bothub-has-no-place-to-write")
        yield place


def write_private(path: Path, content: bytes) -> None:
    """Replace a file's content; see ``writing_private``. Raises OSError."""
    with writing_private(path) as stream:
        stream.write(content)


@contextmanager
def writing_private(path: Path) -> Iterator[BinaryIO]:
    """Replace a file by what the block writes, so that a reader, or a crash, sees the old bytes or the new ones.

    The file is created 0600 in the same directory, synced, then renamed. Raises OSError; nothing is left behind.
    """
    import tempfile  # 1 ms that whoever only reads need not pay

    make_private_directory(path.parent)
    sweep_leftovers(path.parent, path.name)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        _put_in_place(temporary, path)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise


def _put_in_place(temporary: Path, path: Path) -> None:
    """Rename a file; Windows refuses that for the moment that a reader, or a virus scanner, has the old one open."""
    deadline = time.monotonic() + REPLACE_WAIT
    while True:
        try:
            temporary.replace(path)
        except PermissionError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(POLL_SECONDS)
        else:
            return


def read_secret(path: Path) -> bytes:
    """Return what a file holds, or what a program writes into a pipe: ``<(pass show bothub)``.

    Of more than ``SECRET_MAX`` bytes it is the first SECRET_MAX + 1: whoever asked refuses them. A named pipe that
    nobody has opened to write is given a while, as its writer may be starting. Raises OSError.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            return stream.read(SECRET_MAX + 1)
        return _read_pipe(descriptor)


def _read_pipe(descriptor: int) -> bytes:
    import select  # only a pipe is waited for

    content, deadline = b"", time.monotonic() + PIPE_WAIT
    while len(content) <= SECRET_MAX:
        select.select([descriptor], [], [], POLL_SECONDS)
        try:
            block = os.read(descriptor, SECRET_MAX + 1 - len(content))
        except BlockingIOError:
            continue  # it has a writer, which has written nothing yet: a person may have to unlock a safe
        if not block and (content or time.monotonic() > deadline):
            break
        content += block
        if not block:
            time.sleep(POLL_SECONDS)
    if not content:
        raise OSError(errno.ENODATA, "nobody wrote into this pipe")
    return content


def may_exist(path: Path) -> bool:
    """Tell whether something is there, or would be if its folder could be entered; who opens it says why it cannot.

    A link that leads nowhere counts, and so does a folder of it that is none: a disk may be missing today.
    """
    for place in (path, *path.parents):
        try:
            if os.path.lexists(place):
                return place == path or not place.is_dir()
        except PermissionError:
            return True
    return False


def sweep_leftovers(directory: Path, name: str | None = None, *, age: float = LEFTOVER_AGE) -> None:
    """Take away what a process left that was killed while it wrote a file of this name, or any.

    ``age`` in seconds spares a write of now; 0 is for whoever holds the lock under which all are written.
    """
    limit = time.time() - age
    pattern = f".{name}.*" if name else ".*.????????"
    with suppress(OSError):
        for leftover in directory.glob(pattern):
            with suppress(OSError):
                if leftover.is_file() and leftover.stat().st_mtime <= limit:
                    leftover.unlink()


def decode_text(content: bytes) -> str:
    """Return the text of a file that a person made, with whatever byte order mark its editor put in front.

    PowerShell's ``>`` writes UTF-16. Raises UnicodeDecodeError for what is neither UTF-8 nor marked.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")
