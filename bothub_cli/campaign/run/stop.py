"""Ends a running campaign when asked: the first time it drains what is in flight, the second time it stops."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from bothub_cli.errors import ExitCode
from bothub_cli.signals import SAME_PRESS, exit_code_of, signals_handled


class Stopper:
    """Hears the signals; ``exit_code`` is None as long as nobody asked to stop."""

    def __init__(self, tell: Callable[[str], None], *, now: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._now = now
        self._asked_at = 0.0
        self._stop: Callable[[], None] | None = None
        self.exit_code: ExitCode | None = None

    @property
    def was_asked(self) -> bool:
        return self.exit_code is not None

    def attend(self, stop: Callable[[], None]) -> None:
        """Call this when the signal comes."""
        self._stop = stop

    def on_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  the signature of a signal handler
        """Drain at the first signal; interrupt at the second, or when nothing is being sent."""
        if self._stop is None:
            raise KeyboardInterrupt
        moment = self._now()
        if self.was_asked:
            if moment - self._asked_at < SAME_PRESS:
                return
            raise KeyboardInterrupt
        self._asked_at = moment
        self.exit_code = exit_code_of(number)
        self._stop()
        # A signal may come in the middle of a write to the same stream, which then refuses a second one
        # (RuntimeError, "reentrant call"): the words are lost, and the campaign still ends as it was asked to.
        with suppress(RuntimeError):
            self._tell("stopping once the answers in flight are there; again to stop at once")


@contextmanager
def listening_to_signals(tell: Callable[[str], None]) -> Iterator[Stopper]:
    """Let Ctrl-C, SIGTERM and a closed terminal stop gently while the block runs; what is ignored (nohup) stays so."""
    stopper = Stopper(tell)
    with signals_handled(("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"), stopper.on_signal):
        yield stopper
