"""``-v``: shows what the library writes to its log, logger ``bothub``."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bothub_cli.transport.traced import LOGGER


class TraceHandler(logging.Handler):
    """Gives each record to ``trace``, with how many ``-v`` it takes to be shown."""

    def __init__(self, trace: Callable[[str, int], None]) -> None:
        super().__init__()
        self._trace = trace

    def emit(self, record: logging.LogRecord) -> None:
        self._trace(record.getMessage(), getattr(record, "detail", 1))


@contextmanager
def showing_log(trace: Callable[[str, int], None]) -> Iterator[None]:
    """Show the log of the library while the block runs."""
    handler, level = TraceHandler(trace), LOGGER.level
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.setLevel(level)
