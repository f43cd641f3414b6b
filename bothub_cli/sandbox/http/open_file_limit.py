"""Lets the process hold as many open files as a thousand connections need, where the system permits it."""

import sys
from contextlib import suppress


def allow_open_files(wanted: int) -> None:
    """Raise the soft limit towards ``wanted``; a hard limit below that is the system's word."""
    if sys.platform == "win32":  # it has no such limit
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft == resource.RLIM_INFINITY or soft >= allowed:
        return
    with suppress(ValueError, OSError):  # macOS names a hard limit that it does not grant: the old one stays
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
