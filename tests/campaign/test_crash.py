"""Killed at any instant and started again, a campaign writes to nobody twice, and names everybody it is unsure of."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bothub_cli.campaign.journal import RowState
from bothub_cli.campaign.sqlite_journal import open_for_reading

HERE = Path(__file__).parent
ROWS = {6: 30_000, 100: 200_000}


def write_recipients(path: Path, rows: int) -> list[str]:
    numbers = [f"+336{index:08d}" for index in range(rows)]
    path.write_text("to;name\n" + "".join(f"{number};Name {number[-4:]}\n" for number in numbers))
    return numbers


def run_and_kill(base: str, folder: Path, dice: random.Random) -> bool:
    """Start a run and kill it at any instant, most often while it sends; tell whether it ended before."""
    with subprocess.Popen([sys.executable, HERE / "crash_worker.py", base, folder], stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        if dice.random() < 0.8:
            worker.stdout.readline()
            time.sleep(dice.uniform(0, 0.4))
        else:
            time.sleep(dice.uniform(0, 1))
        worker.send_signal(signal.SIGKILL)
        ended = b"finished" in worker.stdout.read()
    assert ended or worker.returncode == -signal.SIGKILL
    return ended


@pytest.mark.parametrize("kills", [6, pytest.param(100, marks=pytest.mark.slow)])
def test_no_number_gets_two_messages_and_none_is_forgotten(tmp_path: Path, kills: int) -> None:
    numbers = write_recipients(tmp_path / "recipients.csv", ROWS[kills])
    dice = random.Random(kills)
    server = subprocess.Popen(
        [sys.executable, HERE / "counting_server.py", tmp_path / "report.json"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    base = server.stdout.readline().decode().strip()
    killed = 0
    while killed < kills and not run_and_kill(base, tmp_path, dice):
        killed += 1
    subprocess.run(
        [sys.executable, HERE / "crash_worker.py", base, tmp_path], check=True, stdout=subprocess.DEVNULL, timeout=300
    )
    time.sleep(0.2)  # the server may still be reading what a killed run left behind
    server.stdin.close()
    server.wait(30)
    server.stdout.close()

    accepted = json.loads((tmp_path / "report.json").read_text())["accepted"]
    journal = open_for_reading(tmp_path / "journal.sqlite")
    counts = journal.counts()
    unknown = {row.line for row in journal.settled(frozenset({RowState.UNKNOWN}))}
    interrupted = sum(row.outcome.cause == "interrupted" for row in journal.settled(frozenset({RowState.UNKNOWN})))
    journal.close()
    missing = {line for line, number in enumerate(numbers, start=2) if number not in accepted}

    assert {number: times for number, times in accepted.items() if times != 1} == {}
    assert missing <= unknown
    assert counts[RowState.ACCEPTED] + counts[RowState.UNKNOWN] + counts[RowState.FAILED] == len(numbers)
    assert killed == kills
    assert interrupted > 0
