"""Texts are cut to the columns of a screen, where some characters are two columns wide."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bothub_cli.output.columns import break_hanging, break_lines, fit, one_line, width_of


@given(st.text(), st.integers(0, 40))
def test_a_text_takes_exactly_its_columns(text: str, columns: int) -> None:
    assert width_of(fit(text, columns)) == columns


@pytest.mark.parametrize(
    ("text", "columns", "shown"), [("abc", 5, "abc  "), ("abcdef", 4, "abc…"), ("日本語", 4, "日… "), ("abc", 0, "")]
)
def test_what_is_too_long_ends_in_an_ellipsis(text: str, columns: int, shown: str) -> None:
    assert fit(text, columns) == shown


def test_a_text_of_several_lines_becomes_one() -> None:
    assert one_line(" a\nb\t c\r\n") == "a b c"


def test_a_line_breaks_between_words_and_keeps_its_indent() -> None:
    assert break_lines("  error: the label is too long", 20) == ["  error: the label", "  is too long"]


@pytest.mark.parametrize(
    "whole", ["2026-11-27 09:44:07", "25 characters", "10 min", "/home/ann/a/folder/that/is/longer/than/the/line.yaml"]
)
def test_a_time_a_measure_or_a_path_is_never_broken(whole: str) -> None:
    broken = break_lines(f"it holds until {whole} and no longer", 24)
    assert any(whole in line for line in broken)


@given(st.text(alphabet="ab 日\n", max_size=60), st.integers(1, 30))
@example("a 日", 1)
def test_breaking_loses_no_word_and_is_as_narrow_as_words_allow(text: str, columns: int) -> None:
    lines = break_lines(text, columns)
    assert " ".join(lines).split() == text.split()
    assert all(width_of(line) <= columns or len(line.split()) == 1 for line in lines)


def test_a_line_with_columns_of_its_own_goes_on_below_its_last_one() -> None:
    line = "13:15:06  user  where is my order of last week?"
    assert break_hanging(line, 36, hang=16) == [
        "13:15:06  user  where is my order of",
        "                last week?",
    ]
    assert break_hanging(line, 24, hang=16) == break_lines(line, 24)
