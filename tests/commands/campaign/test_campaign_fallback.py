"""Rows that RCS does not reach go another way, each once, and none that may still arrive."""

import csv
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.sandbox.people.lifecycle import record_status
from bothub_cli.sandbox.state.settings import PhonePace

Bothub = Callable[..., Any]
Shop = Any  # the fixture of conftest.py

NOT_ON_RCS = "+33639980404"
NO_ANSWER = "+33639980602"  # accepted, but the connection is cut before the answer
GOOD = "+33612000000"
OFFLINE = "+33639980005"


def read(path: Path) -> list[tuple[str, str]]:
    with path.open() as stream:
        return [(row["to"], row["reason"]) for row in csv.DictReader(stream)]


@pytest.fixture
def target(shop: Shop) -> Path:
    path: Path = shop.folder / "sms.csv"
    return path


def test_an_unknown_outcome_goes_no_other_way(bothub: Bothub, shop: Shop, target: Path) -> None:
    bothub(*shop.run(GOOD, NO_ANSWER), "--fallback-file", str(target))
    assert read(target) == []


def test_who_is_not_on_rcs_goes_to_the_file_with_all_columns(bothub: Bothub, shop: Shop, target: Path) -> None:
    ran = bothub(*shop.run(GOOD, NOT_ON_RCS), "--fallback-file", str(target), "--json")
    assert ran.code == 3
    assert ran.json["fallback"] == {"not on RCS": 1}
    assert target.read_text() == f"to,reason,first_name\n{NOT_ON_RCS},not on RCS,Name 1\n"
    assert target.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("flag", "cell"), [((), "'=1+1"), (("--raw-csv",), "=1+1")])
def test_a_cell_that_a_spreadsheet_would_compute_is_a_text_unless_a_program_reads_it(
    bothub: Bothub, shop: Shop, target: Path, flag: tuple[str, ...], cell: str
) -> None:
    words = shop.run(GOOD, NOT_ON_RCS)
    people = next(Path(word) for word in words if word.endswith(".csv"))
    people.write_text(people.read_text().replace("Name 1", "=1+1"))
    bothub(*words, "--fallback-file", str(target), *flag)
    assert target.read_text() == f"to,reason,first_name\n{NOT_ON_RCS},not on RCS,{cell}\n"


def test_the_file_is_the_same_when_the_command_is_repeated(bothub: Bothub, shop: Shop, target: Path) -> None:
    words = [*shop.run(GOOD, NOT_ON_RCS), "--fallback-file", str(target), "--json"]
    bothub(*words)
    before = target.read_text()
    ran = bothub(*words)
    assert ran.json["fallback"] == {}
    assert target.read_text() == before


def test_what_did_not_arrive_is_revoked_first(bothub: Bothub, shop: Shop, target: Path) -> None:
    words = [*shop.run(GOOD, OFFLINE), "--fallback-file", str(target)]
    bothub(*words)
    deliver(shop, GOOD)
    bothub(*words, "--fallback-after", "1s")
    assert read(target) == [(OFFLINE, "not delivered")]
    assert statuses(shop)[OFFLINE] == "cancelled"
    assert statuses(shop)[GOOD] == "delivered"


def test_it_waits_for_what_is_still_young(bothub: Bothub, shop: Shop, target: Path) -> None:
    def deliver_once_it_is_there() -> None:
        while GOOD not in statuses(shop):
            time.sleep(0.02)
        deliver(shop, GOOD)

    phone = threading.Thread(target=deliver_once_it_is_there)
    phone.start()
    bothub(*shop.run(GOOD), "--fallback-file", str(target), "--fallback-after", "5s")
    phone.join()
    assert read(target) == []


def deliver(shop: Shop, number: str) -> None:
    def work(sandbox: Any) -> None:
        for message in list(sandbox.messages):
            if message.number == number:
                record_status(sandbox, message, "delivered")

    shop.server.run(work)


def statuses(shop: Shop) -> dict[str, str]:
    result: dict[str, str] = shop.server.run(
        lambda sandbox: {message.number: message.status for message in sandbox.messages}
    )
    return result


def script(shop: Shop, body: str) -> str:
    path = shop.folder / "sms"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o700)
    return str(path)


def test_the_command_gets_the_row_and_no_credentials(
    bothub: Bothub, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = shop.folder / "rows"
    command = script(shop, f"cat >> '{out}'; env | grep -c BOTHUB >> '{out}.env'; exit 0")
    monkeypatch.setenv("BOTHUB_PRIVATE_KEY_PASSPHRASE", "sesame")
    bothub(*shop.run(GOOD, NOT_ON_RCS), "--fallback-exec", command)
    assert [json.loads(line) for line in out.read_text().splitlines()] == [
        {"to": NOT_ON_RCS, "reason": "not on RCS", "first_name": "Name 1"}
    ]
    assert Path(f"{out}.env").read_text() == "0\n"


def test_a_command_that_worked_is_not_run_again(bothub: Bothub, shop: Shop) -> None:
    out = shop.folder / "rows"
    words = [*shop.run(NOT_ON_RCS), "--fallback-exec", script(shop, f"cat >> '{out}'")]
    bothub(*words)
    bothub(*words)
    assert len(out.read_text().splitlines()) == 1
    assert bothub("campaign", "status", "--json").json["handed_over"] == 1


def test_a_command_that_failed_is_told_and_run_again(bothub: Bothub, shop: Shop) -> None:
    words = [*shop.run(NOT_ON_RCS), "--fallback-exec", script(shop, "echo no credit >&2; exit 7"), "--json"]
    ran = bothub(*words)
    assert "--fallback-exec ended with status 7: no credit" in ran.err
    assert ran.json["fallback"] == {"not on RCS": 1, "command failed": 1}
    assert bothub(*words).json["fallback"] == {"not on RCS": 1, "command failed": 1}


def test_a_row_that_went_another_way_is_never_sent_again(bothub: Bothub, shop: Shop, target: Path) -> None:
    bothub(*shop.run(NOT_ON_RCS), "--name", "summer", "--fallback-file", str(target))
    count = shop.server.counts()["messages"]
    bothub("campaign", "retry", "summer")
    assert shop.server.counts()["messages"] == count


def test_a_command_that_was_killed_may_have_sent_and_is_not_run_again(bothub: Bothub, shop: Shop) -> None:
    out = shop.folder / "rows"
    words = [*shop.run(NOT_ON_RCS), "--fallback-exec", script(shop, f"cat >> '{out}'; kill -9 $$"), "--json"]
    ran = bothub(*words)
    assert "--fallback-exec was killed by signal 9" in ran.err
    assert ran.json["fallback"] == {"not on RCS": 1, "command in doubt": 1}
    assert bothub(*words).json["fallback"] == {}
    assert len(out.read_text().splitlines()) == 1
    status = bothub("campaign", "status", "--json").json
    assert (status["handover_in_doubt"], status["handover_in_doubt_lines"]) == (1, [2])
    told = bothub("campaign", "status").out
    assert "1 × fallback command interrupted: lines 2" in told
    assert "it is not run for them again: look for these lines in your other channel" in told


def leave_in_doubt(bothub: Bothub, shop: Shop, out: Path) -> list[str]:
    """Run a campaign whose command is killed for each of two people, and return its words."""
    words = [*shop.run(NOT_ON_RCS, "+33639980402", GOOD), "--name", "summer"]
    words += ["--fallback-exec", script(shop, f"cat >> '{out}'; kill -9 $$")]
    ran = bothub(*words)
    assert "bothub campaign handover summer --done 2" in ran.out
    assert bothub(*words, "--json").json["handover_in_doubt_lines"] == [2, 3]
    return words


def test_rows_in_doubt_that_were_taken_stay_where_they_went(bothub: Bothub, shop: Shop) -> None:
    out = shop.folder / "rows"
    words = leave_in_doubt(bothub, shop, out)
    ran = bothub("campaign", "handover", "summer", "--done", "2", "--json")
    assert (ran.json["done"], ran.json["in_doubt_lines"]) == ([2], [3])
    assert bothub("campaign", "handover", "summer", "--done", "all", "--json").json["done"] == [3]
    bothub(*words)
    assert len(out.read_text().splitlines()) == 2
    assert bothub("campaign", "status", "--json").json["handover_in_doubt"] == 0


def test_rows_in_doubt_that_were_not_taken_go_again(bothub: Bothub, shop: Shop) -> None:
    out = shop.folder / "rows"
    words = leave_in_doubt(bothub, shop, out)
    assert bothub("campaign", "handover", "summer", "--again", "2-3", "--json").json["again"] == [2, 3]
    bothub(*words)
    assert len(out.read_text().splitlines()) == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--done", "4"], "line 4 is not in doubt"),
        (["--done", "2,x"], "'x' is no line"),
        (["--again", "3-2"], "'3-2' is no line"),
        ([], "either --done"),
        (["--done", "2", "--again", "3"], "either --done"),
    ],
)
def test_what_nobody_can_have_found_changes_nothing(bothub: Bothub, shop: Shop, words: list[str], said: str) -> None:
    leave_in_doubt(bothub, shop, shop.folder / "rows")
    ran = bothub("campaign", "handover", "summer", *words)
    assert ran.code == 2
    assert said in ran.err
    assert bothub("campaign", "status", "--json").json["handover_in_doubt"] == 2


def test_a_child_of_the_command_that_lives_on_costs_nothing(bothub: Bothub, shop: Shop) -> None:
    marker = shop.folder / "lives"
    command = script(shop, f"cat > /dev/null; sleep 300 & echo $! > '{marker}'; exit 0")
    ran = bothub(*shop.run(NOT_ON_RCS), "--fallback-exec", command, "--json")
    assert ran.json["fallback"] == {"not on RCS": 1}
    assert ran.json["handover_in_doubt"] == 0
    os.kill(int(marker.read_text()), signal.SIGKILL)  # it is still there: nobody waited for it


def test_a_crash_in_the_middle_of_a_command_hands_nobody_over_twice(bothub: Bothub, shop: Shop) -> None:
    out = shop.folder / "rows"
    words = [*shop.run(NOT_ON_RCS), "--fallback-exec", script(shop, f"cat >> '{out}'; kill -9 $PPID")]
    crashed = subprocess.run([str(Path(sys.executable).with_name("bothub")), *words], check=False, timeout=60)
    assert crashed.returncode == -signal.SIGKILL
    assert bothub(*words).code == 3
    assert len(out.read_text().splitlines()) == 1
    assert bothub("campaign", "status", "--json").json["handover_in_doubt"] == 1


def test_a_list_in_another_order_hands_over_the_same_people(bothub: Bothub, shop: Shop, target: Path) -> None:
    bothub(*shop.run(GOOD, "+33612000001", NOT_ON_RCS))
    bothub(*shop.run(NOT_ON_RCS, "+33612000001", GOOD), "--fallback-file", str(target))
    assert read(target) == [(NOT_ON_RCS, "not on RCS")]


def test_messages_on_one_line_are_told_apart(bothub: Bothub, shop: Shop, target: Path) -> None:
    messages = json.dumps([{"to": number, "textMessage": "Hi"} for number in (GOOD, NOT_ON_RCS)])
    words = ["campaign", "run", "-", "--rate", "none", "--fallback-file", str(target)]
    bothub(*words, stdin=messages.encode())
    assert read(target) == [(NOT_ON_RCS, "not on RCS")]


def test_a_repeated_row_is_handed_over_once(bothub: Bothub, shop: Shop, target: Path) -> None:
    bothub(*shop.run(NOT_ON_RCS, NOT_ON_RCS), "--fallback-file", str(target))
    assert read(target) == [(NOT_ON_RCS, "not on RCS")]


def test_who_has_left_the_list_is_counted_and_handed_to_nobody(bothub: Bothub, shop: Shop, target: Path) -> None:
    bothub(*shop.run(GOOD, NOT_ON_RCS))
    ran = bothub(*shop.run(GOOD, "+33612000001"), "--fallback-file", str(target))
    assert read(target) == []
    assert "1 row for another channel: no longer in the list" in ran.err


def test_rows_go_another_way_while_later_ones_are_still_being_sent(bothub: Bothub, shop: Shop, target: Path) -> None:
    deliver_at_once(shop)
    people = [NOT_ON_RCS, OFFLINE, *(f"+33612{index:06d}" for index in range(2000))]
    words = [*shop.run(*people)[:-1], "20/s", "--fallback-file", str(target), "--fallback-after", "1s", "--json"]
    has_ended = threading.Event()
    stopper = threading.Thread(target=stop_when_both_went_another_way, args=(target, has_ended))
    stopper.start()
    ran = bothub(*words)
    has_ended.set()
    stopper.join()
    assert ran.code == 130
    assert ran.json["outcomes"]["left"] > 0
    assert ran.json["fallback"] == {"not on RCS": 1, "not delivered": 1}
    assert statuses(shop)[OFFLINE] == "cancelled"
    assert max(shop.sent_to.values()) == 1


def deliver_at_once(shop: Shop) -> None:
    pace = PhonePace(sent=timedelta(), delivered=timedelta(), displayed=None)

    def work(sandbox: Any) -> None:
        sandbox.settings = replace(sandbox.settings, pace=pace)

    shop.server.run(work)


def stop_when_both_went_another_way(target: Path, has_ended: threading.Event) -> None:
    """Press Ctrl-C as soon as both are in the file."""
    while not has_ended.wait(0.1):
        if target.is_file() and sorted(read(target)) == [(OFFLINE, "not delivered"), (NOT_ON_RCS, "not on RCS")]:
            os.kill(os.getpid(), signal.SIGINT)
            return
