"""Ends a running campaign when asked: the first time it drains what is in flight, the second time it stops."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING

from bothub_cli.errors import ExitCode

if TYPE_CHECKING:
    from bothub_cli.campaign.run.engine import Engine

_SAME_PRESS = 0.3  # seconds: GNU timeout and task runners pass a signal on that the terminal has sent as well
_CODES = {"SIGINT": ExitCode.INTERRUPTED, "SIGTERM": ExitCode.TERMINATED, "SIGHUP": ExitCode.HANGUP}


class Stopper:
    """Hears the signals; ``exit_code`` is None as long as nobody asked to stop."""

    def __init__(self, tell: Callable[[str], None], *, now: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._now = now
        self._asked_at = 0.0
        self._engine: Engine | None = None
        self.exit_code: ExitCode | None = None

    @property
    def was_asked(self) -> bool:
        return self.exit_code is not None

    def attend(self, engine: "Engine") -> None:
        """Stop this engine when the signal comes."""
        self._engine = engine

    def hear(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002  the signature of a signal handler
        """Drain at the first signal; interrupt at the second, or when nothing is being sent."""
        if self._engine is None:
            raise KeyboardInterrupt
        moment = self._now()
        if self.was_asked:
            if moment - self._asked_at < _SAME_PRESS:
                return
            raise KeyboardInterrupt
        self._asked_at = moment
        self.exit_code = _CODES[signal.Signals(number).name]
        self._engine.stop()
        # A signal may come in the middle of a write to the same stream, which then refuses a second one
        # (RuntimeError, "reentrant call"): the words are lost, and the campaign still ends as it was asked to.
        with suppress(RuntimeError):
            self._tell("stopping once the answers in flight are there; again to stop at once")


@contextmanager
def listening_to_signals(tell: Callable[[str], None]) -> Iterator[Stopper]:
    """Let Ctrl-C, SIGTERM and a closed terminal stop gently while the block runs; what is ignored (nohup) stays so."""
    stopper = Stopper(tell)
    if threading.current_thread() is not threading.main_thread():
        yield stopper
        return
    numbers = [signal.Signals[name] for name in _CODES if name in signal.Signals.__members__]  # Windows has no SIGHUP
    before = {
        number: signal.signal(number, stopper.hear)
        for number in numbers
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield stopper
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
