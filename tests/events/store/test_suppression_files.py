"""Suppression lists as files."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.errors import InputRefusedError
from bothub_cli.events.store.database import Database
from bothub_cli.events.store.suppression import SuppressionList
from bothub_cli.events.store.suppression_files import read_numbers, require_numbers, to_rows
from tests.events.samples import NOW


def test_a_file_with_a_bad_line_is_refused_whole_with_its_line_numbers() -> None:
    found = read_numbers(["+33612345678\n", "hello\n", "\n", "+336\n"])
    assert found.refused == ((2, "hello"), (4, "+336"))
    with pytest.raises(InputRefusedError, match=r"list\.csv: no phone number on line 2, 4; nothing was imported"):
        require_numbers(found, where="list.csv")


def test_many_bad_lines_are_counted() -> None:
    with pytest.raises(InputRefusedError, match="line 1, 2, 3, 4, 5 and 2 more"):
        require_numbers(read_numbers(["x"] * 7), where="-")


@pytest.mark.parametrize(
    "lines",
    [
        ["+33612345678"],
        ["\ufeff+33 6 12 34 56 78\r\n"],
        ["# our list", "", "+33.6.12.34.56.78"],
        ["name;number", "Ann;+33612345678"],
        ["number,since,source,word", '+33612345678,2026-11-24T15:00:00Z,user,"Stop, please"'],
    ],
)
def test_a_plain_list_and_a_table_are_both_read(lines: list[str]) -> None:
    assert require_numbers(read_numbers(lines), where="-") == ("+33612345678",)


def test_what_is_exported_can_be_imported(database: Database) -> None:
    ours = SuppressionList(database, profile="shop")
    ours.add(["+33612345678", "sip:ann@example.com"], now=NOW)
    stream = io.StringIO()
    csv.writer(stream).writerows(to_rows(ours))
    numbers = require_numbers(read_numbers(stream.getvalue().splitlines()), where="-")
    theirs = SuppressionList(database, profile="bank")
    assert theirs.add(numbers, now=NOW, source="import") == 2
    assert theirs.load() == ours.load()


@given(st.lists(st.text()))
def test_any_lines_are_numbers_refused_or_nothing(lines: list[str]) -> None:
    found = read_numbers(lines)
    assert len(found.numbers) + len(found.refused) <= len(lines)
