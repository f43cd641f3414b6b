"""A template is filled into valid JSON, whatever a row holds, and reaches nothing but the row."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.campaign.rows.template import RowRefusedError, compile_template, read_template
from bothub_cli.errors import InputRefusedError


def fill(payload: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = json.loads(compile_template(payload, name="t").fill(row, number="+33612345678"))
    return filled


def fill_text(text: str, **row: object) -> str:
    result: str = fill({"textMessage": text}, row)["RCSMessage"]["textMessage"]
    return result


@pytest.mark.parametrize(
    "text",
    [
        "{{ name",
        "{% if name %}",
        "{{ name|format(1) }}",
        "{{ name|attr('x') }}",
        "{{ name.upper() }}",
        "{{ range(9) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'secret' %}",
        "{% import 'os' as os %}",
        "{{ 'x' * 999999999 }}",
        "{{ 9 ** 9 }}",
        "{{ '%999999999d' % 1 }}",
    ],
)
def test_a_template_that_cannot_be_understood_is_refused_with_its_pointer(text: str) -> None:
    with pytest.raises(InputRefusedError, match="t, /RCSMessage/textMessage"):
        compile_template({"textMessage": text}, name="t")


def test_an_error_names_line_and_column_of_the_tag_in_its_file(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("# {{ First Name }}\ntextMessage: >\n  Hi\n  {{ First\n  Name }}\n")

    with pytest.raises(InputRefusedError, match=r"t\.yaml, line 4, column 3, .*\{\{ First Name \}\}") as caught:
        read_template(tmp_path / "t.yaml")

    assert caught.value.fix == "--map first_name='First Name', and {{ first_name }}"


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ name['__class__'] }}",
        "{{ name.format }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{% for letter in name %}{{ letter }}{% endfor %}",
        "{{ long|replace('x', long) }}",
        "{{ long|list|join(long) }}",
    ],
)
def test_a_template_reaches_neither_python_nor_all_memory(text: str) -> None:
    template = compile_template({"textMessage": text}, name="t")

    with pytest.raises(RowRefusedError):
        template.fill({"name": "Marie", "long": "x" * 5000}, number="+33612345678")


def test_a_missing_column_refuses_the_row_and_names_it() -> None:
    with pytest.raises(RowRefusedError) as caught:
        fill_text("Hello {{ name }}")

    assert (caught.value.pointer, caught.value.problem) == ("/RCSMessage/textMessage", "'name' is missing")


def test_null_is_a_missing_value() -> None:
    with pytest.raises(RowRefusedError, match="missing"):
        fill_text("Hello {{ name }}", name=None)


def test_a_member_that_must_be_a_number_refuses_what_is_none() -> None:
    with pytest.raises(RowRefusedError, match="no number"):
        fill({"fileMessage": {"fileSize": "{{ size|float }}"}}, {"size": "inf"})


def test_half_a_surrogate_pair_refuses_the_row() -> None:
    with pytest.raises(RowRefusedError, match="surrogate"):
        fill_text("{{ name }}", name="\ud800")


def test_two_messages_are_no_template(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('[{"textMessage": "a"}, {"textMessage": "b"}]')

    with pytest.raises(InputRefusedError, match="this holds 2"):
        read_template(tmp_path / "t.json")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_row_can_change_the_shape_of_the_message(name: str) -> None:
    assert fill_text("Hello {{ name }}!", name=name) == f"Hello {name}!"
    assert fill_text("{{ name|trim }}", name=name) == name.strip()


def test_the_contact_is_the_rows_and_not_the_templates() -> None:
    body = fill({"RCSMessage": {"textMessage": "a"}, "messageContact": {"userContact": "+33600000000"}}, {})

    assert body == {"RCSMessage": {"textMessage": "a"}, "messageContact": {"userContact": "+33612345678"}}


def test_conditions_take_out_cards_and_members() -> None:
    card = {"richcardMessage": {"content": [{"title": "A"}, {"$when": "vip == 'yes'", "title": "{{ name }}"}]},
            "suggestedChipList": {"$when": "{{ vip == 'yes' }}", "suggestions": []}}  # fmt: skip

    assert fill(card, {"vip": "no", "name": "M"})["RCSMessage"] == {"richcardMessage": {"content": [{"title": "A"}]}}
    assert fill(card, {"vip": "yes", "name": "M"})["RCSMessage"] == {
        "richcardMessage": {"content": [{"title": "A"}, {"title": "M"}]},
        "suggestedChipList": {"suggestions": []},
    }


def test_a_number_expression_gives_a_json_number() -> None:
    assert fill({"fileMessage": {"fileSize": "{{ size|int }}"}}, {"size": "120"})["RCSMessage"] == {
        "fileMessage": {"fileSize": 120}
    }


def test_a_number_that_people_read_is_text() -> None:
    assert fill({"textMessage": "{{ total|float }}"}, {"total": "120"})["RCSMessage"] == {"textMessage": "120"}


def test_filters_and_choices_work() -> None:
    text = "{% if points|int > 9 %}{{ name|upper }}{% else %}{{ name }}{% endif %}"

    assert fill_text(text, points="10", name="Zoé") == "ZOÉ"


def test_doubtful_cells_are_told_where_people_read_them() -> None:
    text = "{{ a }} {{ b|default('friend') }} {% if c %}{{ c }}{% endif %} {{ d|upper }}"
    template = compile_template({"textMessage": text}, name="t")
    doubts: set[tuple[str, str]] = set()

    body = template.fill({"a": "", "b": "", "c": " ", "d": "nan"}, number="+33612345678", doubts=doubts)

    assert doubts == {("a", "empty"), ("d", "nan")}
    assert json.loads(body)["RCSMessage"]["textMessage"] == " friend  NAN"


def test_names_that_one_string_sets_do_not_reach_another() -> None:
    card = {"title": "{% set name = 'x' %}{{ name }}", "description": "{{ name }}"}

    assert fill({"richcardMessage": card}, {"name": "Marie"})["RCSMessage"]["richcardMessage"] == {
        "title": "x",
        "description": "Marie",
    }


def test_a_template_knows_its_columns() -> None:
    template = compile_template({"textMessage": "{{ a }} {{ b|upper }}", "x": [{"$when": "c"}]}, name="t")

    assert template.names == {"a", "b", "c"}
