"""Whose a file is and who may read or change it: what somebody else could have put in its place is refused."""

import os
import stat
import sys
from pathlib import Path

from bothub_cli.errors import ConfigurationError
from bothub_cli.files import PRIVATE_FILE, may_use

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
    return path.stat().st_uid == 0 != os.geteuid() and not may_use(path, os.R_OK | os.W_OK)


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


def belongs_to_stranger(path: Path) -> bool:
    """Tell whether another user wrote the file, as anyone could in a shared folder such as /tmp."""
    if sys.platform == "win32":
        return False
    return path.stat().st_uid not in {0, os.geteuid()}


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
