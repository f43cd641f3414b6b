"""Texts are cut to the columns of a screen, where some characters are two columns wide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.output.columns import fit, one_line, width_of


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
