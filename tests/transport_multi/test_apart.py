"""A process that sends may die, or its parent may: no message is sent again, and nobody waits for ever."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.transport import apart
from bothub_cli.transport.apart import ApartTransport
from bothub_cli.transport.base import TransportSettings
from bothub_cli.transport.bulk import Answered, AnswerLost, Ending, NotSent

Server = Any  # the LoopbackServer of conftest.py, which importlib mode lets no test import

pytestmark = pytest.mark.skipif(os.name != "posix", reason="it waits on pipes")


@pytest.fixture
def transport() -> Iterator[ApartTransport]:
    sender = ApartTransport(TransportSettings(timeout=5), user_agent="bothub-test")
    yield sender
    sender.close()


def process_of(transport: ApartTransport) -> int:
    process = transport._process
    assert process is not None
    return process.pid


def collect_all(transport: ApartTransport) -> list[Ending]:
    endings: list[Ending] = []
    while transport.in_flight:
        endings += transport.collect(0.05)
    return endings


def wait_for(condition: Any) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_what_a_killed_process_had_is_open_and_the_next_one_does_not_send_it_again(
    server: Server, transport: ApartTransport
) -> None:
    server.behaviour = "say nothing"
    transport.aim(server.request())
    transport.post(1, b"body-1")
    transport.collect(0.01)
    wait_for(lambda: server.bodies)
    os.kill(process_of(transport), signal.SIGKILL)

    lost = collect_all(transport)
    server.behaviour = "answer"
    transport.post(2, b"body-2")
    answered = collect_all(transport)

    assert [(type(ending), ending.ticket) for ending in lost + answered] == [(AnswerLost, 1), (Answered, 2)]
    assert server.bodies == {b"body-1": 1, b"body-2": 1}


def test_what_no_process_could_be_given_is_surely_not_sent(
    server: Server, transport: ApartTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport.aim(server.request())
    transport.post(1, b"body-1")
    collect_all(transport)
    os.kill(process_of(transport), signal.SIGKILL)
    transport.post(2, b"body-2")
    collect_all(transport)
    monkeypatch.setattr(sys, "executable", "/nonexistent")
    transport.post(3, b"body-3")

    (ending,) = collect_all(transport)

    assert isinstance(ending, NotSent)
    assert ending.error.host == f"127.0.0.1:{server.port}"
    assert b"body-3" not in server.bodies


def test_a_process_that_does_not_start_is_told_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))

    with pytest.raises(OSError, match="does not start"):
        ApartTransport(TransportSettings(), user_agent="bothub-test")


def test_a_process_that_says_nothing_is_not_waited_for_without_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(apart, "_START_WAIT", 0.1)

    with pytest.raises(OSError, match="does not start"):
        ApartTransport(TransportSettings(), user_agent="bothub-test")


def test_large_bodies_and_many_answers_do_not_make_both_wait_for_each_other(
    server: Server, transport: ApartTransport
) -> None:
    endings: list[Ending] = []
    transport.aim(server.request())
    for ticket in range(300):
        transport.post(ticket, b"%03d" % ticket * 30_000)
        if ticket % 50 == 49:
            endings += transport.collect(0)

    endings += collect_all(transport)

    assert sorted(ending.ticket for ending in endings) == list(range(300))
    assert list(server.bodies.values()) == [1] * 300


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_no_token_stands_in_the_process_list(server: Server, transport: ApartTransport) -> None:
    transport.aim(server.request())
    transport.post(1, b"body-1")
    collect_all(transport)
    process = Path(f"/proc/{process_of(transport)}")

    assert any(b"gsma-1" in head for head in server.heads)
    assert b"gsma-1" not in (process / "cmdline").read_bytes() + (process / "environ").read_bytes()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_that_a_service_manager_sends_to_all_leaves_the_draining_to_its_parent(
    number: signal.Signals, server: Server, transport: ApartTransport
) -> None:
    transport.aim(server.request())
    os.kill(process_of(transport), number)
    transport.post(1, b"body-1")

    (ending,) = collect_all(transport)

    assert isinstance(ending, Answered)


def test_ctrl_c_on_the_terminal_does_not_reach_it(transport: ApartTransport) -> None:
    assert os.getpgid(process_of(transport)) != os.getpgid(0)


def test_it_ends_when_its_parent_is_killed(server: Server) -> None:
    script = (
        "import sys\n"
        "from bothub_cli.protocol.http import HttpRequest\n"
        "from bothub_cli.transport.apart import ApartTransport\n"
        "from bothub_cli.transport.base import TransportSettings\n"
        "transport = ApartTransport(TransportSettings(), user_agent='x')\n"
        f"transport.aim(HttpRequest(operation='send', method='POST', url={server.url!r}, headers=()))\n"
        "transport.post(1, b'body-1')\n"
        "transport.collect(0)\n"
        "print(transport._process.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    server.behaviour = "say nothing"
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())

    parent.kill()
    parent.communicate()

    wait_for(lambda: not is_alive(child))


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:1]
