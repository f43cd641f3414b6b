"""Turns signals into an orderly end, in one way for every command that runs for longer than a moment."""

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Final, NoReturn

from bothub_cli.errors import ExitCode, TerminatedError

SignalHandler = Callable[[int, FrameType | None], object]

SAME_PRESS: Final = 0.3  # seconds: GNU timeout and task runners pass a signal on that the terminal has sent as well
_CODES: Final = {
    "SIGINT": ExitCode.INTERRUPTED, "SIGTERM": ExitCode.TERMINATED, "SIGHUP": ExitCode.HANGUP,
    "SIGBREAK": ExitCode.TERMINATED,  # Windows: Ctrl-Break, and a console that is closed
}  # fmt: skip


def exit_code_of(number: int) -> ExitCode:
    """Return the exit code that tells by which signal a process ended."""
    return _CODES[signal.Signals(number).name]


@contextmanager
def signals_handled(names: Iterable[str], handler: SignalHandler) -> "Iterator[Mapping[signal.Signals, _Installed]]":
    """Let ``handler`` have these signals inside the block; afterwards the handlers from before, its value, are back.

    A signal that was ignored from the start (nohup, a job that a shell put into the background) stays ignored, and
    one that this system does not know is passed over. Outside the main thread nothing can be handled, nor is.
    """
    before = _install(names, handler)
    try:
        yield before
    finally:
        for number, old in before.items():
            signal.signal(number, old)


def unwind_on_signals(names: Iterable[str] = ("SIGTERM", "SIGHUP", "SIGBREAK")) -> None:
    """From here on let a signal unwind the program, as Ctrl-C does, instead of cutting it off."""
    _install(names, _unwind)


class StopRequest:
    """Knows whether, and by which signal, somebody asked for the end."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.signal: signal.Signals | None = None

    def wait(self) -> None:
        """Return when the end is asked for."""
        while not self.asked.wait(timeout=0.5):  # in short steps: Windows interrupts no longer wait
            pass


@contextmanager
def stop_on_signals(names: Iterable[str] = ("SIGINT", "SIGTERM", "SIGBREAK")) -> Iterator[StopRequest]:
    """Turn the first of these signals into a request to stop; one that follows it does what it did before the block."""
    request = StopRequest()
    before: dict[signal.Signals, _Installed] = {}
    asked_at = 0.0

    def note(number: int, _frame: FrameType | None) -> None:
        nonlocal asked_at
        moment = time.monotonic()
        if not request.asked.is_set():
            asked_at, request.signal = moment, signal.Signals(number)
            request.asked.set()
        elif moment - asked_at >= SAME_PRESS:
            old = before[signal.Signals(number)]
            signal.signal(number, old)
            signal.raise_signal(number)

    with signals_handled(names, note) as installed:
        before.update(installed)
        yield request


_Installed = Callable[[int, FrameType | None], object] | int | None


def _install(names: Iterable[str], handler: SignalHandler) -> dict[signal.Signals, _Installed]:
    if threading.current_thread() is not threading.main_thread():
        return {}
    known = [signal.Signals[name] for name in names if name in signal.Signals.__members__]  # Windows has no SIGHUP
    wanted = [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]
    return {number: signal.signal(number, handler) for number in wanted}


def _unwind(number: int, _frame: FrameType | None) -> NoReturn:
    raise TerminatedError(exit_code_of(number))
