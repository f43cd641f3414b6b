"""A signal ends a long command in order, once, and what the shell had ignored stays ignored."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from bothub_cli.errors import TerminatedError
from bothub_cli.signals import SAME_PRESS, signals_handled, stop_on_signals, unwind_on_signals

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows cannot send these signals to itself")

WAITING = """
from bothub_cli.signals import stop_on_signals
with stop_on_signals() as request:
    print("ready", flush=True)
    request.wait()
print(request.signal.name, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_for_the_end_and_is_remembered(number: signal.Signals) -> None:
    with stop_on_signals() as request:
        signal.raise_signal(number)
        request.wait()
    assert request.signal is number


def test_the_second_copy_that_timeout_and_task_runners_send_is_the_same_wish() -> None:
    with stop_on_signals() as request:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        assert request.asked.is_set()


def test_a_second_signal_later_does_what_it_did_before() -> None:
    with stop_on_signals():
        signal.raise_signal(signal.SIGINT)
        time.sleep(SAME_PRESS)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_what_was_ignored_from_the_start_stays_ignored() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stop_on_signals() as request:
            signal.raise_signal(signal.SIGINT)
        assert not request.asked.is_set()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_job_that_a_shell_put_into_the_background_outlives_ctrl_c() -> None:
    def ignore() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    command = [sys.executable, "-c", WAITING]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=ignore) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=60)[0] == "SIGTERM\n"


def test_the_handlers_from_before_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with signals_handled(("SIGTERM", "SIGNEVERHEARDOF"), lambda *_: None):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def test_outside_the_main_thread_nothing_is_touched() -> None:
    touched = []

    def enter() -> None:
        with stop_on_signals():
            touched.append(signal.getsignal(signal.SIGTERM))

    before = signal.getsignal(signal.SIGTERM)
    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert touched == [before]


def test_a_signal_unwinds_the_program_with_its_exit_code() -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        unwind_on_signals(("SIGTERM",))
        with pytest.raises(TerminatedError) as ending:
            signal.raise_signal(signal.SIGTERM)
        assert ending.value.exit_code == 143
    finally:
        signal.signal(signal.SIGTERM, before)
