"""``capability check`` splits numbers into rcs, not-rcs and unknown, and asks as little as it can."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bothub_cli.sandbox.server import SandboxServer

Bothub = Callable[..., Any]

RCS = "+33612345678"
NOT_RCS = "+33639980404"


def _open_all_day(sandbox: SandboxServer) -> None:
    def change(state: Any) -> None:
        state.settings = replace(state.settings, bulk_window="off")

    sandbox.run(change)


def _make_it_noon_in_paris(sandbox: SandboxServer) -> None:
    local = sandbox.run(lambda state: state.clock.now().astimezone(ZoneInfo("Europe/Paris")))
    sandbox.advance(seconds=((12 - local.hour) % 24) * 3600)


@pytest.mark.parametrize("arguments", [("+33",), ("hello",), ("3.36E+10",)], ids=" ".join)
def test_what_is_no_number_is_refused(bothub: Bothub, sandbox: SandboxServer, arguments: tuple[str, ...]) -> None:
    assert bothub("capability", "check", *arguments).code == 6


def test_a_file_that_is_not_there_is_not_taken_for_a_number(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("capability", "check", "customers.csv")
    assert ran.code == 6
    assert "customers.csv: there is no such file" in ran.err


def test_two_spellings_of_one_person_are_asked_once_and_told(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("capability", "check", RCS, f"tel:{RCS}", "--offline", "--json")
    assert [line["number"] for line in ran.lines if "number" in line] == [RCS]
    assert "named twice" in ran.err


def test_every_wrong_line_of_a_file_is_named(bothub: Bothub, sandbox: SandboxServer, tmp_path: Path) -> None:
    path = tmp_path / "numbers.txt"
    path.write_text(f"{RCS}\nhello\n# a remark\n12\n")
    ran = bothub("capability", "check", str(path))
    assert ran.code == 6
    assert f"{path}, line 2" in ran.err
    assert f"{path}, line 4" in ran.err


def test_a_405_is_understood(bothub: Bothub, sandbox: SandboxServer) -> None:
    _make_it_noon_in_paris(sandbox)
    ran = bothub("capability", "check", RCS, NOT_RCS, "--any-hour")
    assert ran.code == 5
    assert "22:00 to 07:00" in ran.err


def test_what_is_remembered_is_told_even_when_the_rest_cannot_be_asked(bothub: Bothub, sandbox: SandboxServer) -> None:
    _make_it_noon_in_paris(sandbox)
    bothub("capability", "check", RCS)
    ran = bothub("capability", "check", RCS, NOT_RCS, "+33612345679", "--any-hour", "--csv")
    assert ran.code == 5
    assert [line.split(",")[:2] for line in ran.out.splitlines()[1:]] == [
        [RCS, "rcs"],
        [NOT_RCS, "unknown"],
        ["+33612345679", "unknown"],
    ]


def test_offline_asks_nothing_and_says_what_it_does_not_know(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("capability", "check", RCS, "--offline", "--json")
    assert ran.code == 3
    assert ran.lines[0]["verdict"] == "unknown"
    assert sandbox.counts() == {}


def test_one_number_is_asked_at_once_with_a_warning_and_remembered(bothub: Bothub, sandbox: SandboxServer) -> None:
    first = bothub("capability", "check", RCS, "--json")
    second = bothub("capability", "check", RCS, "--json")
    assert "limits single checks" in first.err
    assert [ran.lines[0]["origin"] for ran in (first, second)] == ["asked", "cache"]
    assert second.lines[0]["age_days"] == 0


def test_refresh_asks_again(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("capability", "check", RCS)
    assert bothub("capability", "check", RCS, "--refresh", "--json").lines[0]["origin"] == "asked"


def test_many_numbers_are_asked_together(bothub: Bothub, sandbox: SandboxServer) -> None:
    _open_all_day(sandbox)
    ran = bothub("capability", "check", "-", "--any-hour", "--json", stdin=f"{RCS}\n{NOT_RCS}\n".encode())
    assert [line.get("verdict") for line in ran.lines] == ["rcs", "not-rcs", None]
    assert (ran.code, ran.lines[-1]["type"]) == (0, "summary")


def test_a_column_of_a_csv_is_found_by_its_title(bothub: Bothub, sandbox: SandboxServer, tmp_path: Path) -> None:
    _open_all_day(sandbox)
    path = tmp_path / "crm.csv"
    path.write_text(f"name;phone\nAnne;06 12 34 56 78\nBob;{NOT_RCS}\n")
    ran = bothub("capability", "check", str(path), "--region", "FR", "--any-hour", "--csv", "--only", "rcs")
    assert [line.split(",")[:2] for line in ran.out.splitlines()] == [["number", "verdict"], [RCS, "rcs"]]


def test_a_few_numbers_are_asked_singly_when_wanted(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("capability", "check", RCS, NOT_RCS, "--one-by-one", "--json")
    assert [line["verdict"] for line in ran.lines[:2]] == ["rcs", "not-rcs"]


def test_a_result_can_be_fetched_later(bothub: Bothub, sandbox: SandboxServer) -> None:
    _open_all_day(sandbox)
    bothub("capability", "check", RCS, NOT_RCS, "--any-hour")
    ran = bothub("capability", "check", RCS, NOT_RCS, "--fetch", "--refresh", "--json")
    assert [line["origin"] for line in ran.lines[:2]] == ["asked", "asked"]


def test_csv_and_json_exclude_each_other(bothub: Bothub, sandbox: SandboxServer) -> None:
    assert bothub("capability", "check", RCS, "--csv", "--json").code == 2
