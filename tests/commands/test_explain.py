"""``explain`` knows every code of the API, and every service that uses it."""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest

import bothub_cli
from bothub_cli.errors import BothubError
from bothub_cli.errors.codes import OWN_CODES
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
    assert said_by == {"Orange's gateway", "Dotgo, in its delivery reports"}


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


def test_every_code_of_our_own_errors_is_explained(bothub: Any) -> None:
    for module in pkgutil.walk_packages(bothub_cli.__path__, "bothub_cli."):
        if not module.name.endswith(("__main__", "pytest_plugin")):
            importlib.import_module(module.name)
    codes = {error.code for error in _all_kinds(BothubError)}
    assert codes == OWN_CODES.keys()
    ran = bothub("explain", "auth.refused", "--json")
    assert ran.json["meanings"][0]["remedy"] == "bothub doctor"


def _all_kinds(kind: type[BothubError]) -> list[type[BothubError]]:
    return [kind, *(each for child in kind.__subclasses__() for each in _all_kinds(child))]


@pytest.mark.parametrize(("status", "code"), [("502", "1"), ("504", "6"), ("403", "53"), ("403", "50")])
def test_a_status_that_several_codes_come_with_tells_each(bothub: Any, status: str, code: str) -> None:
    assert code in [meaning["code"] for meaning in bothub("explain", status, "--json").json["meanings"]]


def test_a_rule_of_the_check_is_told_where_it_is_explained(bothub: Any) -> None:
    ran = bothub("explain", "suggestions.lost")
    assert ran.code == 2
    assert "bothub message check FILE" in ran.err
