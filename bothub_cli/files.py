"""Files that only their owner may read, written whole or not at all."""

import codecs
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from bothub_cli.errors import ConfigurationError, LockBusyError

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
LEFTOVER_AGE = 60.0  # seconds; a write takes milliseconds


def make_private_directory(path: Path) -> None:
    """Create a directory, and its parents, for its owner alone; an existing one keeps its mode.

    Raises OSError when it cannot be made.
    """
    if not path.is_dir():
        make_private_directory(path.parent)  # mkdir's own parents=True would leave these open to everybody
        path.mkdir(mode=PRIVATE_DIRECTORY, exist_ok=True)


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
        temporary.replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise


def check_owner(path: Path, *, choice: str = "") -> None:
    """Refuse a file or directory that somebody else could have filled, as ssh does; one that is not there is fine.

    It may belong to us or to root, and only these two may write to it; in a directory such as /tmp, where others may
    add files and change nobody's, each file counts by itself. ``choice`` is another way out. Raises ConfigurationError.
    """
    if os.name != "posix":
        return
    try:
        found = path.stat()
    except OSError:
        return  # whoever opens it says why it cannot be used
    me = os.geteuid()
    if found.st_uid not in {0, me}:
        raise ConfigurationError(
            where=str(path),
            problem=f"belongs to another user, {name_user(found.st_uid)}, who could have put anything there",
            fix=f"sudo chown -R {name_user(me)} {path}{choice}",
        )
    if found.st_mode & stat.S_IWOTH and not (stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX):
        problem = f"can be changed by every user (its owner is {name_user(found.st_uid)})"
        raise ConfigurationError(where=str(path), problem=problem, fix=f"chmod o-w {path}{choice}")


def read_regular(path: Path) -> bytes:
    """Return what a file of ours holds; a pipe or a device in its place is refused, as reading it might never end.

    Raises ConfigurationError for what is no file, OSError for one that is missing or cannot be read.
    """
    check_regular(path)
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # it may have been exchanged since
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


def check_regular(path: Path) -> None:
    """Refuse a pipe, a socket or a device where a file of ours belongs; one that is not there is fine.

    Raises ConfigurationError.
    """
    try:
        mode = path.stat().st_mode
    except OSError:
        return  # whoever opens it says why it cannot be used
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        kind = "a named pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
        raise ConfigurationError(problem=f"is {kind}, where a file belongs", where=str(path), fix=f"rm {path}")


def may_exist(path: Path) -> bool:
    """Tell whether something is there; in a folder that may not be entered something may be, and who opens it says."""
    try:
        return path.exists()
    except PermissionError:
        return True


def name_user(uid: int) -> str:
    """Return a user's name; the number where a container has no name for it."""
    try:
        import pwd

        return pwd.getpwuid(uid).pw_name
    except (ImportError, KeyError):
        return str(uid)


def narrow(path: Path) -> bool:
    """Take a file of ours from the eyes of others, and tell whether that was needed and done."""
    try:
        if not is_readable_by_others(path) or path.stat().st_uid != os.geteuid():
            return False
        path.chmod(PRIVATE_FILE)
    except OSError:  # a read-only file system, a file that is gone
        return False
    return True


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


def is_readable_by_others(path: Path) -> bool:
    """Tell whether group or others may read the file; always False where the system has no such bits."""
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def is_changeable(path: Path) -> bool:
    """Tell whether this user could change the file's mode: a secret that a container mounts stays as it is."""
    if os.name != "posix":
        return True
    is_read_only = bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    return not is_read_only and os.geteuid() in {0, path.stat().st_uid}


def describe_readers(path: Path) -> str | None:
    """Say that others may read a secret's file, and what helps; None when they may not. Raises OSError."""
    if not is_readable_by_others(path):
        return None
    if is_changeable(path):
        return f"{path} can be read by other users: chmod 600 {path}"
    return f"{path} can be read by other users, and whoever mounts it decides that (Kubernetes: defaultMode)"


def decode_text(content: bytes) -> str:
    """Return the text of a file that a person made, with whatever byte order mark its editor put in front.

    PowerShell's ``>`` writes UTF-16. Raises UnicodeDecodeError for what is neither UTF-8 nor marked.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16")
    return content.decode("utf-8-sig")


POLL_SECONDS = 0.02


@contextmanager
def hold_lock(path: Path, *, wait: float, subject: str) -> Iterator[None]:
    """Hold the lock while the block runs; the system frees it when the process dies, however it dies.

    Waits up to ``wait`` seconds. Raises LockBusyError with ``subject`` when another process still has it,
    OSError when this place cannot hold locks.
    """
    from filelock import FileLock, Timeout  # 20 ms that only whoever writes pays

    make_private_directory(path.parent)
    lock = FileLock(path, timeout=wait, mode=PRIVATE_FILE, poll_interval=POLL_SECONDS)
    try:
        lock.acquire()
    except Timeout as exc:
        raise LockBusyError(subject=subject) from exc
    except NotImplementedError as exc:  # filelock's word for a file system without locks
        raise OSError("this file system has no locks") from exc
    try:
        yield
    finally:
        lock.release()
