"""A journal's file while one process sends from it: locked as itself, not by its name; watched; marked as begun.

A name is not a file: it can be a symbolic link or one of several hard links, and it can be removed, truncated or
given to another file while SQLite goes on writing to what it opened. Then the next run would find a journal that does
not know who was written to. So the lock is on the file itself, its name is looked at again and again, and a mark that
does not lie in the journal says that sending has begun, and how far the journal had come by then.
"""

import json
import os
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bothub_cli.campaign.journal.interface import JournalLostError
from bothub_cli.errors import ConfigurationError, LockBusyError
from bothub_cli.files import PRIVATE_FILE, make_private_directory, say_unreadable, say_unwritable, write_private
from bothub_cli.files.locks import hold_lock, lock_open_file
from bothub_cli.files.owners import read_regular

_HEADER = b"SQLite format 3\0"
_MARK_EVERY = 1.0  # seconds between two notes of how far the journal has come
_LOCK_WAIT = 0.2  # seconds: whoever only looks whether a campaign runs holds the lock for a moment
_NEVER_AGAIN = "do not run this campaign again without its journal: put it back, or find out first who got a message"


class _Identity(NamedTuple):
    device: int
    inode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """That sending has begun: by which journal, and how many steps it had written by then."""

    journal: str
    steps: int


class HeldFile:
    """The file of a journal that this process alone may send from, until ``close``; ``hold`` makes one."""

    def __init__(self, path: Path, descriptor: int, held: ExitStack) -> None:
        self.path = path
        self._descriptor = descriptor
        self._held = held
        self._identity = _identify(os.fstat(descriptor))
        self._lock = _find(lock_of(path))
        self._log: _Identity | None = None
        self._sizes = {"": 0, "-wal": 0}
        self._marked_at: float | None = None

    def check(self) -> None:
        """Raise JournalLostError when what is written no longer lands where the next run will look."""
        self._check_place()
        self._check_size("", os.fstat(self._descriptor).st_size)
        if _read_head(self._descriptor) != _HEADER:  # truncated, and written to since
            raise self._lost("the journal was overwritten")
        log = _stat(beside(self.path, "-wal"))
        if self._log is not None and (log is None or _identify(log) != self._log):
            raise self._lost("SQLite's log beside the journal was removed or replaced")
        if log is not None:
            self._log = _identify(log)
            self._check_size("-wal", log.st_size)
        if _find(lock_of(self.path)) != self._lock:
            raise self._lost("the journal's lock file was removed or replaced", fix="run the same command again")

    def _check_place(self) -> None:
        found = _stat(self.path)
        if found is None:
            raise self._lost("the journal was removed")
        if _identify(found) != self._identity:
            raise self._lost("the journal was replaced by another file")
        _refuse_links(self.path, found)

    def _check_size(self, which: str, size: int) -> None:
        if size < self._sizes[which]:
            raise self._lost("the journal was truncated")
        self._sizes[which] = size

    def _lost(self, what: str, *, fix: str = _NEVER_AGAIN) -> JournalLostError:
        return JournalLostError(problem=f"{what} while the campaign was being sent", where=str(self.path), fix=fix)

    def before_claims(self, mark: Mark) -> None:
        """Make sure that the next run will know of the claims which are about to be made. Raises JournalLostError."""
        self.check()
        now = time.monotonic()
        if self._marked_at is None or now - self._marked_at >= _MARK_EVERY:
            self._write(mark)
            self._marked_at = now

    def close(self, mark: Mark) -> None:
        """Give the file back; whoever works on it next is told by the mark how far it had come."""
        with self._held:
            if self._marked_at is not None:
                with suppress(ConfigurationError):  # a full disk: then the mark is a second behind
                    self._write(mark)

    def _write(self, mark: Mark) -> None:
        note = "messages of this campaign have gone out: without the journal beside this file they would go out again"
        content = {"note": note, "journal": mark.journal, "steps": mark.steps}
        with _explained(self.path):
            write_private(mark_of(self.path), json.dumps(content).encode() + b"\n")


def hold(path: Path, *, subject: str, force: bool) -> HeldFile:
    """Hold the file of a journal, made when it is new; ``path`` is resolved.

    Raises LockBusyError when another process sends from it, ConfigurationError when it is no file, has two names, or
    is gone although sending had begun (unless ``force``).
    """
    with ExitStack() as held:
        if (found := _stat(path)) is not None and not stat.S_ISREG(found.st_mode):
            is_folder = stat.S_ISDIR(found.st_mode)
            problem = say_unwritable(IsADirectoryError()) if is_folder else "a journal is a file, and this is none"
            raise ConfigurationError(problem=problem, where=str(path))
        with _explained(path):
            make_private_directory(path.parent)
            held.enter_context(hold_lock(lock_of(path), wait=_LOCK_WAIT, subject=subject))
        if (found := _stat(path)) is None or not found.st_size:
            _begin_anew(path, is_there=found is not None, force=force)
        with _explained(path):
            descriptor = os.open(path, os.O_CREAT | os.O_RDWR, PRIVATE_FILE)
        held.callback(os.close, descriptor)
        if not lock_open_file(descriptor):
            raise LockBusyError(subject=subject)
        _refuse_links(path, os.fstat(descriptor))
        return HeldFile(path, descriptor, held.pop_all())


def _begin_anew(path: Path, *, is_there: bool, force: bool) -> None:
    """Refuse to begin where sending had begun; else take away a log that would make SQLite revive what is gone."""
    if not force and read_mark(path) is not None:
        raise refuse_lost(path, "the journal is empty" if is_there else "there is no journal any more")
    with _explained(path):
        for suffix in ("-wal", "-shm"):
            beside(path, suffix).unlink(missing_ok=True)


def is_held(path: Path) -> bool:
    """Tell whether a process sends from this file, whatever became of the lock beside it."""
    try:
        with hold_lock(lock_of(path), wait=0, subject=str(path)):
            pass
    except LockBusyError:
        return True
    except OSError:  # a folder without locks, or one that is read-only: nobody can work there
        return False
    # Only now: closing a descriptor of the file gives up what SQLite has locked in this process.
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        return not lock_open_file(descriptor)
    finally:
        os.close(descriptor)


def refuse_lost(path: Path, what: str) -> ConfigurationError:
    """Return the error for a journal that cannot be the one by which the sending went."""
    return ConfigurationError(
        problem=f"{what}, although messages of this campaign have gone out; nothing was sent",
        where=str(path),
        fix="put the journal back; or write to everybody again whom this one does not know: --force",
    )


def read_mark(path: Path) -> Mark | None:
    """Return the mark beside a journal; one that cannot be read still says that sending has begun."""
    try:
        content = read_regular(mark_of(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as exc:
        raise ConfigurationError(problem=say_unreadable(exc), where=str(mark_of(path))) from exc
    with suppress(ValueError, TypeError, KeyError):
        said = json.loads(content)
        return Mark(journal=str(said["journal"]), steps=int(said["steps"]))
    return Mark(journal="", steps=0)


def beside(path: Path, suffix: str) -> Path:
    """Return the path of a file that belongs to a journal."""
    return path.with_name(path.name + suffix)


def lock_of(path: Path) -> Path:
    """Return where the lock of a journal is."""
    return beside(path, ".lock")


def mark_of(path: Path) -> Path:
    """Return where the mark of a journal is."""
    return beside(path, ".begun")


def _refuse_links(path: Path, found: os.stat_result) -> None:
    if found.st_nlink > 1:
        raise ConfigurationError(
            problem=f"this journal has {found.st_nlink} names (hard links): SQLite would keep a log for each",
            where=str(path),
            fix=f"keep one of them; find the others: find / -xdev -samefile {path}",
        )


def _read_head(descriptor: int) -> bytes:
    return os.pread(descriptor, len(_HEADER), 0) if hasattr(os, "pread") else _HEADER


def _find(path: Path) -> _Identity | None:
    found = _stat(path)
    return None if found is None else _identify(found)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _identify(found: os.stat_result) -> _Identity:
    return _Identity(found.st_dev, found.st_ino)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise ConfigurationError(problem=say_unwritable(exc), where=str(path)) from exc
