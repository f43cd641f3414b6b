"""What a process does for a server that is all it runs: fewer looks for garbage, and more open files."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# What is loaded, and what a sandbox keeps, is no garbage: looking through it again and again takes a sixth of the time
# (benchmarks/sandbox.py and listener.py). Cycles are still found: the youngest generation's every 50,000 objects.
_THRESHOLDS = (50_000, 20, 50)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect rarely inside the block; for a process of its own, not for a library in another program."""
    before = gc.get_threshold()
    gc.freeze()  # what is there now stays
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def allow_open_files(wanted: int) -> int:
    """Raise the soft limit towards ``wanted``, and return what it is now; a hard limit is the system's word."""
    if sys.platform == "win32":  # it has no such limit
        return wanted
    import resource  # Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        with suppress(ValueError, OSError):  # macOS names a hard limit that it does not grant: the old one stays
            resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
            soft = allowed
    return wanted if soft == resource.RLIM_INFINITY else soft
