"""A number that a message can go to is E.164; what a spreadsheet did to the others is said by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.campaign.numbers import NumberProblem, normalise_number


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("", "number.missing"),
        (None, "number.missing"),
        (True, "number.missing"),
        ("3.36E+10", "number.spreadsheet-exponent"),
        ("3,36123E+10", "number.spreadsheet-exponent"),
        (33612345678.0, "number.spreadsheet-decimal"),
        ("33612345678", "number.lost-plus"),
        (33612345678, "number.lost-plus"),
        ("612345678", "number.lost-zero"),
        ("06 12 34 56 78", "number.national"),
        ("+33 (0)6 12 34 56 78", "number.invalid"),
        ("+3361234567890123", "number.invalid"),
        ("+0612345678", "number.invalid"),
        ("+٣٣٦١٢٣٤٥٦٧٨", "number.invalid"),
        ("+33612345678\n+33612345679", "number.invalid"),
        ("marie", "number.invalid"),
    ],
)
def test_what_is_no_number_is_named(raw: object, kind: str) -> None:
    problem = normalise_number(raw)

    assert isinstance(problem, NumberProblem)
    assert problem.kind == kind


@pytest.mark.parametrize(
    "raw",
    ["+33612345678", " +33 6 12 34 56 78 ", "0033612345678", "+33.6.12.34.56.78", "'+33612345678", "tel:+33-612345678",
     "+33\u00a06\u202f12345678"],
)  # fmt: skip
def test_the_same_number_in_other_writing_is_one_number(raw: str) -> None:
    assert normalise_number(raw) == "+33612345678"


def test_a_national_number_is_read_where_the_country_is_known() -> None:
    known = {"06 12 34 56 78": "+33612345678"}

    assert normalise_number("06 12 34 56 78", parse_national=known.get) == "+33612345678"


@given(st.text() | st.integers() | st.floats() | st.none())
def test_whatever_a_cell_holds_the_answer_is_a_clean_number_or_a_problem(raw: object) -> None:
    number = normalise_number(raw)

    assert isinstance(number, NumberProblem) or (number[0] == "+" and 7 <= len(number[1:]) <= 15 and number.isascii())
