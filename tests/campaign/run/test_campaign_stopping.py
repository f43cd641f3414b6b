"""A signal ends a campaign gently, whatever the program was doing when it came."""

import signal

import pytest

from bothub_cli.campaign.run.engine import Engine
from bothub_cli.campaign.run.stop import Stopper
from bothub_cli.errors import ExitCode


class Stopped(Engine):
    """An engine that only remembers whether it was asked to stop."""

    def __init__(self) -> None:
        self.is_asked = False

    def stop(self) -> None:
        self.is_asked = True


def test_a_signal_in_the_middle_of_a_write_still_stops_gently() -> None:
    def refuse(words: str) -> None:
        raise RuntimeError(f"reentrant call inside <_io.BufferedWriter>: {words}")

    engine, stopper = Stopped(), Stopper(refuse)
    stopper.attend(engine.stop)
    stopper.on_signal(signal.SIGTERM, None)
    assert engine.is_asked
    assert stopper.exit_code == ExitCode.TERMINATED


def test_one_ctrl_c_that_arrives_twice_stops_gently() -> None:
    moments = iter([10.0, 10.05])
    stopper = Stopper(print, now=lambda: next(moments))
    stopper.attend(Stopped().stop)
    stopper.on_signal(signal.SIGINT, None)
    stopper.on_signal(signal.SIGINT, None)
    assert stopper.exit_code == ExitCode.INTERRUPTED


def test_a_second_signal_interrupts() -> None:
    moments = iter([10.0, 10.5])
    stopper = Stopper(print, now=lambda: next(moments))
    stopper.attend(Stopped().stop)
    stopper.on_signal(signal.SIGINT, None)
    with pytest.raises(KeyboardInterrupt):
        stopper.on_signal(signal.SIGINT, None)
