"""Hours, days and beginnings, as people give them to ``campaign run``."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

Bothub = Callable[..., Any]
Shop = Any  # the fixture of conftest.py

FRENCH, SAMOAN = "+33612000000", "+6857212345"


def now_open() -> str:
    """Return a window of three hours around now in UTC, which is closed twelve hours further east."""
    now = datetime.now(UTC)
    return f"{now - timedelta(hours=1):%H}:00-{now + timedelta(hours=2):%H}:00"


def write_list(shop: Shop, *rows: str) -> list[str]:
    path = shop.folder / "people.csv"
    path.write_text("to,first_name,zone\n" + "".join(f"{row}\n" for row in rows))
    return ["campaign", "run", str(path), "-t", shop.write_template(), "--rate", "none"]


def test_a_row_waits_for_the_hours_of_its_own_zone_and_the_others_do_not(bothub: Bothub, shop: Shop) -> None:
    words = write_list(shop, "+33612000001,A,Etc/GMT-12", "+33612000002,B,UTC", "+33612000003,C,")
    words += ["--map", "tz=zone", "--window", now_open(), "--tz", "UTC"]
    ran = bothub(*words, "--max-duration", "3", "--json")
    assert ran.code == 10
    assert shop.sent_to == {"+33612000002": 1, "+33612000003": 1}
    assert "outside the receivers' sending hours until" in ran.err
    assert bothub("campaign", "status", "--json").json["outcomes"]["left"] == 1


def test_a_zone_that_is_none_is_a_problem_of_its_row(bothub: Bothub, shop: Shop) -> None:
    words = write_list(shop, "+33612000001,A,Mars/Base", "+33612000002,B,Europe/Paris")
    ran = bothub(*words, "--map", "tz=zone", "--window", "00:00-23:59")
    assert ran.code == 6
    assert "line 2" in ran.err
    assert "no such time zone" in ran.err
    assert shop.bodies == []


def test_every_number_has_the_hours_of_its_country(bothub: Bothub, shop: Shop) -> None:
    words = write_list(shop, f"{FRENCH},A,", f"{SAMOAN},B,")
    here = datetime.now(UTC).astimezone(ZoneInfo("Europe/Paris"))
    window = (
        f"{here - timedelta(hours=1):%H}:00-{here + timedelta(hours=2):%H}:00"  # Apia is eleven or twelve hours ahead
    )
    ran = bothub(*words, "--tz", "country", "--window", window, "--max-duration", "3")
    assert ran.code == 10
    assert shop.sent_to == {FRENCH: 1}
    assert bothub("campaign", "report").code == 0
    assert bothub("campaign", "check", *words[2:5], "--tz", "country").code == 2  # says nothing without --window


def test_nothing_goes_before_the_beginning(bothub: Bothub, shop: Shop) -> None:
    words = shop.run(FRENCH)
    ran = bothub(*words, "--start-at", "2999-12-01 09:00", "--max-duration", "2", "--json")
    assert ran.code == 10
    assert "not to begin until 2999-12-01 09:00 Europe/Paris" in ran.err
    assert shop.bodies == []
    assert bothub(*words, "--start-at", "2020-01-01").code == 0
    assert shop.sent_to == {FRENCH: 1}


def test_closing_days_come_from_a_file(bothub: Bothub, shop: Shop) -> None:
    days = shop.folder / "closed.txt"
    today = datetime.now(UTC).date()
    days.write_text("".join(f"{today + timedelta(days=each)}  closed\n" for each in (-1, 0, 1)))
    ran = bothub(*shop.run(FRENCH), "--not-on-file", str(days), "--max-duration", "2")
    assert (ran.code, shop.bodies) == (10, [])
    days.write_text("24.12.2026\n")
    ran = bothub(*shop.run(FRENCH), "--not-on-file", str(days))
    assert (ran.code, "line 1" in ran.err) == (6, True)


@pytest.mark.parametrize("file", ["nothing.txt", "."])
def test_a_file_of_days_that_cannot_be_read_is_said(bothub: Bothub, shop: Shop, file: str) -> None:
    assert bothub(*shop.run(FRENCH), "--not-on-file", str(shop.folder / file)).code == 6
