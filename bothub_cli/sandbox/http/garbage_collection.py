"""Lets Python look for garbage less often while a sandbox is all that the process does."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Kept messages are no garbage, and looking through them again and again takes a sixth of each message's time
# (benchmarks/sandbox.py). Cycles are still found: the youngest generation's every 50,000 objects.
_THRESHOLDS = (50_000, 20, 50)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect rarely inside the block; for a process of its own, not for a library in another program."""
    before = gc.get_threshold()
    gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
