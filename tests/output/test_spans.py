"""A time is said roughly, in its two largest units."""

import pytest

from bothub_cli.output.campaign_words import describe_span


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0.0 s"),
        (4.26, "4.3 s"),
        (9.96, "10 s"),
        (59.6, "1 min"),
        (61, "1 min 1 s"),
        (3600, "1 h"),
        (3_900, "1 h 5 min"),
        (90_061, "1 d 1 h"),
    ],
)
def test_a_span_has_at_most_two_units(seconds: float, words: str) -> None:
    assert describe_span(seconds) == words
