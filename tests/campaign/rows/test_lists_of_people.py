"""Small lists as people have them, each with the outcome that is right: read as a campaign reads them."""

import io
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from bothub_cli.campaign.journal.files import passing_journal
from bothub_cli.campaign.rows.prepare import CampaignInput, ComposedRow, compose_rows, read_rows
from bothub_cli.campaign.rows.survey import Survey, survey
from bothub_cli.campaign.rows.template import compile_template
from bothub_cli.campaign.template.region import Region
from bothub_cli.errors import InputRefusedError
from bothub_cli.lists.recipients import ReadingRules, RowProblem
from bothub_cli.lists.sources import StreamSource

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
HELLO = "Hi {{ first_name }}"


@dataclass(frozen=True)
class Read:
    """What a campaign found in a list: the survey, the problems by line, the texts of its messages, what was noted."""

    found: Survey
    problems: dict[int, RowProblem]
    texts: list[str]
    notes: list[str] = field(default_factory=list)


def read(
    content: str | bytes, text: str = HELLO, *, rules: ReadingRules | None = None, locale: str | None = None
) -> Read:
    notes: list[str] = []
    rules = rules or ReadingRules()
    template = compile_template({"textMessage": text}, name="t.yaml", region=Region(locale, rules.region))
    raw = content if isinstance(content, bytes) else content.encode()
    problems: list[RowProblem] = []
    with closing(StreamSource(io.BytesIO(raw))) as source, passing_journal() as journal:
        given = CampaignInput(
            recipients=source,
            template=template,
            rules=ReadingRules(
                columns=rules.columns,
                encoding=rules.encoding,
                delimiter=rules.delimiter,
                region=rules.region,
                used=template.names,
                note=notes.append,
            ),
        )
        found = survey(given, journal=journal, now=NOW, on_problem=problems.append)
        bodies = [row.body.decode() for row in compose_rows(given, read_rows(given)) if isinstance(row, ComposedRow)]
    texts = [body.split('"textMessage":"')[1].split('"}')[0] for body in bodies]
    return Read(found, {each.line: each for each in problems}, texts, list(dict.fromkeys(notes)))


@pytest.mark.parametrize(
    "numbers",
    [
        ["+33612345601", "tel:+33612345601", "00 33 6 12 34 56 01", "sip:+33612345601@ims.example;user=phone"],
        ["+33 (0)6 12 34 56 01", "06 12 34 56 01", "'+33612345601", "p:+33612345601"],
        ["\u202a+33612345601\u202c", "+33.6.12.34.56.01", "0033612345601", "+33\u00a06\u00a012345601"],
    ],
)
def test_a_number_is_one_person_however_it_is_written(numbers: list[str]) -> None:
    read_ = read("to\n" + "\n".join(numbers), "Hi", rules=ReadingRules(region="FR"))
    assert (read_.found.plan.total, read_.found.plan.duplicates, read_.problems) == (1, 3, {})


@pytest.mark.parametrize(
    ("locale", "cells", "written"),
    [
        ("fr_FR", ["12,50", "1 250", "1\u202f250,5"], ["12.5", "1250", "1250.5"]),
        ("de_CH", ["12.50", "1’250"], ["12.5", "1250"]),
        ("de_DE", ["1.250", "12,5"], ["1250", "12.5"]),
        (None, ["12.50", "1250"], ["12.5", "1250"]),
    ],
)
def test_a_price_is_read_as_its_country_writes_it(locale: str | None, cells: list[str], written: list[str]) -> None:
    rows = "".join(f"+3361234560{place};{cell}\n" for place, cell in enumerate(cells))
    assert read("to;price\n" + rows, "{{ price | float }}", locale=locale).texts == written


@pytest.mark.parametrize("cell", ["12,50", "1 250", "", "free", "1,2,3", "nan", "1e3", "12.50 EUR"])
def test_a_price_that_may_be_two_or_none_is_a_problem_of_its_row_and_never_0(cell: str) -> None:
    read_ = read(f"to;price\n+33612345601;{cell}\n+33612345602;5\n", "{{ price | float }}")
    assert (list(read_.problems), read_.texts) == ([2], ["5"])


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ({10: '+33612300011,"12 inch', 310: '+33612300311,tv 42"'}, "this cell runs from line 11 to 311"),
        ({10: '+33612300011,"12 inch', 12: '+33612300013,tv 42"'}, "this cell runs from line 11 to 13"),
        ({10: '+33612300011,"12 inch'}, "a quote opens here and is never closed"),
        ({10: '+33612300011,"12" inch'}, "there is text after the quote that closes a cell"),
    ],
)  # fmt: skip
def test_a_missing_quote_costs_its_row_alone(lines: dict[int, str], problem: str) -> None:
    rows = [lines.get(place, f"+336123{place + 1:05d},a") for place in range(1, 601)]
    read_ = read("to,first_name\n" + "\n".join(rows) + "\n")
    assert [*read_.problems] == [11]
    assert problem in read_.problems[11].problem
    assert read_.found.plan.total == 599


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["", "", "Ann"], [("the cell is empty", 2, 2)]),
        (["nan", "None", "nan"], [("the cell holds nan, which a program wrote for nothing", 2, 2),
                                  ("the cell holds None, which a program wrote for nothing", 1, 3)]),
        (["#N/A", "#REF!", " "], [("the cell holds #N/A, which a program wrote for nothing", 1, 2),
                                  ("the cell holds #REF!, which a program wrote for nothing", 1, 3),
                                  ("the cell is empty", 1, 4)]),
        (["Ann", "Zo\u00c3\u00a9", "<b>Bo</b>"], [("the cell holds mojibake", 1, 3),
                                                  ("the cell holds an HTML tag", 1, 4)]),
        (["Nan", "Nantes", "Noël"], [("the cell holds Nan, which a program wrote for nothing", 1, 2)]),
    ],
)  # fmt: skip
def test_a_cell_of_nothing_is_told_by_column_with_count_and_first_line(cells: list[str], told: list[object]) -> None:
    rows = "".join(f'+3361234560{place},"{cell}"\n' for place, cell in enumerate(cells))
    read_ = read("to,first_name\n" + rows)
    assert [(each.problem, each.rows, each.first_line) for each in read_.found.warnings] == told
    assert read("to,first_name\n" + rows, "Hi {{ first_name | default('friend') }}").problems == {}


def test_default_helps_for_a_cell_of_nothing() -> None:
    read_ = read("to,first_name\n+33612345601,\n+33612345602,nan\n", "Hi {{ first_name | default('friend') }}")
    assert (read_.texts, read_.found.warnings) == (["Hi friend", "Hi friend"], ())


@pytest.mark.parametrize(
    ("tag", "fix"),
    [
        ("{first_name}", "{{ first_name }}"),
        ("*|FNAME|*", "{{ first_name }}"),
        ("%first_name%", "{{ first_name }}"),
        ("[First Name]", "{{ first_name }}"),
        ("$first_name", "{{ first_name }}"),
        ("{{{first_name}}}", "{{ first_name }}"),
        ("%%First Name%%", "{{ first_name }}"),
        ("<<Order>>", "{{ order }}"),
        ("[Prénom]", "{{ first_name }}"),
        ("*|LNAME|*", "{{ last_name }}"),
    ],
)
def test_another_tools_tag_is_named_with_the_column_that_it_means(tag: str, fix: str) -> None:
    with pytest.raises(InputRefusedError, match="another tool's tag") as caught:
        read("to,first_name,order\n+33612345601,Ann,A-1\n", f"Hi {tag}")
    assert tag in str(caught.value)
    assert f"write {fix}" in str(caught.value.remedy)


@pytest.mark.parametrize(
    ("content", "empty"),
    [
        ("to;first_name;order;;\n+33612345601;Ann;1;;\n", 0),
        ("to,first_name,Notes,Notes\n+33612345601,Ann,x,y\n", 0),
        ("\nto,first_name\n+33612345601,Ann\n", 0),
        ("to;first_name;x\n+33612345601;Ann;1\n;;\n;;\n;;\n;;\n;;\n", 5),
        ("to\tfirst_name\t\n+33612345601\tAnn\t\n\t\t\n", 1),
        (";;\n;;\nto;first_name;\n+33612345601;Ann;\n\n", 0),
        ('to, "first_name" ,x,x,x\n+33612345601, "Ann" ,1,2,3\n" ",,"",,\n', 1),
        ("sep=;\nto;first_name\n+33612345601;Ann\n", 0),
        ("sep=\t\r\nto\tfirst_name\r\n+33612345601\tAnn\r\n", 0),
        ("\ufeffsep=|\nto|first_name\n+33612345601|Ann\n", 0),
        ("to;first_name\n+33612345601;Ann\n".encode("utf-16"), 0),
        ("\ufeff\ufeffto;first_name\n+33612345601;Ann\n".encode(), 0),
    ],
)  # fmt: skip
def test_a_table_that_a_spreadsheet_wrote_is_read_and_its_empty_rows_are_counted(
    content: str | bytes, empty: int
) -> None:
    read_ = read(content)
    assert (read_.texts, read_.problems, read_.found.empty) == (["Hi Ann"], {}, empty)
    assert any("empty row" in note for note in read_.notes) is bool(empty)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "cp1252", "cp850"])
def test_a_list_in_another_encoding_is_read_where_it_is_named(encoding: str) -> None:
    content = "to;first_name\n+33612345601;Zoé\n".encode(encoding)
    assert read(content, rules=ReadingRules(encoding=encoding)).texts == ["Hi Zoé"]


@pytest.mark.parametrize("line", ["+33612345605;a\0b", "\0+33612345605;a", '+33612345605;"a\0\n"'])
def test_a_nul_is_a_problem_of_its_row(line: str) -> None:
    good = "".join(f"+3361234560{place};a\n" for place in range(3))
    read_ = read(f"to;first_name\n{good}{line}\n+33612345609;b\n")
    assert min(read_.problems) == 5
    assert read_.found.plan.total == 4


@pytest.mark.parametrize(
    ("title", "name"),
    [("pre\u0301nom", "pr\u00e9nom"), ("pr\u00e9nom", "pre\u0301nom"), ("N\u0303ame", "\u00d1ame")],
)
def test_a_title_with_an_accent_is_one_column_however_it_was_typed(title: str, name: str) -> None:
    assert read(f"to;{title}\n+33612345601;Zoé\n", f"Hi {{{{ {name} }}}}").texts == ["Hi Zoé"]


@pytest.mark.parametrize(
    ("second", "texts"),
    [
        (b"Ren\xe9", ["Hi Zo\u00e9", "Hi Ren\u00e9", "Hi Zo\u00eb"]),
        (b"Fran\xe7ois \x80 5", ["Hi Zo\u00e9", "Hi Fran\u00e7ois \u20ac 5", "Hi Zo\u00eb"]),
        (b"Jos\xe9 Zo\xc3\xab", ["Hi Zo\u00e9", "Hi Jos\u00e9 Zo\u00eb", "Hi Zo\u00eb"]),
    ],
)
def test_one_line_in_cp1252_is_repaired_alone_said_and_counted(second: bytes, texts: list[str]) -> None:
    content = b"to;first_name\n+33612345601;Zo\xc3\xa9\n+33612345602;%b\n+33612345603;Zo\xc3\xab\n" % second
    read_ = read(content)
    assert read_.texts == texts
    assert read_.notes == ["standard input: 1 line of this UTF-8 file in cp1252, and read so (first: line 3)"]


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("+33 6 12 34 56", "too short"),
        ("+336123456331", "too long"),
        ("+336123456789012", "too long"),
        ("+44 7911 123456789", "too long"),
        ("+33612345601 ::: +33612345602", "two numbers"),
        ("+33612345601 / +33612345602", "two numbers"),
        ("+33612345601 ou +33612345602", "two numbers"),
        ("+33612345601;+33612345602", "two numbers"),
    ],
)
def test_a_number_that_is_none_is_a_problem_that_says_why(number: str, problem: str) -> None:
    read_ = read(f"to,first_name\n{number},a\n+33612345609,b\n", rules=ReadingRules(delimiter=","))
    assert (list(read_.problems), read_.texts) == ([2], ["Hi b"])
    assert problem in read_.problems[2].problem


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("0470123456,BE,a", "+32470123456"),
        ("0612345678,FR,a", "+33612345678"),
        ("079 123 45 67,CH,a", "+41791234567"),
        ("07911 123456,gb,a", "+447911123456"),
    ],
)
def test_each_row_has_its_own_country(row: str, number: str) -> None:
    rules = ReadingRules(columns={"region": "country"}, region="FR")
    read_ = read(f"to,country,first_name\n{row}\n", rules=rules)
    assert f'"userContact":"{number}"'.encode() in read_.found.samples[0]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("to,first_name\n", "no rows under the header"),
        ("", "it is empty"),
        ("to;first_name\n;\n\n;\n", "no rows under the header"),
        ("sep=;\n", "no rows under the header"),
        ("[]", "holds no message"),
    ],
)
def test_a_list_of_nobody_is_refused_with_the_reason(content: str, problem: str) -> None:
    with pytest.raises(InputRefusedError, match=problem):
        read(content)


@pytest.mark.parametrize(
    ("text", "problem", "fix"),
    [
        ("{% if vip == 1 %}x{% endif %}", "a cell is text", "vip == '1', or vip | int == 1"),
        ("{% if points > '10' %}x{% endif %}", "goes by letters", "points | float > 10"),
        ("{{ first_name.title() }}", "nothing is called", "{{ first_name | title }}"),
        ("{{ points | round(2) }}", "a cell is text", "points | number(2)"),
        ("{{ First Name }}", "not one word", "--map first_name='First Name'"),
        ("{{ points | dates }}", "no filter called 'dates'", "there are abs"),
    ],
)
def test_a_mistake_of_the_template_is_told_once_at_its_place(text: str, problem: str, fix: str) -> None:
    with pytest.raises(InputRefusedError, match=problem) as caught:
        read("to,vip,points,first_name\n" + "+33612345601,1,5,Ann\n" * 600, text)
    assert fix in str(caught.value.remedy)
    assert "textMessage" in str(caught.value)
