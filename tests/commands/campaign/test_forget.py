"""What is known of a campaign is deleted when somebody says so, and not while it is being sent."""

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.campaign.ledger.ledger import SharedLedger
from tests.commands.campaign.conftest import Shop
from tests.waiting import wait_until

NUMBERS = [f"+33612345{number:03d}" for number in range(5)]


@pytest.fixture(params=["file", "ledger"])
def where(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Keep campaigns in a file, or in a ledger: nobody need know which."""
    if request.param == "ledger":
        monkeypatch.setenv("BOTHUB_LEDGER", request.getfixturevalue("shared_ledger").where)
    return str(request.param)


def start(shop: Shop, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "bothub_cli", *words, "--json"]
    return subprocess.Popen(
        command, cwd=shop.folder, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_campaign_that_is_forgotten_is_not_there_any_more(bothub: Any, shop: Shop, where: str) -> None:
    bothub(*shop.run(*NUMBERS), "--name", "offer")
    rehearsed = bothub("campaign", "forget", "offer", "--dry-run", "--json")
    assert (rehearsed.code, rehearsed.json["dry_run"], rehearsed.json["outcomes"]["accepted"]) == (0, True, 5)
    assert bothub("campaign", "status", "offer").code == 0

    assert bothub("campaign", "forget", "offer", "--yes").code == 0

    assert bothub("campaign", "status", "offer").code != 0
    assert bothub("campaign", "list", "--json").json["campaigns"] == []


def test_nobody_forgets_a_campaign_without_being_asked(bothub: Any, shop: Shop, where: str) -> None:
    bothub(*shop.run(*NUMBERS), "--name", "offer")
    ran = bothub("campaign", "forget", "offer")
    assert (ran.code, "--yes" in ran.err) == (2, True)
    assert bothub("campaign", "forget").code == 2
    assert bothub("campaign", "status", "offer").code == 0


def test_a_campaign_that_is_being_sent_is_not_forgotten_and_is_stopped_from_elsewhere(
    bothub: Any, shop: Shop, where: str
) -> None:
    running = start(shop, *shop.run(*NUMBERS)[:-2], "--rate", "1/s", "--name", "offer")
    wait_until(lambda: shop.bodies)
    assert bothub("campaign", "forget", "offer", "--yes").code == 11

    assert bothub("campaign", "stop", "offer").code == 0
    out, err = running.communicate(timeout=120)

    assert running.returncode == 10, (out, err)
    sent = len(shop.bodies)
    assert sent < len(NUMBERS)
    status = bothub("campaign", "status", "offer", "--json").json
    assert (status["state"], status["outcomes"]["left"]) == ("unfinished", len(NUMBERS) - sent)
    assert bothub("campaign", "run", "--resume", "offer").code == 0
    assert sorted(shop.sent_to) == NUMBERS
    assert max(shop.sent_to.values()) == 1


def test_nobody_stops_what_nobody_sends(bothub: Any, shop: Shop) -> None:
    bothub(*shop.run(*NUMBERS), "--name", "offer")
    ran = bothub("campaign", "stop", "offer")
    assert (ran.code, "nobody sends campaign offer" in ran.err) == (2, True)


def test_watching_ends_with_the_campaign(bothub: Any, shop: Shop, where: str) -> None:
    running = start(shop, *shop.run(*NUMBERS)[:-2], "--rate", "2/s", "--name", "offer")
    wait_until(lambda: shop.bodies)
    watched = bothub("campaign", "status", "offer", "--watch", "--json")
    running.communicate(timeout=120)
    assert watched.code == 0
    assert {line["type"] for line in watched.lines} == {"campaign-status"}
    assert len(watched.lines) > 1
    assert watched.lines[-1]["outcomes"]["accepted"] + watched.lines[-1]["outcomes"]["in_flight"] == 5


def test_watching_what_is_over_shows_it_once(bothub: Any, shop: Shop, where: str) -> None:
    bothub(*shop.run(*NUMBERS), "--name", "offer")
    watched = bothub("campaign", "status", "offer", "--watch")
    assert (watched.code, watched.out.count("finished: 5 accepted")) == (0, 1)


def test_messages_leave_the_ledger_when_nobody_sends_them_again(
    bothub: Any, shop: Shop, shared_ledger: SharedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTHUB_LEDGER", shared_ledger.where)
    sealed = "SELECT count(*) FROM block WHERE sealed <> ''"
    bothub(*shop.run(*NUMBERS), "--name", "offer", "--plan-only")
    assert shared_ledger._ask(sealed, ()) == [(1,)]
    bothub("campaign", "worker", "--until-done")
    assert shared_ledger._ask(sealed, ()) == [(0,)]
    assert bothub("campaign", "status", "offer", "--json").json["outcomes"]["accepted"] == 5


def test_messages_of_a_campaign_on_which_nobody_works_leave_the_ledger_after_a_month(
    bothub: Any, shop: Shop, shared_ledger: SharedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTHUB_LEDGER", shared_ledger.where)
    bothub(*shop.run(*NUMBERS), "--name", "offer", "--plan-only")
    bothub("campaign", "stop", "offer")
    link = shared_ledger.link()
    link.run(lambda connection: connection.execute("UPDATE campaign SET touched_at = now() - interval '31 days'"))
    assert bothub("campaign", "worker", "--until-done").code == 0

    assert shared_ledger._ask("SELECT count(*) FROM block WHERE sealed <> ''", ()) == [(0,)]
    assert bothub("campaign", "run", "--resume", "offer").code == 0  # planned again, from its list
    assert sorted(shop.sent_to) == NUMBERS


def test_a_campaign_of_this_machine_is_found_beside_the_ledger(
    bothub: Any, shop: Shop, shared_ledger: SharedLedger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bothub(*shop.run(*NUMBERS), "--name", "own")
    monkeypatch.setenv("BOTHUB_LEDGER", shared_ledger.where)
    assert bothub("campaign", "status", "own", "--json").json["outcomes"]["accepted"] == 5


def test_the_doctor_looks_at_the_ledger(bothub: Any, shop: Shop, shared_ledger: SharedLedger) -> None:
    links = {link["name"]: link for link in bothub("doctor", "--ledger", shared_ledger.where, "--json").json["links"]}
    assert links["ledger"]["state"] == "ok"
    ran = bothub("doctor", "--ledger", "postgresql://bothub@127.0.0.1:1/x", "--max-wait", "1", "--json")
    links = {link["name"]: link for link in ran.json["links"]}
    assert (ran.code, links["ledger"]["state"]) == (12, "failed")
    assert "ledger" not in {link["name"] for link in bothub("doctor", "--json").json["links"]}


def test_the_list_says_who_is_on_the_shared_one(
    bothub: Any, shop: Shop, shared_ledger: SharedLedger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert bothub("suppression", "add", NUMBERS[0]).code == 0
    monkeypatch.setenv("BOTHUB_LEDGER", shared_ledger.where)
    assert bothub("suppression", "add", NUMBERS[1]).code == 0
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / "b"))
    bothub("suppression", "add", NUMBERS[2])
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / "state"))

    shown = bothub("suppression", "list", "--json").json

    assert {entry["number"]: entry["shared"] for entry in shown["entries"]} == {NUMBERS[0]: False, NUMBERS[1]: True}
    assert (shown["ledger"], shown["others"]) == (shared_ledger.where, 1)
    assert "here alone" in bothub("suppression", "list").out


def test_a_worker_tells_in_json_lines_what_it_does_and_serves_metrics(
    bothub: Any, shop: Shop, shared_ledger: SharedLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json
    import urllib.request

    monkeypatch.setenv("BOTHUB_LEDGER", shared_ledger.where)
    bothub(*shop.run(*NUMBERS)[:-2], "--rate", "4/s", "--name", "offer", "--plan-only")
    worker = start(shop, "campaign", "worker", "--until-done", "--metrics-port", "0")
    assert worker.stderr is not None
    said = json.loads(worker.stderr.readline())
    assert said["type"] == "note"
    url = said["message"].removeprefix("metrics are at ")
    wait_until(lambda: shop.bodies)
    metrics = urllib.request.urlopen(url, timeout=10).read().decode()
    assert "bothub_worker_sending 1.0" in metrics
    assert 'bothub_campaign_rows_left{campaign="offer"}' in metrics
    out, err = worker.communicate(timeout=120)
    assert json.loads(out)["sent"] == 5
    lines = [said, *map(json.loads, err.splitlines())]
    assert {line["type"] for line in lines} == {"note"}
    assert [line["campaign"] for line in lines][:2] == [None, "offer"]
    assert all(datetime.fromisoformat(line["at"]).tzinfo for line in lines)
