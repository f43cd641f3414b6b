"""A phone number as a person wrote it becomes E.164, or a refusal that says why and never shows it."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.phone_numbers import NumberRefusedError, normalise


@pytest.mark.parametrize(
    ("number", "region", "words"),
    [
        ("", None, "is empty"),
        ("   ", "FR", "is empty"),
        ("3.36E+10", None, "a spreadsheet rounded"),
        ("3,36123E+10", "FR", "a spreadsheet rounded"),
        ("3E10", None, "a spreadsheet rounded"),
        ("33612345678.0", None, "made a decimal number"),
        ("33612345678", None, "no plus in front"),
        ("0612345678", None, "its country is not known"),
        ("612345678", None, "its country is not known"),
        ("1234", None, "too short: 4 digits"),
        ("+33 6 CALL ME", None, "no letters"),
        ("+33612345678 ext 5", None, "no letters"),
        ("+33612345678;+33612345679", None, "several phone numbers"),
        ("+33612345678,+33612345679", None, "several phone numbers"),
        ("++33612345678", None, "one plus in front"),
        ("+33+612345678", None, "one plus in front"),
        ("#31#0612345678", "FR", "one plus in front"),
        ("+", None, "one plus in front"),
        ("+33612", None, "too short"),
        ("+336123456789012345", None, "too long"),
        ("+33061234567899", None, "too long for its country"),
        ("+0612345678", None, "no country has this country code"),
        ("+9991234567890123456", None, "no country has this country code"),
        ("06123", "FR", "too short for its country"),
        ("4915112345678901", "FR", "too long for its country"),
        ("0612345678", "ZZ", "is not one that exists"),
        ("0612345678", "UK", "is not one that exists"),
        ("0612345678", "33", "is not one that exists"),
        ("x" * 200, None, "far too long"),
        ("tel:", None, "not a tel: or sip: address"),
        ("sip:no-host", None, "not a tel: or sip: address"),
        ("sip:a b@host", None, "not a tel: or sip: address"),
    ],
)
def test_what_is_no_number_is_refused_with_its_place_and_without_showing_it(
    number: str, region: str | None, words: str
) -> None:
    with pytest.raises(NumberRefusedError) as caught:
        normalise(number, region=region, where="line 7")
    assert words in caught.value.message
    assert caught.value.message.startswith("line 7: ")
    assert caught.value.code == "input.number"
    assert "612345" not in f"{caught.value.message} {caught.value.hint}"


@pytest.mark.parametrize("number", ["0612345678", "612345678"])
def test_a_missing_region_names_the_option(number: str) -> None:
    with pytest.raises(NumberRefusedError) as caught:
        normalise(number)
    assert "--region FR" in str(caught.value.hint)


def test_a_lost_plus_is_suspected_with_a_region_too() -> None:
    with pytest.raises(NumberRefusedError) as caught:
        normalise("49151123456789", region="FR")
    assert "lost its plus" in str(caught.value.hint)


@pytest.mark.parametrize(
    "number",
    [
        "+33612345678",
        " +33612345678\n",
        "+33 6 12 34 56 78",
        "+33.6.12.34.56.78",
        "+33-6-12-34-56-78",
        "+33 (6) 12/34/56/78",
        "0033612345678",
        "00 33 6 12 34 56 78",
        "+33 (0)6 12 34 56 78",
        "0033 (0) 6 12 34 56 78",
        "+330612345678",
        "\u202a+33\u00a06\u202f12\u00a034\u00a056\u00a078\u202c",
        "+٣٣٦١٢٣٤٥٦٧٨",
    ],
)
def test_every_way_of_writing_an_international_number_is_understood(number: str) -> None:
    assert normalise(number) == "+33612345678"


@pytest.mark.parametrize(
    ("number", "region", "expected"),
    [
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("06.12.34.56.78", "fr", "+33612345678"),
        ("612345678", "FR", "+33612345678"),
        ("33612345678", "FR", "+33612345678"),
        ("0470 12 34 56", "BE", "+32470123456"),
        ("(202) 555-0143", "US", "+12025550143"),
        ("06 1234 5678", "IT", "+390612345678"),
        ("+32470123456", "FR", "+32470123456"),
    ],
)
def test_a_national_number_is_understood_with_its_country(number: str, region: str, expected: str) -> None:
    assert normalise(number, region=region) == expected


@pytest.mark.parametrize("address", ["tel:+33612345678", "sip:bot@botplatform.example", "TEL:+33612345678;ext=5"])
def test_addresses_pass_through(address: str) -> None:
    assert normalise(address) == address


@given(st.text(max_size=40), st.sampled_from([None, "FR", "US", "IT"]))
def test_any_text_becomes_a_clean_number_an_address_or_a_refusal(text: str, region: str | None) -> None:
    try:
        result = normalise(text, region=region)
    except NumberRefusedError:
        return
    if not result.lower().startswith(("tel:", "sip:", "sips:")):
        assert result[0] == "+"
        assert result[1:].isascii()
        assert result[1:].isdigit()
        assert normalise(result) == result


@given(st.from_regex(r"\A[ +0-9().E\-]{1,25}\Z"), st.sampled_from([None, "FR", "US", "IT"]))
def test_what_looks_like_a_number_never_makes_the_reader_fall_over(text: str, region: str | None) -> None:
    try:
        assert normalise(text, region=region).startswith("+")
    except NumberRefusedError as exc:
        assert exc.problem  # noqa: PT017  # either end is fine, a crash is not


def test_a_clean_number_loads_no_library() -> None:
    code = (
        "import sys; from bothub_cli.phone_numbers import normalise; "
        "print(normalise('+33 6 12 34 56 78'), 'phonenumbers' in sys.modules)"
    )
    environ = {"PATH": os.environ["PATH"]}
    answer = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert answer.stdout == "+33612345678 False\n"
