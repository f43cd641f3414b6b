"""Real processes on real pipes: closed streams, full disks, readers that leave, locales that know no accents."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shells and signals of POSIX systems")

BOTHUB = str(Path(sys.executable).with_name("bothub"))


def shell(line: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a line of bash, in which ``bothub`` is ours."""
    environ = os.environ | variables | {"PATH": f"{Path(BOTHUB).parent}:{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line], env=environ, capture_output=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("bothub token show >&-", 0),
        ("bothub token show >&- 2>&-", 0),
        ("bothub token show <&-", 0),
        ("bothub token show -p nobody 2>&-", 2),
        ("bothub token show -p nobody <&- >&- 2>&-", 2),
        ("bothub --version >&-", 0),
        ("bothub --help >&-", 0),
        ("bothub send --sandbox --to +33612345678 --text Hi <&- >&- 2>&-", 0),
    ],
)
def test_a_closed_stream_does_not_change_what_a_command_does(line: str, code: int) -> None:
    ran = shell(line)
    assert ran.returncode == code
    assert b"bug" not in ran.stdout + ran.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", ["token show", "token show --json", "--version", "--help", "schema", "help output"])
def test_an_answer_that_cannot_be_written_is_an_error(command: str) -> None:
    ran = shell(f"bothub {command} >/dev/full")
    assert ran.returncode == 12
    assert b"cannot be written: No space left on device" in ran.stderr
    assert b"Traceback" not in ran.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_error_that_cannot_be_written_keeps_its_exit_code() -> None:
    assert shell("bothub token show -p nobody 2>/dev/full").returncode == 2


@pytest.mark.parametrize("command", ["token show", "--version", "help environment", "send --help"])
def test_a_reader_that_left_ends_a_command_in_silence(command: str) -> None:
    ran = shell(f"bothub {command} | true; exit ${{PIPESTATUS[0]}}")
    assert (ran.returncode, ran.stderr) == (141, b"")


def test_a_reader_that_leaves_early_stops_a_long_answer() -> None:
    many = 'for i in $(seq 60); do echo \'{"textMessage":"Hi"}\'; done'
    ran = shell(f"{many} | bothub send - --sandbox --to +33612345678 | head -1; exit ${{PIPESTATUS[1]}}")
    assert (ran.returncode, ran.stderr) == (141, b"")
    assert ran.stdout.startswith(b"accepted")


@pytest.mark.parametrize("locale", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}])
def test_a_text_with_accents_is_understood_in_the_c_locale(locale: dict[str, str]) -> None:
    ran = shell("bothub send --to +33612345678 --text 'é👋' --dry-run --json", **locale)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["body"]["RCSMessage"]["textMessage"] == "é👋"


def test_a_text_in_another_encoding_is_refused() -> None:
    ran = shell("bothub send --to +33612345678 --text $'caf\\xe9' --dry-run", LC_ALL="C.UTF-8")
    assert ran.returncode == 2
    assert b"is not UTF-8" in ran.stderr


def test_off_a_terminal_there_are_no_colours_and_no_lines() -> None:
    ran = shell("bothub token show; bothub token show -p nobody; bothub send --help")
    assert b"\x1b" not in ran.stdout + ran.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_waiting_command_with_its_code(number: int, code: int) -> None:
    words = [BOTHUB, "send", "--sandbox", "--to", "+33639980601", "--text", "Hi", "-v"]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    while "/messages" not in process.stderr.readline():
        assert process.poll() is None
    time.sleep(0.2)
    process.send_signal(number)
    _, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert "Traceback" not in err
