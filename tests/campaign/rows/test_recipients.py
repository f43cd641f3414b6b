"""Every row becomes a recipient or a problem with its place; nothing is skipped in silence."""

import gzip
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.campaign.rows.recipients import ReadingRules, Recipient, RowProblem, find_delimiter, read_recipients
from bothub_cli.errors import InputRefusedError

RULES = ReadingRules()


def read(content: bytes | str, rules: ReadingRules = RULES) -> list[Recipient | RowProblem]:
    raw = content if isinstance(content, bytes) else content.encode()
    return list(read_recipients(io.BytesIO(raw), rules=rules, name="list.csv"))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no rows"),
        (b"\xff\xfet\x00o", "not utf-16"),
        (b"PK\x03\x04rest", "a spreadsheet"),
        (b"phone;name\n+33612345678;A\n", "no column is called 'to'"),
        (b"+33612345678;Marie\n", "does not name the columns"),
        (b"to;name;name\n", "two columns are called 'name'"),
        (b'to;name\n+33612345678;"never closed\n+33612345679;B\n', "cannot be told apart"),
        (gzip.compress(b"to\n+33612345678\n" * 99, mtime=0)[:-12], "ended before"),
    ],
)
def test_a_file_that_is_no_list_is_refused_as_a_whole(content: bytes, problem: str) -> None:
    with pytest.raises(InputRefusedError, match=problem):
        read(content)


def test_a_mapped_column_that_is_missing_is_refused_with_those_that_exist() -> None:
    with pytest.raises(InputRefusedError) as caught:
        read("tel;name\n+33612345678;A\n", ReadingRules(columns={"to": "phone"}))

    assert caught.value.remedy == "it has: tel, name"


def test_a_bad_row_is_told_with_line_and_column_and_the_next_one_is_read() -> None:
    bad, good = read('to;name\n3.36E+10;"a\nname in two lines"\n+33612345678;B\n')

    assert bad == RowProblem(
        line=2,
        column="to",
        kind="number",
        problem="a spreadsheet rounded this phone number (as in 3.36E+10), and its last digits are lost",
        fix="take it from the source again, with the column formatted as text",
    )
    assert isinstance(good, Recipient)
    assert (good.line, good.number) == (4, "+33612345678")


def test_a_row_with_too_many_cells_is_told() -> None:
    (problem,) = read("to,text\n+33612345678,Hello, you\n")

    assert isinstance(problem, RowProblem)
    assert (problem.kind, problem.line) == ("row.width", 2)


def test_a_row_that_is_not_utf8_is_told_and_the_others_are_read() -> None:
    bad, good = read(b"to;name\n+33612345678;Ren\xe9\n+33612345679;Ren\xc3\xa9\n")

    assert isinstance(bad, RowProblem)
    assert bad.kind == "row.encoding"
    assert isinstance(good, Recipient)
    assert good.row["name"] == "René"


def test_a_suppressed_number_gets_nothing() -> None:
    rules = ReadingRules(is_suppressed=frozenset({"+33612345678"}).__contains__)

    (problem,) = read("to\n+33 6 12 34 56 78\n", rules)

    assert isinstance(problem, RowProblem)
    assert problem.kind == "number.suppressed"


def test_another_encoding_is_read_when_it_is_named() -> None:
    (row,) = read(b"to;name\n+33612345678;Ren\xe9\n", ReadingRules(encoding="cp1252"))

    assert isinstance(row, Recipient)
    assert row.row["name"] == "René"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("packed", [False, True])
def test_the_delimiter_the_mark_and_the_packing_are_found_out(delimiter: str, packed: bool) -> None:
    content = f'\ufeff"to"{delimiter}name\r\n+33612345678{delimiter}"A, B; C"\r\n\r\n'.encode()

    (row,) = read(gzip.compress(content) if packed else content)

    assert isinstance(row, Recipient)
    assert row.row == {"to": "+33612345678", "name": "A, B; C"}


def test_a_mapped_column_fills_the_template_under_the_templates_name() -> None:
    (row,) = read("phone;name\n+33612345678;A\n", ReadingRules(columns={"to": "phone"}))

    assert isinstance(row, Recipient)
    assert row.row == {"to": "+33612345678", "name": "A"}


def test_json_lines_are_rows() -> None:
    good, bad = read('{"to": "+33612345678", "points": 12}\n{"to": 33612345678}\n')

    assert isinstance(good, Recipient)
    assert good.row["points"] == 12
    assert isinstance(bad, RowProblem)
    assert bad.line == 2
    assert "no plus" in bad.problem


def test_ready_made_messages_bring_their_contact_or_a_number_beside_them() -> None:
    full = {"RCSMessage": {"textMessage": "a"}, "messageContact": {"userContact": "+33612345678"}}
    bare = {"to": "+33612345679", "textMessage": "b"}

    first, second = read(f"{json.dumps(full)}\n{json.dumps(bare)}\n")

    assert isinstance(first, Recipient)
    assert first.payload == full
    assert isinstance(second, Recipient)
    assert (second.number, second.payload) == ("+33612345679", {"RCSMessage": {"textMessage": "b"}})


@pytest.mark.parametrize("raw", ['""', "null", "true", "33612345678.0", '"marie"', '["+33612345678"]'])
def test_what_is_no_number_is_a_problem(raw: str) -> None:
    (problem,) = read(f'{{"to": {raw}, "name": "A"}}\n')

    assert isinstance(problem, RowProblem)
    assert (problem.kind, problem.column) == ("number", "to")


@pytest.mark.parametrize("raw", ["'+33612345678", "0033 6 12 34 56 78", "06 12 34 56 78", "612345678"])
def test_a_number_in_other_writing_is_mended_where_the_country_is_known(raw: str) -> None:
    (row,) = read(f"to\n{raw}\n", ReadingRules(region="FR"))

    assert isinstance(row, Recipient)
    assert row.number == "+33612345678"


def test_a_delimiter_inside_quotes_does_not_count() -> None:
    assert find_delimiter(b'"to, or whom, or what";name\n') == ";"


@given(st.binary(max_size=300))
def test_any_bytes_give_rows_problems_or_a_refusal(content: bytes) -> None:
    try:
        rows = read(content)
    except InputRefusedError:
        return
    assert all(isinstance(row, Recipient | RowProblem) for row in rows)
