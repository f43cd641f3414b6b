"""A list of numbers is read alike, whatever it looks like; no line of it is silently nobody."""

import gzip
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bothub_cli.errors import InputRefusedError
from bothub_cli.lists.numbers import ListedNumber, collect_numbers, read_numbers
from bothub_cli.lists.recipients import ReadingRules, RowProblem


def read(content: str | bytes, rules: ReadingRules | None = None) -> list[ListedNumber | RowProblem]:
    raw = content if isinstance(content, bytes) else content.encode()
    return list(read_numbers(io.BytesIO(raw), rules=rules or ReadingRules(region="FR"), name="list"))


@pytest.mark.parametrize(
    "content",
    [
        "06 12 34 56 02\n",
        "+33612345602;2026-03-12;STOP\n",
        '"Bob","+33612345602"\n',
        "2026-03-12,+33612345602\n",
        "+33 (0)6 12 34 56 02\n",
        "tel:+33-6-12-34-56-02\n",
        'number,since,source,word\n+33612345602,2026-11-24T15:00:00Z,user,"Stop, please"\n',
        "\ufeffname;number\nAnn;+33612345602\n",
        "Ann;Phone\nAnn;+33612345602\n",
        "customer\n+33612345602\n",
        "# our list\n\n+33.6.12.34.56.02\n",
        "sep=;\nname;tel\nAnn;+33612345602\n",
        '{"number": "+33612345602"}\n',
        '["+33612345602"]',
        '{"messageContact": {"userContact": "tel:+33612345602"}, "RCSMessage": {"textMessage": "x"}}\n',
        "+33612345602\r\n".encode("utf-16"),
        gzip.compress(b"+33612345602\n", mtime=0),
    ],
)
def test_every_list_is_read(content: str | bytes) -> None:
    assert [each.number for each in read(content) if isinstance(each, ListedNumber)] == ["+33612345602"]
    assert len(read(content)) == 1


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("33612345602.0", "decimal number"),
        ("3,36E+10", "rounded"),
        ("nobody here", "no letters"),
        ("612345605", "its country is not known"),
        ("#ERROR!", "spreadsheet's error"),
        ("+33612345602 / +33612345603", "two numbers"),
        ("+3361234", "too short"),
    ],
)
def test_a_line_that_is_no_number_stops_with_its_place_and_its_cause(line: str, problem: str) -> None:
    found = read(f"number\n+33612345601\n{line}\n".replace("3,36E+10", '"3,36E+10"'), ReadingRules())
    with pytest.raises(InputRefusedError, match=problem) as caught:
        collect_numbers(found, name="list", skip_invalid=False, warn=print, consequence="nothing was imported")
    assert caught.value.where == "list, line 3"


def test_bad_lines_can_be_left_out_and_are_counted() -> None:
    told: list[str] = []
    found = read("+33612345601\nx\ny\n+33612345601\n")
    assert collect_numbers(found, name="list", skip_invalid=True, warn=told.append, consequence="") == ["+33612345601"]
    assert told[-2:] == [
        "list: 1 row names a number again, in whatever spelling; each is taken once",
        "list: 2 lines were left out, 1 number is read",
    ]


def test_a_line_that_is_no_json_is_left_out_like_any_other() -> None:
    told: list[str] = []
    found = read('{"number": "+33612345601"}\n{"number": \n{"number": "0033612345601"}\n"+33612345602"\n')
    numbers = collect_numbers(found, name="list", skip_invalid=True, warn=told.append, consequence="")
    assert numbers == ["+33612345601", "+33612345602"]
    assert told[-1] == "list: 1 line was left out, 2 numbers are read"


@pytest.mark.parametrize("content", ["", "number\n", "\n\n", "# nobody\n"])
def test_a_list_of_nobody_is_said(content: str) -> None:
    with pytest.raises(InputRefusedError, match="no number"):
        read(content)


def test_the_column_and_its_country_are_named() -> None:
    rules = ReadingRules(columns={"to": "Gsm 1", "region": "Land"})
    (number,) = read("Gsm 1;Land\n0470123456;BE\n", rules)
    assert number == ListedNumber(2, "+32470123456")


def test_a_name_that_cannot_be_read_keeps_no_number_out() -> None:
    (number,) = read("prénom;number\nZoé;+33612345602\n".encode("cp1252"))
    assert number == ListedNumber(2, "+33612345602")


@pytest.mark.parametrize(
    ("content", "number"),
    [
        ("number\n0612345602\n", "+33612345602"),
        ("Gsm 1;Land\n0470123456;BE\n", "+32470123456"),
        ("Land;phone\nBE;0470123456\n", "+32470123456"),
        ('{"Gsm 1": "0470123456", "Land": "BE"}', "+32470123456"),
        ('{"number": "+33612345602"}', "+33612345602"),
        ("+33612345602\n", "+33612345602"),
    ],
)
def test_columns_that_were_named_for_another_list_count_where_they_are(content: str, number: str) -> None:
    rules = ReadingRules(columns={"to": "Gsm 1", "region": "Land"}, region="FR", are_columns_optional=True)
    assert [each.number for each in read(content, rules) if isinstance(each, ListedNumber)] == [number]


def test_a_table_without_a_known_column_asks_for_it() -> None:
    with pytest.raises(InputRefusedError, match="no column is called number") as caught:
        read("who,where\n+33612345601,x\n")
    assert "--map to=COLUMN" in str(caught.value.remedy)


@given(st.lists(st.text(max_size=30), max_size=20))
@example(["\x0c"])
def test_any_lines_are_numbers_problems_or_nothing(lines: list[str]) -> None:
    content = "\n".join(lines).encode("utf-8", "replace")
    try:
        found = read(content)
    except InputRefusedError:
        return
    assert all(isinstance(each, ListedNumber | RowProblem) for each in found)
