"""Waits for what another thread or process does; generous, since a slow machine is no failure."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

MAX_WAIT = 60.0  # seconds; only a test that fails waits so long


def wait_until(look: Callable[[], T], *, what: str = "what was awaited", max_wait: float = MAX_WAIT) -> T:
    """Return the first truthy value that the look brings; fail when none comes."""
    end = time.monotonic() + max_wait
    while not (value := look()):
        assert time.monotonic() < end, f"never came true: {what}"
        time.sleep(0.01)
    return value
