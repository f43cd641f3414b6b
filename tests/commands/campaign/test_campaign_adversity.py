"""What can go wrong around a campaign ends as documented: nobody is written to twice, nobody is forgotten."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bothub_cli.sandbox.state.faults import FaultKind, FaultRule, InjectedFault
from tests.waiting import wait_until

Bothub = Callable[..., Any]
Shop = Any  # the fixture of conftest.py

PROGRAM = Path(sys.executable).with_name("bothub")
# Makes standard input the terminal that tells the process when it is closed.
TAKE_TERMINAL = "signal.signal(signal.SIGHUP, signal.SIG_DFL)\nfcntl.ioctl(0, termios.TIOCSCTTY, 0)"


def numbers(count: int) -> list[str]:
    return [f"+336120{index:05d}" for index in range(count)]


def start(words: list[str], *, prepare: str = "", **options: Any) -> "subprocess.Popen[str]":
    """Run the program in a process that was prepared by these Python statements.

    A fresh process runs them: to run Python between fork and exec, beside the sandbox's thread, may hang.
    """
    code = f"import fcntl, os, resource, signal, sys, termios\n{prepare}\nos.execv(sys.argv[1], sys.argv[1:])"
    streams: dict[str, Any] = {
        "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True
    }  # fmt: skip
    fresh = [sys.executable, "-c", code] if prepare else []
    return subprocess.Popen([*fresh, PROGRAM, *words], **streams | options)


def wait_until_sent(shop: Shop, count: int) -> None:
    wait_until(lambda: len(shop.bodies) >= count, what=f"{count} messages are sent")


def slowly(words: list[str], rate: str = "40/s") -> list[str]:
    return [*words[:-1], rate]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_first_signal_drains_and_prints_how_to_go_on(
    bothub: Bothub, shop: Shop, number: signal.Signals, code: int
) -> None:
    words = shop.run(*numbers(200))
    running = start(slowly(words), prepare=f"signal.signal({number}, signal.SIG_DFL)")
    wait_until_sent(shop, 5)
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == code
    assert "go on with: bothub campaign run --resume people-" in out
    assert "again to stop at once" in err
    assert "unknown" not in out
    assert bothub(*words).code == 0
    assert shop.sent_to == dict.fromkeys(numbers(200), 1)


def test_a_hangup_that_the_user_does_not_want_to_hear_of_stops_nothing(shop: Shop) -> None:
    running = start(slowly(shop.run(*numbers(30))), prepare="signal.signal(signal.SIGHUP, signal.SIG_IGN)")
    wait_until_sent(shop, 5)
    running.send_signal(signal.SIGHUP)
    running.communicate(timeout=60)
    assert running.returncode == 0
    assert shop.sent_to == dict.fromkeys(numbers(30), 1)


def test_a_terminal_that_is_closed_drains_as_a_signal_does(bothub: Bothub, shop: Shop) -> None:
    words = shop.run(*numbers(200))
    master, slave = os.openpty()
    running = start(
        slowly(words), prepare=TAKE_TERMINAL, start_new_session=True, stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    wait_until_sent(shop, 5)
    os.close(master)
    assert running.wait(60) == 129
    assert 0 < len(shop.bodies) < 200
    assert bothub(*words).code == 0
    assert shop.sent_to == dict.fromkeys(numbers(200), 1)


@pytest.mark.parametrize(("closed", "code"), [("stderr", 0), ("stdout", 141)])
def test_a_reader_that_goes_away_costs_no_message(shop: Shop, closed: str, code: int) -> None:
    running = start(slowly(shop.run(*numbers(100))))
    wait_until_sent(shop, 5)
    getattr(running, closed).close()
    assert running.wait(60) == code
    (running.stdout if closed == "stderr" else running.stderr).close()  # type: ignore[union-attr]  # both are pipes
    assert shop.sent_to == dict.fromkeys(numbers(100), 1)


def test_a_process_that_sleeps_for_a_while_goes_on_where_it_was(shop: Shop) -> None:
    running = start(slowly(shop.run(*numbers(200))))
    wait_until_sent(shop, 5)
    running.send_signal(signal.SIGSTOP)
    time.sleep(1.5)
    before = len(shop.bodies)
    running.send_signal(signal.SIGCONT)
    running.communicate(timeout=60)
    assert running.returncode == 0
    assert before < 200
    assert shop.sent_to == dict.fromkeys(numbers(200), 1)


def test_the_second_signal_stops_at_once_and_leaves_the_rows_in_flight_unknown(bothub: Bothub, shop: Shop) -> None:
    shop.server.run(lambda sandbox: sandbox.faults.add(FaultRule(fault=InjectedFault(kind=FaultKind.NEVER_ANSWERS))))
    running = start(shop.run(*numbers(20)))
    wait_until_sent(shop, 5)
    running.send_signal(signal.SIGINT)
    assert running.stderr is not None
    assert any("again to stop at once" in line for line in running.stderr)
    time.sleep(0.5)  # sooner, it would be taken for the same press
    assert running.poll() is None
    running.send_signal(signal.SIGINT)
    out, _ = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "in flight may have been accepted" in out
    sent = sum(shop.sent_to.values())
    shop.server.run(lambda sandbox: sandbox.faults.clear())
    ran = bothub(*shop.run(*numbers(20)), "--json")
    assert ran.code == 13
    assert ran.json["outcomes"]["unknown"] >= sent
    assert max(shop.sent_to.values()) == 1


def test_a_server_that_is_down_for_a_while_costs_no_row(shop: Shop) -> None:
    running = start([*slowly(shop.run(*numbers(120))), "--json"])
    wait_until_sent(shop, 10)
    before = shop.sent_to
    shop.restart(down_for=2.0)
    out, err = running.communicate(timeout=60)
    assert running.returncode in {0, 13}, err
    after = shop.sent_to
    assert set(before) | set(after) >= set(numbers(120)) - unknown_numbers(shop)
    assert not set(before) & set(after)
    assert max(after.values()) == 1
    assert running.returncode == 0 or unknown_numbers(shop)
    assert '"ended": "finished"' in out


def unknown_numbers(shop: Shop) -> set[str]:
    ran = subprocess.run([PROGRAM, "campaign", "report", "--format", "csv"], capture_output=True, text=True, check=True)
    lines = {int(line.split(",")[0]) for line in ran.stdout.splitlines() if ",unknown," in line}
    return {number for line, number in enumerate(numbers(120), start=2) if line in lines}


def test_nothing_but_429_ends_with_every_row_kept(bothub: Bothub, shop: Shop) -> None:
    shop.server.run(lambda sandbox: sandbox.faults.add(FaultRule(fault=InjectedFault(kind=FaultKind.RATE_LIMITED))))
    ran = bothub(*shop.run(*numbers(5)), "--max-wait", "2", "--json")
    assert ran.code == 5
    assert ran.json["outcomes"]["left"] + ran.json["outcomes"]["failed"] == 5
    assert "too many requests" in ran.err
    shop.server.run(lambda sandbox: sandbox.faults.clear())
    assert shop.bodies == []


def test_a_token_service_that_is_away_at_the_start_is_asked_again(bothub: Bothub, shop: Shop) -> None:
    bothub("token", "clear")
    rule = FaultRule(fault=InjectedFault(kind=FaultKind.UNAVAILABLE), operation="oauth", times=2)
    shop.server.run(lambda sandbox: sandbox.faults.add(rule))
    ran = bothub(*shop.run(*numbers(3)))
    assert ran.code == 0
    assert "tokens are asked for again" in ran.err
    assert len(shop.bodies) == 3


def test_a_name_that_cannot_be_resolved_ends_with_every_row_kept(
    bothub: Bothub, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bothub(*shop.run(*numbers(3)), "--limit", "1")
    monkeypatch.setenv("BOTHUB_API_BASE", "https://bothub.invalid")
    monkeypatch.setenv("BOTHUB_AUTH_BASE", shop.server.url)
    monkeypatch.setenv("BOTHUB_MAX_WAIT", "1")  # counts as --max-wait does, which others of these tests give
    ran = bothub(*shop.run(*numbers(3)), "--name", "elsewhere", "--json")
    assert ran.code == 5
    assert "bothub.invalid" in ran.err
    assert len(shop.bodies) == 1


def test_a_journal_that_cannot_be_written_sends_nothing(bothub: Bothub, shop: Shop) -> None:
    place = shop.folder / "a file"
    place.write_text("not a folder")
    ran = bothub(*shop.run(*numbers(3)), "--journal", str(place / "journal"))
    assert ran.code == 12
    assert shop.bodies == []


@pytest.mark.skipif(os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may write everywhere")
def test_a_journal_in_a_read_only_folder_sends_nothing(shop: Shop) -> None:
    place = shop.folder / "locked"
    place.mkdir(mode=0o500)
    as_others = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    words = [*as_others, str(PROGRAM), *shop.run(*numbers(3)), "--journal", str(place / "journal")]
    ran = subprocess.run(words, capture_output=True, text=True, check=False, timeout=30)
    assert ran.returncode == 12
    assert "may not be written by you" in ran.stderr
    assert shop.bodies == []


@pytest.mark.parametrize("room", [60_000, 90_000, 140_000, 200_000])
def test_a_full_disk_stops_the_run_and_nobody_is_written_to_twice(bothub: Bothub, shop: Shop, room: int) -> None:
    people = numbers(1500)
    words = shop.run(*people)
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, resource.RLIM_INFINITY))"
    running = start([*words, "--json"], prepare=limit)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 12, err
    assert "journal" in err
    assert ("--resume people-" in out) == bool(shop.bodies), "whoever got a message is counted, with the way to go on"
    ran = bothub(*words, "--json")
    assert ran.code in {0, 13}
    sent, unknown = shop.sent_to, ran.json["outcomes"]["unknown"]
    assert max(sent.values()) == 1
    assert len(people) - len(sent) <= unknown
    assert ran.json["outcomes"]["accepted"] + unknown == len(people)


def test_outside_the_sending_hours_it_says_until_when_it_waits_as_the_clocks_there_show_it(shop: Shop) -> None:
    now = datetime.now(ZoneInfo("Asia/Tokyo"))
    opens, closes = (now + timedelta(hours=hours) for hours in (2, 3))
    hours = ["--window", f"{opens:%H:%M}-{closes:%H:%M}", "--tz", "Asia/Tokyo"]
    running = start([*shop.run(*numbers(2)), *hours])
    assert running.stderr is not None
    told = [running.stderr.readline() for _ in range(3)]  # the list, the French hours, the pause
    running.send_signal(signal.SIGTERM)
    out, _ = running.communicate(timeout=60)
    assert f"paused: outside the sending hours until {opens:%Y-%m-%d %H:%M} Asia/Tokyo" in told[2]
    assert running.returncode == 143
    assert "2 left" in out
    assert shop.bodies == []


@pytest.mark.parametrize("command", ["check", "run", "retry"])
def test_without_the_extra_it_says_what_to_install(command: str, shop: Shop) -> None:
    code = (
        "import sys; sys.modules['babel'] = None\n"
        "from bothub_cli.cli.main import main\n"
        f"sys.exit(main(['campaign', {command!r}, 'x']))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 12, ran.stderr
    assert "pip install 'bothub-rcs[bulk]'" in ran.stderr
