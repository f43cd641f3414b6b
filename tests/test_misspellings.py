"""A name that nobody knows is answered with the one that was perhaps meant."""

import pytest

from bothub_cli.misspellings import did_you_mean, find_near

SETTINGS = ("api_base", "timeout", "max_wait", "private_key")


@pytest.mark.parametrize("written", ["timeuot", "Timeout", "time-out", "tim_eout"])
def test_the_nearest_name_is_offered(written: str) -> None:
    assert did_you_mean(written, SETTINGS) == "did you mean timeout?"


def test_capitals_and_hyphens_are_no_misspelling() -> None:
    assert find_near("PRIVATE-KEY", SETTINGS, likeness=1.0) == ["private_key"]


@pytest.mark.parametrize("written", ["", "zebra", "é"])
def test_what_is_like_nothing_gets_no_offer(written: str) -> None:
    assert did_you_mean(written, SETTINGS) == ""


def test_several_are_offered_the_nearest_first() -> None:
    assert did_you_mean("event-rows", ["event-row", "event-words", "token"], most=3) == (
        "did you mean event-row or event-words?"
    )


def test_nothing_known_is_nothing_near() -> None:
    assert find_near("timeout", ()) == []
