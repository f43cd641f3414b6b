"""A run stops where the user said."""

import pytest

from bothub_cli.campaign.run.limits import RunRules, find_limit, read_max_errors
from bothub_cli.errors import UsageError


@pytest.mark.parametrize("text", ["", "many", "-1", "101%", "2.5", "%", "nan%"])
def test_an_amount_of_errors_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"^max_errors: "):
        read_max_errors(text)


def test_errors_are_a_count_or_a_share() -> None:
    assert read_max_errors("50") == (50, None)
    assert read_max_errors(" 2 % ") == (None, 0.02)


def test_a_count_of_errors_stops() -> None:
    rules = RunRules(max_errors=3)

    assert find_limit(rules, bad=3, finished=3, elapsed=1) is None
    assert find_limit(rules, bad=4, finished=4, elapsed=1) is not None


def test_a_share_of_errors_stops_once_it_means_something() -> None:
    rules = RunRules(max_error_share=0.02)

    assert find_limit(rules, bad=2, finished=49, elapsed=1) is None
    assert find_limit(rules, bad=2, finished=50, elapsed=1) is not None


def test_a_duration_stops() -> None:
    found = find_limit(RunRules(max_duration=60), bad=0, finished=0, elapsed=60)

    assert found is not None
    assert "60 s" in found.message
