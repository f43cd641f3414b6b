"""Locks that the system frees when their process dies, however it dies."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bothub_cli.errors import LockBusyError
from bothub_cli.files import POLL_SECONDS, PRIVATE_FILE, make_private_directory


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
