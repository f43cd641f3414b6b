"""Who says STOP to a listener gets nothing from any machine: the shared list hears it, whatever befalls either."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from bothub_cli.campaign.ledger.ledger import SharedLedger
from tests.campaign.ledger.machines import make_ledger
from tests.campaign.ledger.postgres import PostgresServer
from tests.commands.campaign.conftest import Shop
from tests.commands.webhooks import run_listen
from tests.events.samples import text_event
from tests.waiting import wait_until

PEOPLE = [f"+33612345{number:03d}" for number in range(6)]


@pytest.fixture
def ledger(shared_ledger: SharedLedger, monkeypatch: pytest.MonkeyPatch) -> SharedLedger:
    """Name an empty ledger in the environment."""
    monkeypatch.setenv("BOTHUB_LEDGER", shared_ledger.where)
    return shared_ledger


def say(url: str, text: str, number: str) -> None:
    """Let somebody write to the bot."""
    body = json.dumps(text_event(f"{number}-{text}", text, number=number)).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data=body), timeout=10) as answer:
        assert answer.status == 200


def count(ledger: SharedLedger) -> int:
    """Return how many people of any bot are on the shared list."""
    [(found,)] = ledger._ask("SELECT count(*) FROM suppression WHERE is_stopped", ())
    return int(found)


def test_a_stop_reaches_the_machines_that_send_from_the_ledger(
    bothub: Any, shop: Shop, ledger: SharedLedger, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bothub(*shop.run(*PEOPLE), "--name", "offer", "--plan-only")
    with run_listen() as listening:
        assert listening.ready["ledger"] == ledger.where
        say(listening.url, "STOP", PEOPLE[2])
        wait_until(lambda: count(ledger) == 1)

    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / "another machine"))
    worked = bothub("campaign", "worker", "--until-done", "--json")

    assert worked.code == 0, worked.err
    assert sorted(shop.sent_to) == sorted({*PEOPLE} - {PEOPLE[2]})
    assert bothub("campaign", "status", "offer", "--json").json["outcomes"]["suppressed"] == 1


def test_a_stop_in_the_middle_of_the_sending_is_heard_within_seconds(
    bothub: Any, shop: Shop, ledger: SharedLedger
) -> None:
    bothub(*shop.run(*PEOPLE)[:-2], "--rate", "1/s", "--name", "offer", "--plan-only")
    worker = subprocess.Popen(
        [sys.executable, "-m", "bothub_cli", "campaign", "worker", "--until-done", "--json"],
        env=os.environ,
        cwd=shop.folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    with run_listen() as listening:
        wait_until(lambda: shop.bodies)
        say(listening.url, "stop", PEOPLE[5])
        out, _ = worker.communicate(timeout=120)
    assert json.loads(out)["ended"] == "finished"
    assert PEOPLE[5] not in shop.sent_to
    assert bothub("campaign", "status", "offer", "--json").json["outcomes"]["suppressed"] == 1


def test_a_start_that_follows_takes_the_person_off(bothub: Any, shop: Shop, ledger: SharedLedger) -> None:
    with run_listen() as listening:
        say(listening.url, "STOP", PEOPLE[0])
        say(listening.url, "STOP", PEOPLE[1])
        wait_until(lambda: count(ledger) == 2)
        say(listening.url, "START", PEOPLE[1])
        wait_until(lambda: count(ledger) == 1)


def test_who_said_stop_before_there_was_a_ledger_counts_as_well(
    bothub: Any, shop: Shop, shared_ledger: SharedLedger
) -> None:
    assert bothub("suppression", "add", *PEOPLE[:3]).code == 0
    with run_listen("--ledger", shared_ledger.where):
        wait_until(lambda: count(shared_ledger) == 3)


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that may go away without harm to other tests."""
    with TemporaryDirectory(prefix="bothub-postgres-") as folder:
        server = PostgresServer(Path(folder))
        server.start()
        yield server
        server.stop()


def test_a_stop_waits_for_a_ledger_that_is_away(bothub: Any, shop: Shop, own_server: PostgresServer) -> None:
    ledger = make_ledger(own_server.new_database("away"))
    own_server.stop()
    with run_listen("--ledger", ledger.where) as listening:
        say(listening.url, "STOP", PEOPLE[0])
        lines = [listening.next() for _ in range(3)]  # the event, what it changed on the list, and the trouble
    [trouble] = [line for line in lines if line["type"] == "listener-trouble"]
    assert (trouble["what"], trouble["is_over"]) == ("wishes", False)
    own_server.start()
    with run_listen("--ledger", ledger.where):  # the first one was killed with the STOP in hand
        wait_until(lambda: count(ledger) == 1)
    ledger.tidy()


def test_a_stop_that_was_heard_without_a_ledger_is_shared_by_the_next_listener(
    bothub: Any, shop: Shop, shared_ledger: SharedLedger
) -> None:
    with run_listen() as listening:
        assert listening.ready["ledger"] is None
        say(listening.url, "STOP", PEOPLE[0])
    with run_listen("--ledger", shared_ledger.where):
        wait_until(lambda: count(shared_ledger) == 1)


def test_a_password_in_the_address_stops_it_before_it_listens(bothub: Any, shop: Shop) -> None:
    ran = bothub("listen", "--port", "0", "--ledger", "postgresql://bothub:planted@db/x")
    assert ran.code == 2
    assert "planted" not in ran.out + ran.err
