"""No cell of a CSV file is taken for a formula, and numbers stay what they are."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.lists.csv_cells import make_harmless, write_csv


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", '=HYPERLINK("http://x")', "+", "-", "\uff1d1+1"]
)
def test_a_formula_becomes_a_text(cell: str) -> None:
    assert make_harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("separator", [";", "\t", "\r", "\n"])
def test_a_formula_behind_the_separator_of_another_spreadsheet_becomes_a_text(separator: str) -> None:
    assert make_harmless(f"x{separator}=1+1") == f"x{separator}'=1+1"
    assert make_harmless(f"{separator}@SUM(A1)") == f"{separator}'@SUM(A1)"
    assert make_harmless(f'x{separator}"=1"') == f'x{separator}\'"=1"'


@pytest.mark.parametrize(
    "cell", ["+33612345678", "-12.5", "+33 6 12 34", "STOP", "", "a=b", "5", "+33612345678;+336", "a - b"]
)
def test_numbers_and_words_stay_as_they_are(cell: str) -> None:
    assert make_harmless(cell) == cell


def test_a_missing_value_is_an_empty_cell_and_raw_changes_nothing() -> None:
    assert write_csv([(None, "=1"), ("a,b", 2)], raw=False) == ',\'=1\n"a,b",2\n'
    assert write_csv([(None, "=1")], raw=True) == ",=1\n"


@given(st.lists(st.lists(st.text(), min_size=1), min_size=1))
def test_what_is_written_reads_back_cell_by_cell(rows: list[list[str]]) -> None:
    read = list(csv.reader(io.StringIO(write_csv(rows, raw=False), newline="")))
    for row in read:
        assert not any(part.startswith(("=", "@")) for cell in row for part in re.split("[;\t\n\r]", cell))
