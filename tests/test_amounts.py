"""Counts and sizes are said in one way."""

import pytest

from bothub_cli.amounts import count_words, describe_size


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1000, "1 kB"),
        (48_300, "48 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (1_440_000, "1.4 MB"),
        (2_500_000_000, "2.5 GB"),
    ],
)
def test_a_size_is_said_in_words(size: int, words: str) -> None:
    assert describe_size(size) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 messages"), (1, "1 message"), (2, "2 messages"), (12_000, "12,000 messages")]
)
def test_a_count_has_its_plural(count: int, words: str) -> None:
    assert count_words(count, "message") == words


def test_people_are_no_persons() -> None:
    assert [count_words(count, "person", "people") for count in (1, 2)] == ["1 person", "2 people"]
