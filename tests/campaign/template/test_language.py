"""What stands between the braces is worked out as people mean it, within bounds, or refused before any row."""

import contextlib
import tracemalloc
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bothub_cli.campaign.template.language import Language
from bothub_cli.campaign.template.region import Region
from bothub_cli.campaign.template.syntax import ExpressionError
from bothub_cli.campaign.template.values import Scope

FRANCE = Region("fr_FR")
NOBODY = Region()


def write(text: str, region: Region = FRANCE, **row: Any) -> str:
    scope = Scope(row)
    pieces = Language(region).compile_text(text)
    return "".join(piece if isinstance(piece, str) else piece(scope) for piece in pieces)


def refuse(text: str, region: Region = FRANCE) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        Language(region).compile_text(text)
    return caught.value


def fail(text: str, region: Region = FRANCE, **row: Any) -> ExpressionError:
    pieces = Language(region).compile_text(text)  # which understands it
    with pytest.raises(ExpressionError) as caught:
        "".join(piece if isinstance(piece, str) else piece(Scope(row)) for piece in pieces)
    return caught.value


@pytest.mark.parametrize(
    ("condition", "fix"),
    [
        ("vip == 1", "write vip == '1', or vip | int == 1"),
        ("points != 1", "write points != '1', or points | int != 1"),
        ("1 == vip", "write vip == '1', or 1 == vip | int"),
        ("points > 10", "write points | int > 10"),
        ("points >= 1.5", "write points | float >= 1.5"),
        ("points > '10'", "write points | float > 10"),
        ("points < total", "write points | float < total | float"),
        ("vip in [1, 2]", "write vip in ['1', '2']"),
        ("vip not in (1, 2)", "write vip not in ['1', '2']"),
        ("1 in vip", "write '1' in vip"),
        ("vip == true", "write vip == 'true'"),
        ("vip | upper == 1", "write vip | upper == '1', or vip | upper | int == 1"),
        ("vip is eq 1", "write vip == '1', or vip | int == 1"),
        ("name == none", "column == '' tells an empty one"),
        ("vip == points | int", "write vip | float == points | int"),
    ],
)
def test_a_cell_is_never_compared_with_a_number(condition: str, fix: str) -> None:
    assert refuse(f"{{% if {condition} %}}x{{% endif %}}").fix == fix
    with pytest.raises(ExpressionError) as caught:
        Language(FRANCE).compile_condition(condition)
    assert (caught.value.fix, caught.value.tag) == (fix, condition)


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("{{ price * 2 }}", "write price | float"),
        ("{{ price + 2 }}", "write price | float + 2 to add, price ~ 2 to join"),
        ("{{ a + b }}", "write a | float + b | float to add, a ~ b to join"),
        ("{{ -price }}", "write price | float"),
        ("{{ price | round(2) }}", "write price | number(2)"),
        ("{{ price | abs }}", "write price | float | abs"),
        ("{{ names | upper | sort }}", "write names | upper | split(',') | sort"),
        ("{% for tag in tags | upper %}{% endfor %}", "take text apart: | split(',')"),
    ],
)
def test_a_cell_is_never_reckoned_with_as_if_it_were_a_number(text: str, fix: str) -> None:
    assert refuse(text).fix == fix


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("{{ First Name }}", "--map first_name='First Name', and {{ first_name }}"),
        ("{{ First Name | upper }}", "--map first_name='First Name', and {{ first_name | upper }}"),
        ("{{ prénom du client }}", "--map prénom_du_client='prénom du client', and {{ prénom_du_client }}"),
        ("{{ 2nd_name }}", "--map n_2nd_name=2nd_name, and {{ n_2nd_name }}"),
        ("{{ prix (€) }}", "--map prix='prix (€)', and {{ prix }}"),
        ("{{ client's name }}", '--map client_s_name="client\'s name", and {{ client_s_name }}'),
        (
            "{{ first-name }}",
            "--map first_name=first-name, and {{ first_name }}; to subtract: first | float - name | float",
        ),
        ("{{ name.title() }}", "{{ name | title }}"),
        ("{{ name.strip() }}", "{{ name | trim }}"),
        ("{{ tags.split(';') }}", "{{ tags | split(';') }}"),
        ("{{{ name }}}", "write {{ name }}"),
        ("{{ }}", "write {{ first_name }}"),
        ("{{ name | }}", "write {{ name }}"),
        ("{{ price | money('euro') }}", "| money('EUR')"),
        ("{{ price | money }}", "| money(currency)"),
        ("{{ name | default }}", "| default('friend')"),
    ],
)
def test_what_people_write_by_mistake_is_told_with_the_way_to_write_it(text: str, fix: str) -> None:
    assert refuse(text).fix == fix


@pytest.mark.parametrize("name", ["dates", "format", "attr", "capitalised"])
def test_an_unknown_filter_is_told_with_all_that_there_are(name: str) -> None:
    error = refuse(f"{{{{ d | {name} }}}}")

    assert str(error) == f"{{{{ d | {name} }}}}: there is no filter called '{name}'"
    assert error.fix is not None
    assert "abs, capitalize, date, default, first, float, int, join" in error.fix
    assert "wordcount" in error.fix


@pytest.mark.parametrize(
    "text",
    [
        "{{ name", "{% if name %}", "{% endif %}", "{% else %}", "{% foo %}", "{% if %}x{% endif %}", "{# note",
        "{% for a, b in c %}{% endfor %}", "{{ name | upper(1) }}", "{{ name | replace('a') }}", "{{ {'a': 1} }}",
        "{{ 1e999 }}", "{{ " + "9" * 5000 + " }}", "{{ name is foo }}", "{{ name[::2] }}", "{% set a.b = 1 %}",
        "{{ 'a' ~ }}", "{{ 3 3 }}", "{{ (name }}", "{{ name) }}", "{{ 'unclosed }}", "{{ a if }}", "{{ & }}",
        "{{ d | date('%Q') }}", "{{ d | date('tomorrow') }}", "{% set x %}{{ a }}", "{{ name | default(1, 2, 3) }}",
    ],
)  # fmt: skip
def test_no_word_of_jinja_or_python_reaches_the_user(text: str) -> None:
    error = refuse(text)

    said = f"{error} {error.fix}".lower().replace(text.lower(), "")
    assert error.tag
    for word in ("jinja", "token", "expected", "python", "nodes", "nonetype", "object of", "encountered"):
        assert word not in said


@pytest.mark.parametrize(
    ("text", "row", "written"),
    [
        ("{{ name }}", {"name": "Zoé"}, "Zoé"),
        ("{{ name|title }}", {"name": "jean-pierre o'neil"}, "Jean-Pierre O'Neil"),
        ("{{ name|title }}", {"name": "ZOÉ D'ARTAGNAN"}, "Zoé D'Artagnan"),
        ("{{ name|title }}", {"name": "ronald McDonald"}, "Ronald McDonald"),
        ("{{ name|title }}", {"name": "don't stop"}, "Don't Stop"),
        ("{{ price|number(2) }}", {"price": "1250,5"}, "1\u202f250,50"),
        ("{{ price|number }}", {"price": "1 250"}, "1\u202f250"),
        ("{{ price|number(0) }}", {"price": "2,5"}, "3"),
        ("{{ price|money('EUR') }}", {"price": "1250.5"}, "1\u202f250,50\xa0€"),
        ("{{ price|money('JPY') }}", {"price": 1250}, "1\u202f250\xa0JPY"),
        ("{{ price|float * 2 }}", {"price": "1 250,25"}, "2500.5"),
        ("{{ price|float }}", {"price": "1 250"}, "1250"),
        ("{{ note|striptags }}", {"note": "a<!-- <b> --> b<i>c</i> <!-- open"}, "a bc <!-- open"),
        ("{{ 'same' if a == b else 'other' }}", {"a": ["x", 1], "b": ["x", "1"]}, "same"),
        ("{{ 'same' if a == b else 'other' }}", {"a": ["x"], "b": "x"}, "other"),
        ("{{ points|int + 1 }}", {"points": "41"}, "42"),
        ("{{ points|int(0) }}", {"points": ""}, "0"),
        ("{{ price|float|round }}", {"price": "2,5"}, "3"),
        ("{{ price|float|round(1) }}", {"price": "2,25"}, "2.3"),
        ("{{ d|date }}", {"d": "2026-12-24"}, "24 déc. 2026"),
        ("{{ d|date('long') }}", {"d": "24/12/2026"}, "24 décembre 2026"),
        ("{{ d|date('%d/%m') }}", {"d": "2026-12-24T18:30:00"}, "24/12"),
        ("{{ d|date('%A %e %B à %H:%M') }}", {"d": "2026-12-04 18:30"}, "vendredi 4 décembre à 18:30"),
        ("{{ n }} {{ n|plural('point', 'points') }}", {"n": "0"}, "0 point"),
        ("{{ n }} {{ n|plural('point', 'points') }}", {"n": "2"}, "2 points"),
        ("{{ tags|split(',')|join(' et ') }}", {"tags": "a, b ,c"}, "a et b et c"),
        ("{% for t in tags|split(';') %}{{ loop.index }}{{ t }}{% if not loop.last %},{% endif %}{% endfor %}",
         {"tags": "a;b"}, "1a,2b"),
        ("{% for item in items %}{{ item.name }} {% else %}nothing{% endfor %}", {"items": [{"name": "x"}]}, "x "),
        ("{% for item in items if item != 'b' %}{{ item }}{% endfor %}", {"items": ["a", "b", "c"]}, "ac"),
        ("{% set n = name|upper %}{{ n }}{{ n }}", {"name": "a"}, "AA"),
        ("{% set n %}Dear {{ name }}{% endset %}{{ n }}", {"name": "a"}, "Dear a"),
        ("{{ name[:1] }}{{ name[-1] }}", {"name": "Marie"}, "Me"),
        ("{{ a if vip == 'yes' else b }}", {"a": "A", "b": "B", "vip": "no"}, "B"),
        ("{{ nick or name }}", {"nick": "", "name": "Marie"}, "Marie"),
        ("{{ zzz|default('x') }}{{ a|default('y') }}", {"a": None}, "xy"),
        ("{{ 'x' if zzz is defined else 'none' }}", {}, "none"),
        ("{{ prénom }}", {"prénom": "Zoé"}, "Zoé"),
        ("{{ pre\u0301nom }}", {"prénom": "Zoé"}, "Zoé"),
        ("{{ 'yes' if city == 'Orléans' else 'no' }}", {"city": "Orle\u0301ans"}, "yes"),
        ("{{ 'yes' if vip == '1' else 'no' }}", {"vip": 1}, "yes"),  # a number of a JSON list
        ("{{ 'yes' if vip == 'true' else 'no' }}", {"vip": True}, "yes"),
        ("{{ 'yes' if day < '2026-12-24' else 'no' }}", {"day": "2026-11-30"}, "yes"),
        ("{% raw %}{{ name }}{% endraw %}{# a note #}", {}, "{{ name }}"),
        ("a\n{%- if name %} b{% endif -%}\n c", {"name": "x"}, "a bc"),
    ],
)  # fmt: skip
def test_it_writes_what_people_mean(text: str, row: dict[str, Any], written: str) -> None:
    assert write(text, **row) == written


@pytest.mark.parametrize(
    ("text", "row", "problem"),
    [
        ("{{ price|float }}", {"price": "12,50"}, "{{ price|float }}: '12,50' is no number"),
        ("{{ price|int }}", {"price": "1 250"}, "{{ price|int }}: '1 250' is no number"),
        ("{{ price|int }}", {"price": "12.5"}, "{{ price|int }}: '12.5' is no whole number"),
        ("{{ price|float }}", {"price": ""}, "{{ price|float }}: '' is no number"),
        ("{{ price|float }}", {"price": "nan"}, "{{ price|float }}: 'nan' is no number"),
        ("{{ price|float }}", {"price": "1e5"}, "{{ price|float }}: '1e5' is no number"),
        ("{{ d|date('%d/%m') }}", {"d": "12/03/2026"}, "{{ d|date('%d/%m') }}: '12/03/2026' may be two days"),
        ("{{ d|date('%d/%m') }}", {"d": "46093"}, "{{ d|date('%d/%m') }}: '46093' is a spreadsheet's number of a day"),
        ("{{ d|date('%d/%m') }}", {"d": "2026-02-30"}, "{{ d|date('%d/%m') }}: '2026-02-30' is no day of the calendar"),
        ("{{ a }}", {"a": ["x"]}, "{{ a }}: it is a list, not text"),
        ("{% for x in a %}{% endfor %}", {"a": "xy"}, "{% for x in a %}: it is text, not a list"),
        ("{{ 1 / n|int }}", {"n": "0"}, "{{ 1 / n|int }}: a division by 0"),
        ("{{ a.b.c }}", {"a": {"b": "x"}}, "{{ a.b.c }}: 'a.b' is text and has no 'c' in it"),
        ("{{ name }}", {}, "'name' is missing"),
        ("{{ name }}", {"name": None}, "'name' is missing"),
    ],
)
def test_a_row_that_cannot_be_worked_out_names_its_tag(text: str, row: dict[str, Any], problem: str) -> None:
    assert str(fail(text, NOBODY, **row)) == problem


def test_what_each_country_writes_otherwise_is_not_guessed() -> None:
    for text in ("{{ p|money('EUR') }}", "{{ d|date }}", "{{ d|date('%A') }}"):
        assert refuse(text, NOBODY).fix == "say which: --locale fr, or --region FR"


HUGE_ROW: dict[str, Any] = {
    "name": "Marie",
    "long": "x" * 5000,
    "big": "é" * 250_000,
    "many": [str(n) for n in range(100_000)],
    "csv": ",".join("a" * 40_000),
    "n": "5",
}
GROWING = [
    "{% set a = 'xxxx' %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
    "{% set a = 'xxxx' %}" + "{% set a = a + 'x' + a %}" * 40 + "{{ a }}",
    "{% set a = ['x', 'y'] %}" + "{% set a = [a, a] %}" * 40 + "{{ a == a }}{{ a }}",
    "{% set a = 9999 %}" + "{% set a = a * a %}" * 25 + "{{ a }}",
    "{{ 1 | round(-99999999) }}",
    "{{ n | float | round(99999999) }}",
    "{{ n | number(99999999) }}",
    "{{ big | replace('é', big) }}",
    "{{ long | list | join(long) }}",
    "{{ big * 3 }}",
    "{% for a in many %}{% for b in many | sort %}{{ b }}{% endfor %}{% endfor %}",
    "{% for a in many %}{% if a in many %}1{% endif %}{% endfor %}",
    "{% for a in many %}{% set b = big | title | length %}{% endfor %}",
    "{% for a in csv | split(',') %}{% for b in csv | split(',') %}{{ b }}{% endfor %}{% endfor %}",
    "{% for a in many %}{% for b in many %}{% for c in many %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in many %}{% if big == big %}{% endif %}{% endfor %}",
    "{% for a in many %}{{ n|money('EUR') }}{{ '2026-03-12'|date('full') }}{% endfor %}",
    "{% set f = '%A' %}" + "{% set f = f ~ f %}" * 12 + "{{ '2026-03-12' | date(f) }}",
    "{{ big }}" * 3000,
    "{{ " + "(" * 900 + "name" + ")" * 900 + " }}",
    "{{ " + "not " * 450 + "name }}",
    "{{ name" + "|upper" * 300 + " }}",
    "{{ 1" + "+1" * 900 + " }}",
    "{{ " + "[" * 900 + "]" * 900 + " }}",
    "{{ " + "'a' if name else " * 100 + "'b' }}",
    "{% if name %}" * 1000 + "x" + "{% endif %}" * 1000,
    "{{ " + "9" * 1900 + " }}",
    "{{ " + "(" * 100_000,
    "{{" * 16_000,
]


@pytest.mark.parametrize("text", GROWING)
def test_no_template_takes_all_memory_and_the_error_names_the_expression(text: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ExpressionError) as caught:
            write(text, **HUGE_ROW)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 64 * 2**20
    assert caught.value.tag
    assert caught.value.tag[:10] in text


WORDS = st.sampled_from(
    ["{{", "}}", "{%", "%}", "{#", "#}", "a", "b", "if", "for", "in", "set", "endif", "endfor", "else", "|", "upper",
     "int", "date", "split", "join", "round", "default", "(", ")", "[", "]", ":", ",", "'x'", "'", '"', "1", "2.5", "+",
     "~", "*", "-", "/", "%", "==", "<", "not", "and", "or", "is", "defined", ".", "=", " ", "\n", "é", "\\", "$", "{"]
)  # fmt: skip
CELLS = st.one_of(
    st.text(max_size=20),
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.lists(st.text(max_size=3), max_size=3),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3)),
)


def attempt(text: str, **row: Any) -> None:
    """Write a text; anything but a refusal fails the test."""
    with contextlib.suppress(ExpressionError):
        write(text, **row)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(text=st.lists(WORDS, max_size=25).map("".join), a=CELLS, b=CELLS)
def test_whatever_stands_in_a_template_is_written_or_refused(text: str, a: object, b: object) -> None:
    attempt(text, a=a, b=b)


EXPRESSIONS = st.recursive(
    st.sampled_from(["a", "b", "1", "'x'", "a.b", "[a, 'y']", "2.5"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["|upper", "|int", "|float", "|length", "|split", "|default('z')", "|first",
                                          "|last", "|sort", "|join(',')", "|title", "|number", "|date('%d')", "|list",
                                          "|money('EUR')", "|plural('p','q')", "|round", "|sum", "|unique", "|reverse",
                                          "|truncate(5)", "|replace('a','b')", "|striptags", "|wordcount", "|trim",
                                          "|urlencode", "|abs", "|min", "|string", "[0]", "[:1]"])).map("".join),
        st.tuples(inner, st.sampled_from([" ~ ", " + ", " * ", " == ", " < ", " in ", " and ", " or ", " % ", " // "]),
                  inner).map("".join).map("({})".format),
    ),
    max_leaves=6,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=300)
@given(expression=EXPRESSIONS, a=CELLS, b=CELLS)
def test_every_expression_is_worked_out_or_refused(expression: str, a: object, b: object) -> None:
    attempt(f"{{{{ {expression} }}}}", a=a, b=b)
    attempt(f"{{% if {expression} %}}x{{% endif %}}", a=a, b=b)
