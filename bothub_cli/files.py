"""Files that only their owner may read, written whole or not at all."""

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

from bothub_cli.errors import ConfigurationError, LockBusyError

PRIVATE_FILE = 0o600
PRIVATE_DIRECTORY = 0o700
NO_SUCH_FILE = "there is no such file"  # whatever the file is for
NOT_UTF8 = "is not UTF-8 text"
SECRET_MAX = 65_536  # bytes; a key of 16384 bits takes 13,000
PIPE_WAIT = 5.0  # seconds for a program to open a named pipe that it is to write to
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
    if not _may(path, os.R_OK):
        raise PermissionError


def check_writable(path: Path) -> None:
    """Find out whether a file can be made or replaced here, long before that is done. Raises OSError."""
    if path.is_dir():
        raise IsADirectoryError
    if not path.absolute().parent.is_dir():
        raise FileNotFoundError
    if not _may(path.absolute().parent, os.W_OK | os.X_OK):
        raise PermissionError


def _may(path: Path, mode: int) -> bool:
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


STATE_ELSEWHERE = ", or another directory: BOTHUB_STATE_DIR=/…"


def check_owner(path: Path, *, choice: str = "") -> None:
    """Refuse a file or directory that somebody else could have filled, as ssh does; one that is not there is fine.

    It may belong to us or to root, and only these two may write to it: a group counts when nobody else is in it. In a
    directory such as /tmp, where others may add files and change nobody's, each file counts by itself; so it does in
    root's that our group may write to, as containers mount them. ``choice`` is another way out. Raises
    ConfigurationError.
    """
    if sys.platform == "win32":  # it has neither such owners nor such modes
        return
    try:
        found = path.stat()
    except OSError:
        return  # whoever opens it says why it cannot be used
    me, owner = os.geteuid(), name_user(found.st_uid)
    if found.st_uid not in {0, me}:
        raise ConfigurationError(
            where=str(path),
            problem=f"belongs to another user, {owner}, who could have put anything there",
            fix=f"sudo chown -R {name_user(me)} {path}{choice}",
        )
    is_shared_folder = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX
    if found.st_mode & stat.S_IWOTH and not is_shared_folder:
        problem = f"can be changed by every user (its owner is {owner})"
        raise ConfigurationError(where=str(path), problem=problem, fix=f"chmod o-w {path}{choice}")
    is_mounted = stat.S_ISDIR(found.st_mode) and found.st_uid == 0 != me
    if found.st_mode & stat.S_IWGRP and not (is_shared_folder or is_mounted or _is_own_group(found.st_gid)):
        problem = f"can be changed by everybody in the group {_name_group(found.st_gid)} (its owner is {owner})"
        raise ConfigurationError(where=str(path), problem=problem, fix=f"chmod g-w {path}{choice}")


def _is_own_group(gid: int) -> bool:
    """Tell whether this user is alone in a group: many systems make one for each user, with the user's name."""
    if sys.platform == "win32":
        return True
    try:
        import grp  # Windows has none

        group = grp.getgrgid(gid)
    except (ImportError, KeyError):
        return gid == os.getegid()  # no other user has a name for it either
    me = name_user(os.geteuid())
    return group.gr_name == me and not {*group.gr_mem} - {me}


def _name_group(gid: int) -> str:
    if sys.platform == "win32":
        return str(gid)
    try:
        import grp  # Windows has none

        return grp.getgrgid(gid).gr_name
    except (ImportError, KeyError):
        return str(gid)


def check_folder(path: Path, *, choice: str = "") -> None:
    """Refuse a folder of ours that somebody else could have filled, or that is none. Raises ConfigurationError."""
    check_owner(path, choice=choice)
    _refuse_dangling(path)
    if path.exists() and not path.is_dir():
        fix = f"move it away: {path}{choice}"
        raise ConfigurationError(where=str(path), problem="is no folder, where one belongs", fix=fix)


def _refuse_dangling(path: Path) -> None:
    """Refuse a link that leads nowhere: what it should lead to may be on a disk that is missing today."""
    if path.is_symlink() and not path.exists():
        raise ConfigurationError(where=str(path), problem="is a link to what is not there", fix=f"ls -l {path}")


def read_regular(path: Path) -> bytes:
    """Return what a file of ours holds; a pipe or a device in its place is refused, as reading it might never end.

    Raises ConfigurationError for what is no file, OSError for one that is missing or cannot be read.
    """
    check_regular(path)
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # it may have been exchanged since
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()


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


def check_regular(path: Path) -> None:
    """Refuse a pipe, a socket or a device where a file of ours belongs; one that is not there is fine.

    A link that leads nowhere is refused as well. Raises ConfigurationError.
    """
    _refuse_dangling(path)
    try:
        mode = path.stat().st_mode
    except OSError:
        return  # whoever opens it says why it cannot be used
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        kind = "a named pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
        raise ConfigurationError(problem=f"is {kind}, where a file belongs", where=str(path), fix=f"rm {path}")


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


def name_user(uid: int) -> str:
    """Return a user's name; the number where a container has no name for it."""
    if sys.platform == "win32":
        return str(uid)
    try:
        import pwd  # Windows has none

        return pwd.getpwuid(uid).pw_name
    except (ImportError, KeyError):
        return str(uid)


def name_me() -> str:
    """Return the name of the user whom this process acts for."""
    if sys.platform == "win32":
        return ""
    return name_user(os.geteuid())


def is_kept_by_root(path: Path) -> bool:
    """Tell whether root has made a file, under sudo, which this user cannot use."""
    if sys.platform == "win32" or not path.exists():
        return False
    return path.stat().st_uid == 0 != os.geteuid() and not _may(path, os.R_OK | os.W_OK)


def narrow(path: Path) -> bool:
    """Take a file of ours from the eyes of others, and tell whether that was needed and done."""
    if sys.platform == "win32":
        return False
    try:
        found = path.stat()
        is_ours = stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid()
        if not is_readable_by_others(path) or not is_ours:
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
    return sys.platform != "win32" and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def is_changeable(path: Path) -> bool:
    """Tell whether this user could change the file's mode: a secret that a container mounts stays as it is."""
    if sys.platform == "win32":
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


def lock_open_file(descriptor: int) -> bool:
    """Lock an open file as itself, whatever it is called; False when another process has it."""
    if sys.platform == "win32":  # a lock beside the file is the only one there
        return True
    import fcntl  # there is none there

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without such locks: one beside the file holds
        return True
    return True
