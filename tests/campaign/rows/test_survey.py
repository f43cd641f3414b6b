"""A list is read, filled, checked and planned without sending, and every row that gets nothing is named."""

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.rows.columns import check_columns
from bothub_cli.campaign.rows.prepare import CampaignInput, prepare_rows
from bothub_cli.campaign.rows.survey import Survey, needs_survey, survey
from bothub_cli.campaign.rows.template import compile_template
from bothub_cli.errors import InputRefusedError, UsageError
from bothub_cli.lists.recipients import RowProblem
from bothub_cli.lists.sources import FileSource, StreamSource
from tests.campaign.journals import exchange

Give = Callable[..., CampaignInput]
Open = Any  # the callable of conftest.py
NOW = datetime(2026, 6, 1, tzinfo=UTC)
HELLO = compile_template({"textMessage": "Hello {{ name }}"}, name="hello.yaml")


@pytest.fixture
def give() -> Iterator[Give]:
    """Make an input of a text; the stream's copy is closed at the end."""
    sources: list[StreamSource] = []

    def make(content: str, **options: Any) -> CampaignInput:
        sources.append(StreamSource(io.BytesIO(content.encode())))
        return CampaignInput(recipients=sources[-1], **{"template": HELLO, **options})

    yield make
    for source in sources:
        source.close()


def look(given: CampaignInput, open_journal: Open) -> tuple[Survey, list[RowProblem]]:
    problems: list[RowProblem] = []
    return survey(given, journal=open_journal(), now=NOW, on_problem=problems.append), problems


def test_a_row_that_does_not_fill_the_template_is_named(give: Give, open_journal: Open) -> None:
    _, problems = look(give('{"to": "+33612345677", "name": "A"}\n{"to": "+33612345678"}'), open_journal)

    assert problems == [
        RowProblem(line=2, kind="template", problem="'name' is missing", column="/RCSMessage/textMessage")
    ]


def test_a_message_that_the_check_refuses_is_named_with_its_rule(give: Give, open_journal: Open) -> None:
    (found, problems) = look(give(f"to;name\n+33612345678;{'x' * 4000}\n+33612345679;A\n"), open_journal)

    (problem,) = problems
    assert (problem.line, problem.column) == (2, "/RCSMessage/textMessage")
    assert found.plan.total == 1
    assert found.invalid == 1


def test_without_check_a_message_goes_through_untouched(give: Give, open_journal: Open) -> None:
    found, problems = look(give(f"to;name\n+33612345678;{'x' * 4000}\n", check=False), open_journal)

    assert problems == []
    assert found.plan.total == 1


def test_the_same_number_in_two_writings_is_a_duplicate(give: Give, open_journal: Open) -> None:
    given = give("to;name\n+33612345678;A\n+33 6 12 34 56 78;B\n")
    journal = open_journal()

    found = survey(given, journal=journal, now=NOW, on_problem=print)

    assert (found.plan.total, found.plan.duplicates) == (1, 1)
    assert list(journal.duplicates()) == [(3, 2)]


def test_one_number_may_get_several_messages_when_that_is_wanted(give: Give, open_journal: Open) -> None:
    given = give("to;name\n+33612345678;A\n+33612345678;B\n+33612345678;B\n", unique_by="message")

    assert look(given, open_journal)[0].plan.total == 2


def test_a_row_without_template_and_message_is_named(give: Give, open_journal: Open) -> None:
    message = json.dumps({"textMessage": "Hi", "to": "+33612345677"})
    _, problems = look(give(message + '\n{"to": "+33612345678", "name": "A"}', template=None), open_journal)

    assert [(problem.line, problem.kind) for problem in problems] == [(2, "template")]


def test_rows_without_any_template_are_refused_at_once(give: Give, open_journal: Open) -> None:
    with pytest.raises(UsageError, match="holds rows, not messages"):
        look(give("to;name\n+33612345678;A\n", template=None), open_journal)


def test_who_was_gone_stays_so_when_the_new_list_is_refused(give: Give, open_journal: Open) -> None:
    journal = open_journal()
    survey(give("to;name\n+33612345678;A\n"), journal=journal, now=NOW, on_problem=print)
    journal.note_gone()

    with pytest.raises(InputRefusedError, match="a column that is not there: name"):
        survey(give("to\n+33612345678\n"), journal=journal, now=NOW, on_problem=print)

    assert journal.counts()[RowState.GONE] == 1


def test_ready_made_messages_go_as_they_are(give: Give, open_journal: Open) -> None:
    message = {"RCSMessage": {"textMessage": "Zoé"}, "messageContact": {"userContact": "+33 6 12 34 56 78"}}
    given = give(json.dumps(message), template=None)

    found, _ = look(given, open_journal)

    assert [json.loads(sample) for sample in found.samples] == [
        {"RCSMessage": {"textMessage": "Zoé"}, "messageContact": {"userContact": "+33612345678"}}
    ]


def test_a_stream_is_read_twice_and_gives_the_same_rows(give: Give, open_journal: Open) -> None:
    given = give("to;name\n+33612345678;A\nbad;B\n+33612345679;C\n")
    journal = open_journal()
    survey(given, journal=journal, now=NOW, on_problem=lambda problem: None)

    rows = list(prepare_rows(given, salt=journal.salt))

    assert [ticket is None for ticket in exchange(journal, [], [row.key for row in rows])] == [False, False]


def test_an_unchanged_list_and_template_need_no_second_survey(open_journal: Open, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("to;name\n+33612345678;A\n")
    given = CampaignInput(recipients=FileSource(tmp_path / "list.csv"), template=HELLO, template_fingerprint="1")
    journal = open_journal()
    assert needs_survey(given, journal=journal)
    survey(given, journal=journal, now=NOW, on_problem=print)
    journal.close()

    assert not needs_survey(given, journal=open_journal())
    (tmp_path / "list.csv").write_text("to;name\n+33612345678;B\n")
    assert needs_survey(given, journal=journal)


def test_a_file_that_is_not_there_is_refused(open_journal: Open, tmp_path: Path) -> None:
    given = CampaignInput(recipients=FileSource(tmp_path / "gone.csv"), template=HELLO)

    with pytest.raises(InputRefusedError, match=r"gone\.csv"):
        look(given, open_journal)


def test_a_template_with_an_unknown_column_is_refused_before_any_row() -> None:
    with pytest.raises(InputRefusedError, match="not there: name"):
        check_columns(HELLO, columns=frozenset({"to"}), name="list.csv")


@pytest.mark.parametrize(
    ("name", "column", "fix"),
    [
        ("first_name", "First Name", "--map first_name='First Name'"),
        ("prénom", "Prénom", "--map prénom=Prénom"),
        ("user", "user.name", "--map user_name=user.name, and {{ user_name }}"),
        ("order", "oder", "--map order=oder"),
    ],
)
def test_the_column_that_was_perhaps_meant_is_told(name: str, column: str, fix: str) -> None:
    template = compile_template({"textMessage": f"{{{{ {name}{'.name' if name == 'user' else ''} }}}}"}, name="t")

    with pytest.raises(InputRefusedError) as caught:
        check_columns(template, columns=["to", column], name="list.csv")

    assert caught.value.fix is not None
    assert caught.value.fix.startswith(fix)


def test_doubtful_cells_are_counted_by_column_with_their_first_line(give: Give, open_journal: Open) -> None:
    found, _ = look(give("to;name\n+33612345678;\n+33612345679;nan\n+33612345670; \n"), open_journal)

    assert [(each.column, each.problem, each.rows, each.first_line) for each in found.warnings] == [
        ("name", "the cell is empty", 2, 2),
        ("name", "the cell holds nan, which a program wrote for nothing", 1, 3),
    ]


def test_doubtful_cells_are_problems_for_who_is_strict(give: Give, open_journal: Open) -> None:
    found, problems = look(give("to;name\n+33612345678;#N/A\n+33612345679;A\n", strict=True), open_journal)

    assert (found.plan.total, [(each.line, each.kind, each.column) for each in problems]) == (1, [(2, "cell", "name")])


def test_a_line_that_is_no_json_is_a_problem_of_its_row(give: Give, open_journal: Open) -> None:
    lines = [
        '{"to": "+33612345678", "name": NaN}',
        '{"to": "+33612345679", "name":',
        '{"to": "+33612345670", "name": "A"}',
        '{"to": "+33612345671", "name": 1e999}',
        '{"to": "+33612345672", "name": "B"}',
    ]
    found, problems = look(give("\n".join(lines)), open_journal)

    assert (found.plan.total, [(each.line, each.kind) for each in problems]) == (
        2,
        [(1, "row.json"), (2, "row.json"), (4, "row.json")],
    )


def test_a_row_that_is_left_out_is_no_sample(give: Give, open_journal: Open) -> None:
    found, _ = look(give("to;name\n+33612345678;A\n+33 6 12 34 56 78;B\nbad;C\n+33612345679;D\n"), open_journal)

    assert [json.loads(body)["RCSMessage"]["textMessage"] for body in found.samples] == ["Hello A", "Hello D"]
