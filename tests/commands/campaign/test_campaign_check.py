"""``campaign check`` says what would happen, and sends nothing."""

import json
from collections.abc import Callable
from typing import Any

import pytest

Bothub = Callable[..., Any]
Shop = Any  # the fixture of conftest.py

GOOD = ["+33612000000", "+33612000001", "+33612000002", "+33612000003"]


def check(shop: Shop, *numbers: str) -> list[str]:
    return ["campaign", "check", shop.write_list(numbers), "-t", shop.write_template()]


def test_every_bad_row_is_told_with_line_and_column(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*check(shop, *GOOD, "3.36E+10", "612345678", ""), "--json")
    assert ran.code == 6
    problems = [line for line in ran.lines if line["type"] == "campaign-problem"]
    assert [(problem["line"], problem["column"]) for problem in problems] == [(6, "to"), (7, "to"), (8, "to")]
    assert all(problem["problem"] and problem["kind"] for problem in problems)


def test_alike_problems_are_told_as_one(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*check(shop, *GOOD, *(f"nonsense{n}" for n in range(500))))
    assert ran.code == 6
    assert "500 rows: to: " in ran.out
    assert "first on line 6" in ran.out
    assert len(ran.out.splitlines()) < 40


def test_a_message_that_the_api_would_refuse_is_a_bad_row(bothub: Bothub, shop: Shop) -> None:
    template = shop.write_template("{{ first_name }}" + "x" * 9000)
    ran = bothub("campaign", "check", shop.write_list(GOOD[:1]), "-t", template, "--json")
    assert ran.code == 6
    assert ran.lines[0]["column"] == "/RCSMessage/textMessage"


def test_a_missing_column_is_named(bothub: Bothub, shop: Shop) -> None:
    template = shop.write_template("Hello {{ surname }}")
    ran = bothub("campaign", "check", shop.write_list(GOOD), "-t", template)
    assert ran.code == 6
    assert "surname" in ran.out + ran.err


def test_an_empty_list_is_not_good(bothub: Bothub, shop: Shop) -> None:
    assert bothub(*check(shop)).code == 6


def test_skip_invalid_accepts_what_is_left(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*check(shop, *GOOD, "nonsense"), "--skip-invalid")
    assert ran.code == 0
    assert "4 messages ready, 1 row invalid" in ran.out


def test_it_counts_and_tells_how_long_sending_takes(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*check(shop, *GOOD, GOOD[0]), "--rate", "2/s", "--json")
    assert ran.code == 0
    [summary] = ran.lines
    assert summary["schema"] == "bothub/campaign-check/1"
    assert (summary["ready"], summary["duplicates"], summary["invalid"]) == (4, 1, 0)
    assert summary["seconds"] == 2.0


def test_the_first_three_messages_are_shown_as_pictures(bothub: Bothub, shop: Shop) -> None:
    ran = bothub(*check(shop, *GOOD))
    assert ran.code == 0
    assert all(f"Hello Name {i}" in ran.out for i in range(3))
    assert "Hello Name 3" not in ran.out


def test_it_needs_no_credentials(bothub: Bothub, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    words = check(shop, *GOOD)
    monkeypatch.setenv("BOTHUB_CONFIG_DIR", str(shop.folder / "nobody"))
    assert bothub(*words).code == 0


def test_nothing_is_sent_and_nothing_stays(bothub: Bothub, shop: Shop) -> None:
    bothub(*check(shop, *GOOD))
    assert shop.server.counts() == {}
    assert not (shop.folder.parent / "state" / "campaigns").exists()


def test_prices_of_the_profile_make_a_cost_and_max_cost_stops(bothub: Bothub, shop: Shop) -> None:
    assert "costs about" not in bothub(*check(shop, *GOOD)).out
    assert bothub("profile", "set", "price_basic=0.04", "currency=EUR").code == 0
    assert "0.16 EUR" in bothub(*check(shop, *GOOD)).out
    answer = bothub(*check(shop, *GOOD), "--json").json
    assert (answer["cost"], answer["currency"], answer["unpriced"]) == (0.16, "EUR", [])

    ran = bothub(*check(shop, *GOOD), "--max-cost", "0.15")
    assert (ran.code, "more than --max-cost 0.15" in ran.err) == (10, True)
    words = ["campaign", "run", *check(shop, *GOOD)[2:], "--rate", "none"]
    ran = bothub(*words, "--max-cost", "0.15")
    assert (ran.code, "nothing was sent" in ran.err) == (10, True)
    assert bothub(*words, "--max-cost", "0.15 USD").code == 2
    assert shop.bodies == []

    ran = bothub(*words, "--max-cost", "0.16EUR")
    assert (ran.code, "the whole list costs about 0.16 EUR" in ran.err) == (0, True)
    assert len(shop.bodies) == 4
    shop.write_list([*GOOD, "+33612000004"])
    assert bothub(*words, "--max-cost", "0.16").code == 10  # what is sent already counts
    assert len(shop.bodies) == 4


def _write_picture(shop: Shop, base: str) -> str:
    template = shop.folder / "picture.yaml"
    template.write_text(
        f"fileMessage: {{fileUrl: '{base}/sandbox/files/File1', fileMIMEType: image/png, fileSize: 100}}\n"
    )
    return str(template)


@pytest.mark.parametrize("verb", ["check", "run"])
def test_a_strict_rehearsal_takes_a_file_that_this_sandbox_keeps(bothub: Bothub, shop: Shop, verb: str) -> None:
    words = ["campaign", verb, shop.write_list(GOOD), "--strict"]
    ran = bothub(*words, "-t", _write_picture(shop, shop.server.url))
    assert ran.code == 0, ran.err
    ran = bothub(*words, "-t", _write_picture(shop, "http://127.0.0.1:1"), *(["--new"] if verb == "run" else []))
    assert ran.code == 6
    assert "is not encrypted" in ran.out + ran.err


def test_what_the_check_of_a_message_warns_of_is_counted(bothub: Bothub, shop: Shop) -> None:
    (shop.folder / "typo.yaml").write_text('textMessage: "Hello"\nexpiri: 1h\n')
    request = [shop.write_list(GOOD), "-t", str(shop.folder / "typo.yaml")]
    [found] = bothub("campaign", "check", *request, "--json").lines[-1]["warnings"]
    assert (found["kind"], found["where"], found["rows"]) == ("member.unknown", "/RCSMessage/expiri", 4)
    assert "expiry" in found["fix"]
    assert bothub("campaign", "check", *request, "--strict").code == 6


def test_a_run_warns_in_data_where_json_is_wanted(bothub: Bothub, shop: Shop) -> None:
    (shop.folder / "typo.yaml").write_text('textMessage: "Hello"\nexpiri: 1h\n')
    request = [shop.write_list([*GOOD, "12"]), "-t", str(shop.folder / "typo.yaml")]
    ran = bothub("campaign", "run", *request, "--skip-invalid", "--json")
    said = [json.loads(line) for line in ran.err.splitlines()]
    told = [(each["code"], each["line"]) for each in said if each["type"] == "warning"]
    assert told == [("number", 6), ("member.unknown", 2)]
