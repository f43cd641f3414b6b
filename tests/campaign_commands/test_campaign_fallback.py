"""Rows that RCS does not reach go another way, each once, and none that may still arrive."""

import csv
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.sandbox.handset import record_status

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
    timer = threading.Timer(1.0, lambda: deliver(shop, GOOD))
    timer.start()
    bothub(*shop.run(GOOD), "--fallback-file", str(target), "--fallback-after", "3s")
    timer.join()
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
    assert "--fallback-exec ended with 7: no credit" in ran.err
    assert ran.json["fallback"] == {"not on RCS": 1, "command failed": 1}
    assert bothub(*words).json["fallback"] == {"not on RCS": 1, "command failed": 1}


def test_a_row_that_went_another_way_is_never_sent_again(bothub: Bothub, shop: Shop, target: Path) -> None:
    bothub(*shop.run(NOT_ON_RCS), "--name", "summer", "--fallback-file", str(target))
    count = shop.server.counts()["messages"]
    bothub("campaign", "retry", "summer")
    assert shop.server.counts()["messages"] == count
