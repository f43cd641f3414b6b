"""People whom RCS does not reach go another way also when several machines send, by the machine that has the list."""

import csv
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.campaign.ledger.journal import name_coordinator
from bothub_cli.campaign.ledger.ledger import SharedLedger
from bothub_cli.clock import SystemClock

NOT_ON_RCS = "+33639980404"
GOOD = "+33612000000"


@pytest.fixture(autouse=True)
def ledger(shared_ledger: SharedLedger, monkeypatch: pytest.MonkeyPatch) -> SharedLedger:
    """Name an empty ledger in the environment."""
    monkeypatch.setenv("BOTHUB_LEDGER", shared_ledger.where)
    return shared_ledger


def read(path: Path) -> list[tuple[str, str]]:
    with path.open() as stream:
        return [(row["to"], row["reason"]) for row in csv.DictReader(stream)]


def test_who_is_not_on_rcs_goes_to_the_file_once(bothub: Any, shop: Any) -> None:
    target = shop.folder / "sms.csv"
    words = [*shop.run(GOOD, NOT_ON_RCS), "--name", "offer", "--fallback-file", str(target), "--json"]
    ran = bothub(*words)
    assert (ran.code, ran.json["fallback"]) == (3, {"not on RCS": 1})
    assert read(target) == [(NOT_ON_RCS, "not on RCS")]
    assert bothub(*words).json["fallback"] == {}
    assert bothub("campaign", "status", "offer", "--json").json["handed_over"] == 1


def test_what_another_machine_sent_is_handed_over_by_the_one_that_has_the_list(
    bothub: Any, shop: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    target = shop.folder / "sms.csv"
    bothub(*shop.run(GOOD, NOT_ON_RCS), "--name", "offer", "--fallback-file", str(target), "--plan-only")
    own = tmp_path / "state"
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / "b"))
    bothub("campaign", "worker", "--until-done")
    assert not target.exists()

    monkeypatch.setenv("BOTHUB_STATE_DIR", str(own))
    assert bothub("campaign", "run", "--resume", "offer").code == 3
    assert read(target) == [(NOT_ON_RCS, "not on RCS")]


def test_the_status_says_when_no_machine_hands_over(bothub: Any, shop: Any, ledger: SharedLedger) -> None:
    words = ["--name", "offer", "--plan-only", "--fallback-file", "sms.csv", "--fallback-after", "1h"]
    bothub(*shop.run(GOOD), *words)
    status = bothub("campaign", "status", "offer", "--json").json
    assert (status["hands_over"], status["coordinate"]) == (False, status["resume"])
    assert "no machine hands over" in bothub("campaign", "status", "offer").out

    bothub("campaign", "worker", "--until-done")
    assert bothub("campaign", "status", "offer", "--json").json["hands_over"] is False  # deliveries are waited for
    link = ledger.link(name=name_coordinator("offer"))
    link.run(lambda connection: connection.execute("SELECT 1"))
    status = bothub("campaign", "status", "offer", "--json").json
    assert (status["state"], status["hands_over"], status["coordinate"]) == ("finished", True, None)
    link.close()

    ledger._ask("UPDATE row SET at = at - 3600 * 1000 RETURNING seq", ())
    assert bothub("campaign", "status", "offer", "--json").json["hands_over"] is None


def test_a_row_in_doubt_is_resolved_from_any_machine(
    bothub: Any, shop: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    command = "sh -c 'kill -9 $$'"
    ran = bothub(*shop.run(NOT_ON_RCS), "--name", "offer", "--fallback-exec", command, "--json")
    assert ran.json["handover_in_doubt"] == 1
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / "b"))
    told = bothub("campaign", "handover", "offer", "--done", "all", "--json")
    assert (told.code, told.json["in_doubt"], len(told.json["done"])) == (0, 0, 1)


@pytest.mark.parametrize("ahead", [timedelta(minutes=5), timedelta(minutes=-5)])
def test_a_machine_whose_clock_is_wrong_misses_nobody(
    bothub: Any, shop: Any, monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    now = SystemClock.now
    monkeypatch.setattr(SystemClock, "now", lambda clock: now(clock) + ahead)
    target = shop.folder / "sms.csv"
    words = ["--name", "offer", "--fallback-file", str(target), "--fallback-after", "1s", "--json"]
    ran = bothub(*shop.run("+33639980005", NOT_ON_RCS), *words)
    assert ran.json["fallback"] == {"not on RCS": 1, "not delivered": 1}, ran
