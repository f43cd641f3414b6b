"""``explain`` knows every code of the API, and every service that uses it."""

from collections.abc import Callable
from typing import Any

import pytest

from bothub_cli.protocol.fault_codes import FAULT_CODES

Bothub = Callable[..., Any]


def test_an_unknown_code_is_refused_with_those_near_it(bothub: Bothub) -> None:
    ran = bothub("explain", "42052x")
    assert ran.code == 2
    assert "42051 to 42073" in ran.err


def test_a_misspelt_word_is_guessed(bothub: Bothub) -> None:
    assert "invalid_client" in bothub("explain", "invalid_clinet").err


@pytest.mark.parametrize("code", sorted({entry.code for entry in FAULT_CODES}))
def test_every_code_is_explained(bothub: Bothub, code: str) -> None:
    meanings = bothub("explain", code, "--json").json["meanings"]
    assert all(item["meaning"] and item["mended_by"] and item["remedy"] for item in meanings)
    assert not any("{" in item["remedy"] for item in meanings)


def test_a_code_inside_a_range_is_found(bothub: Bothub) -> None:
    assert bothub("explain", "42033", "--json").json["meanings"][0]["code"] == "42031 to 42036"


def test_a_status_lists_what_comes_with_it(bothub: Bothub) -> None:
    said_by = {item["said_by"] for item in bothub("explain", "429", "--json").json["meanings"]}
    assert said_by == {"Orange's gateway", "Google's RCS platform"}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("41002", "too late: only what is not delivered can be taken back"),
        ("42011", "message read is for a user's message"),
        ("opted_out", "take the number off your list"),
        ("410 opted_out", "take the number off your list"),
    ],
)
def test_the_advice_is_one_that_helps(bothub: Any, code: str, words: str) -> None:
    ran = bothub("explain", code)
    assert ran.code == 0
    assert words in " ".join(ran.out.split())
    assert "try again later" not in ran.out


def test_every_code_that_an_error_can_name_is_explained(bothub: Any) -> None:
    for entry in FAULT_CODES:
        assert bothub("explain", entry.code).code == 0
        assert entry.alias is None or bothub("explain", entry.alias).code == 0
