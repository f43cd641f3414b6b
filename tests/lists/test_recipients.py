"""Every row becomes a recipient or a problem with its place; nothing is skipped in silence."""

import gzip
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.errors import InputRefusedError
from bothub_cli.lists.recipients import EMPTY, ReadingRules, Recipient, RowProblem, read_recipients
from bothub_cli.lists.table import find_delimiter

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
    bad, good = read(b"to;name\n+33612345678;Ren\xe9\n+33612345679;Rene\n")

    assert isinstance(bad, RowProblem)
    assert bad.kind == "row.encoding"
    assert isinstance(good, Recipient)
    assert good.row["name"] == "Rene"


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


@pytest.mark.parametrize(
    "content",
    [
        "+33612345678\n",
        "# our list\n\n06 12 34 56 78\n",
        "#\ntel:+33-6-12-34-56-78\n# the end\n",
        '["+33612345678"]',
        '"to"\n# not yet: +33612345679\n+33612345678\n',
        "#;to\n1;+33612345678\n",
        "#\tto\n#1\t+33612345678\n",
    ],
)
def test_one_number_a_line_is_a_list_and_a_comment_is_nobody(content: str) -> None:
    (row,) = read(content, ReadingRules(region="FR"))

    assert isinstance(row, Recipient)
    assert row.number == "+33612345678"


def test_in_a_list_without_titles_a_number_that_is_none_has_its_line() -> None:
    lost, good = read("33612345678\n+33612345679\n")

    assert isinstance(lost, RowProblem)
    assert (lost.line, "no plus in front" in lost.problem) == (1, True)
    assert isinstance(good, Recipient)


def test_what_looks_like_a_comment_inside_a_cell_is_text() -> None:
    (row,) = read('to,text\n+33612345678,"first\n# second"\n')

    assert isinstance(row, Recipient)
    assert row.row["text"] == "first\n# second"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-16-le"])
def test_what_the_file_shows_says_more_than_the_option(encoding: str) -> None:
    (row,) = read("\ufeffto;name\n+33612345678;Zoé\n", ReadingRules(encoding=encoding))

    assert isinstance(row, Recipient)
    assert row.row["name"] == "Zoé"


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


@pytest.mark.parametrize(
    "lines",
    [
        ['{"to": "+33612345601"}', '{"to": NaN}', '"+33612345602"', '{"to": "+33612345603"}'],
        ['{"to": "+33612345601"', '"+33612345602"', '{"to": "+33612345603"}'],
        ['{"to": "+33612345601"}', '{"to": "+336', '"+33612345602"', "3"],
    ],
)
def test_a_broken_line_of_json_takes_no_other_line_with_it(lines: list[str]) -> None:
    assert [row.line for row in read("\n".join(lines))] == list(range(1, len(lines) + 1))


def test_an_item_of_a_json_list_that_is_no_json_is_a_problem_of_its_row() -> None:
    rows = read('[{"to": "+33612345601"}, {"to": NaN}, {"to": "+33612345602"}]')
    assert [isinstance(row, Recipient) for row in rows] == [True, False, True]


def test_rows_of_json_on_one_line_have_a_line_each_and_that_is_said() -> None:
    notes: list[str] = []
    rows = read('[{"to": "+33612345601"}, {"to": "x"}, {"to": "y"}]', ReadingRules(note=notes.append))
    assert [row.line for row in rows] == [1, 2, 3]
    assert notes == ["list.csv: several rows stand on line 1; each counts as a line from there on"]


def test_a_row_with_a_problem_has_its_cells() -> None:
    rows = read(b'to;n\nx;Ann\n+33612345601;B\xe9;c\n+33612345602;a\0b\n+33612345603;12"\n+33612345604\n')
    assert [row.row.get("n") for row in rows] == ["Ann", "B\udce9", "a\0b", '12"', None]


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
    assert find_delimiter('"to, or whom, or what";name\n') == ";"


def numbers_of(rows: list[Recipient | RowProblem]) -> list[str]:
    return [row.number for row in rows if isinstance(row, Recipient)]


def test_a_line_of_another_encoding_in_a_utf8_file_is_repaired_and_counted() -> None:
    notes: list[str] = []
    content = b"to;name\n+33612345678;Ren\xe9 Zo\xc3\xab\n+33612345679;Ren\xc3\xa9\n"

    rows = read(content, ReadingRules(note=notes.append))

    assert [row.row["name"] for row in rows if isinstance(row, Recipient)] == ["René Zoë", "René"]
    assert notes == ["list.csv: 1 line of this UTF-8 file in cp1252, and read so (first: line 2)"]


@pytest.mark.parametrize(
    "content",
    [
        "to;first_name;order;;\n+33612345601;A;1;;\n+33612345602;B;2;;\n",
        "to,Notes,Notes\n+33612345601,x,y\n+33612345602,x,y\n",
        "\n;;\nto;n\n+33612345601;x\n;\n+33612345602;x\n",
        "sep=;\nto;n\n+33612345601;x\n+33612345602;x\n",
        "sep=|\nto|n\n+33612345601|a,b;c\n+33612345602|x\n",
        'to, n\n +33612345601 , "x, y"\n+33612345602,  z\n',
        " to ; n \n+33612345601;x\n+33612345602;x\n",
        "to\r+33612345601\r+33612345602\r",
    ],
)
def test_a_list_as_people_have_it_is_read(content: str) -> None:
    rows = read(content, ReadingRules(used=frozenset({"n"})))
    assert numbers_of(rows) == ["+33612345601", "+33612345602"]
    assert len([row for row in rows if not isinstance(row, RowProblem) or row.kind != EMPTY]) == 2


def test_rows_of_separators_are_counted() -> None:
    notes: list[str] = []
    rows = read("to;a;b\n+33612345601;x;y\n;;\n;;\n", ReadingRules(note=notes.append))
    assert [row.line for row in rows if isinstance(row, RowProblem) and row.kind == EMPTY] == [3, 4]
    assert notes == ["list.csv: 2 empty rows were passed over (first: line 3)"]


def test_a_cell_that_swallows_the_lines_of_others_is_a_problem_of_its_row_alone() -> None:
    lines = [f"+336123{index:05d},a" for index in range(2, 602)]
    lines[9] = '+33612300011,"12 inch'
    lines[309] = '+33612300311,tv 42"'
    rows = read("to,size\n" + "\n".join(lines) + "\n")
    (problem,) = [row for row in rows if isinstance(row, RowProblem)]
    assert problem.line == 11
    assert problem.problem == "this cell runs from line 11 to 311; is a quote missing?"
    assert len(numbers_of(rows)) == 599


def test_a_cell_that_swallows_one_line_is_noticed_too() -> None:
    rows = read('to,size\n+33612345601,"12 inch\n+33612345602,tv 42"\n+33612345603,x\n')
    assert numbers_of(rows) == ["+33612345602", "+33612345603"]
    assert [row.line for row in rows if isinstance(row, RowProblem)] == [2]


def test_an_address_of_three_lines_in_a_cell_is_no_mistake() -> None:
    (row,) = read('to,address\n+33612345601,"Ann ""Bee"" Example\n1, rue de la Paix\n75002 Paris"\n')
    assert isinstance(row, Recipient)
    assert row.row["address"] == 'Ann "Bee" Example\n1, rue de la Paix\n75002 Paris'


def test_a_quote_that_is_never_closed_costs_its_row_alone() -> None:
    rows = read('to,n\n+33612345601,a\n+33612345602,"b\n' + "".join(f"+33612{i:06d},c\n" for i in range(2000)))
    (problem,) = [row for row in rows if isinstance(row, RowProblem)]
    assert (problem.line, problem.problem) == (3, "a quote opens here and is never closed")
    assert len(numbers_of(rows)) == 2001


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"to,n\n", "no rows under the header"),
        (b"to;n\n;\n\n", "no rows under the header"),
        (b"PK\x03\x04\x14\x00[Content_Types].xml", "a spreadsheet"),
        (b"PK\x03\x04\x14\x00list.csv", "another zip archive"),
        (b"<html><table><tr><td>to</td>", "a web page"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "a web page"),
        (b"BEGIN:VCARD\r\nTEL:+33612345678", "vCard"),
        (b"%PDF-1.7", "a PDF"),
        ("to;n\n+33612345678;x\n".encode("utf-16-le"), "UTF-16 without its mark"),
        (b"to," + b"a" * 2_000_000, "longer than"),
        (b"to" + b",a" * 100_000 + b"\n", "100,001 columns"),
        (b"to,n,n\n+33612345678,a,b\n", "two columns are called 'n'"),
    ],
)
def test_what_is_no_list_says_what_it_is(content: bytes, problem: str) -> None:
    with pytest.raises(InputRefusedError, match=problem):
        read(content)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf16_is_read_with_its_mark_or_by_name(encoding: str) -> None:
    content = "to;n\n+33612345678;é\n".encode(encoding)
    assert numbers_of(read(content, ReadingRules(encoding=encoding))) == ["+33612345678"]


def test_a_nul_is_a_problem_of_its_row() -> None:
    rows = read("to;n\n" + "+33612345678;x\n" * 3 + "+33612345678;a\0b\n+33612345679;x\n")
    assert [row.line for row in rows if isinstance(row, RowProblem)] == [5]
    assert len(numbers_of(rows)) == 4


def test_the_country_stands_in_a_column() -> None:
    rules = ReadingRules(columns={"region": "country"}, region="FR")
    rows = read("to,country\n0470123456,BE\n0612345678,fr\n0612345679,\n0612345679,Narnia\n", rules)
    assert numbers_of(rows) == ["+32470123456", "+33612345678", "+33612345679"]
    assert isinstance(rows[3], RowProblem)


def test_accents_of_a_title_are_composed() -> None:
    (row,) = read("to;pre\u0301nom\n+33612345678;Zoé\n")
    assert isinstance(row, Recipient)
    assert row.row["pr\u00e9nom"] == "Zoé"


_DAMAGE = st.sampled_from(
    ["+33612345678,x", ",", "", '+33612345678,"open', '+33612345678,in 42"', '"a"b,c', "x,y", "+33612345678", "a\0,b"]
)


@given(st.lists(_DAMAGE, max_size=40))
def test_no_line_of_a_damaged_list_is_lost(lines: list[str]) -> None:
    try:
        rows = read("to,n\n" + "\n".join(lines) + "\n")
    except InputRefusedError:
        return  # all of it, and it is said
    told = {row.line for row in rows}
    for row in rows:
        if isinstance(row, Recipient):
            told |= {row.line + more for more in range(1, str(row.row["n"]).count("\n") + 1)}
    for number, line in enumerate(lines, 2):
        assert number in told or not line.strip(",")


@given(st.binary(max_size=300))
def test_any_bytes_give_rows_problems_or_a_refusal(content: bytes) -> None:
    try:
        rows = read(content)
    except InputRefusedError:
        return
    assert all(isinstance(row, Recipient | RowProblem) for row in rows)
