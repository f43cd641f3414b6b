"""A phone number as a person wrote it becomes E.164, or a refusal that says why and never shows it."""

import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.phone_numbers import NumberRefusedError, find_country, find_plain_country, identify, normalise


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
        ("+33612345678 Ann", None, "no letters"),
        ("+33612345678 ext 5", None, "an extension"),
        ("+33612345678 poste 12", None, "an extension"),
        ("06 12 34 56 78 x4", "FR", "an extension"),
        ("+33612345678;+33612345679", None, "two numbers"),
        ("tel:+33612345678;+33612345679", None, "two numbers"),
        ("0612345678\t0612345679", "FR", "two numbers"),
        ("06 12 34 56 78 - 06 12 34 56 79", "FR", "two numbers"),
        ("06 12 34 56 78 06 12 34 56 79", "FR", "several phone numbers"),
        ("+33612345678,+33612345679", None, "two numbers"),
        ("+33612345678 ::: +33612345679", None, "two numbers"),
        ("+33612345678 / +33612345679", None, "two numbers"),
        ("+33612345678 +33612345679", None, "two numbers"),
        ("0612345678 ou 0612345679", "FR", "two numbers"),
        ("+33612345678\n+33612345679\n+33612345670", None, "3 numbers"),
        ("33,612,345,678", None, "commas between the thousands"),
        ("#ERROR!", None, "a spreadsheet's error"),
        ("#N/A", "FR", "a spreadsheet's error"),
        ("#¡VALOR!", "ES", "a spreadsheet's error"),
        ("#ÜBERLAUF!", "DE", "a spreadsheet's error"),
        ("#ЗНАЧ!", None, "a spreadsheet's error"),
        ("Err:502", None, "a spreadsheet's error"),
        ("3.36 E+10", None, "a spreadsheet rounded"),
        ("3,36\u00a0E+10", "FR", "a spreadsheet rounded"),
        ("3.36×10^10", None, "a spreadsheet rounded"),
        ("3,36E+10 ", "FR", "a spreadsheet rounded"),
        ("33612345678.5", None, "made a decimal number"),
        ("33612345678,00", "FR", "made a decimal number"),
        ("33 612 345 678,00", "FR", "made a decimal number"),
        ("33.612.345.678,00", "DE", "made a decimal number"),
        ("33,612,345,678.00", "US", "made a decimal number"),
        ("612345678,0", "FR", "made a decimal number"),
        ("33'612'345'678", "CH", "between the thousands"),
        ("33’612’345’678", "CH", "between the thousands"),
        ("33,61,23,45,678", "IN", "between the thousands"),
        ("-33612345678", "FR", "a minus is in front"),
        ("01/02/1999", "IT", "a date"),
        ("2026-03-12", "FR", "a date"),
        ("2026-03-12 10:00:00", "FR", "a date"),
        ("31.12.2025", "DK", "a date"),
        ("nan", None, "there is no phone number"),
        ("NULL", "FR", "there is no phone number"),
        ("N/A", None, "there is no phone number"),
        ("-", "FR", "there is no phone number"),
        ("+33 6 ** ** ** 78", None, "are hidden"),
        ("+336XXXXXX78", None, "are hidden"),
        ("+39 6 1234 5678", None, "the 0 is missing"),
        ("+39212345678", None, "the 0 is missing"),
        ("612345678", "IT", "the 0 is missing"),
        ("+225 701234567", None, "the 0 is missing"),
        ("#####", None, "a spreadsheet's error"),
        ("336.12345678E8", None, "a spreadsheet rounded"),
        ("+33 6 12 34 56", None, "too short for its country"),
        ("+3361234", None, "too short for its country"),
        ("+336123456331", None, "too long for its country"),
        ("+336123456789012", None, "too long for its country"),
        ("tel:+33-6-12-34-56", None, "too short for its country"),
        ("sip:+3361234@ims.example;user=phone", None, "too short for its country"),
        ("+999123456789", None, "no country has this country code"),
        ("+336\x0012345678", None, "one plus in front"),
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
        ("tel:", None, "is empty"),
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
    assert "612345" not in f"{caught.value.message} {caught.value.remedy}"


@pytest.mark.parametrize("number", ["0612345678", "612345678"])
def test_a_missing_region_names_the_option(number: str) -> None:
    with pytest.raises(NumberRefusedError) as caught:
        normalise(number)
    assert "--region FR" in str(caught.value.remedy)


def test_a_lost_plus_is_suspected_with_a_region_too() -> None:
    with pytest.raises(NumberRefusedError) as caught:
        normalise("49151123456789", region="FR")
    assert "lost its plus" in str(caught.value.remedy)


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
        "＋３３６１２３４５６７８",
        "+33\u00ad6\u200b12\ufeff34\u206056\ufe0f78\u2800",
        "tel:+33612345678",
        "TEL:+33-6-12-34-56-78",
        "tel: +33 6 12 34 56 78",
        "tel:+33612345678;ext=5",
        "tel:0612345678;phone-context=+33",
        "sip:+33612345678@ims.example;user=phone",
        "SIP:+33-6-12-34-56-78;phone-context=x@ims.example",
        "sips:%2B33612345678:secret@ims.example",
        '="+33612345678"',
        "='+33612345678'",
        "'+33612345678",
        '"+33612345678"',
        "p:+33612345678",
        "whatsapp:+33612345678",
        "<sip:+33612345678@host;user=phone>",
        '"Ann" <sip:+33612345678@host>;tag=42',
        "<tel:+33612345678>",
        "tel:<+33612345678>",
        "[+33612345678]",
        "(+33) 6 12 34 56 78",
        "Tél: +33612345678",
        "Tél. portable : +33 6 12 34 56 78",
        "Tel.: +33612345678",
        "Mobile : +33612345678",
        "Mobile phone number: +33612345678",
        "Handy +33612345678",
        "Teléfono móvil: +33612345678",
        "N° +33612345678",
        "sms:+33612345678?body=Hello%20you",
        "smsto:+33612345678:Hello",
        "callto://+33612345678",
        "tel:%2B33612345678",
        "TEL;TYPE=CELL:+33612345678",
        "TEL;VALUE=uri:tel:+33612345678",
        "“+33612345678”",
        "‘+33612345678’",
        "«\u00a0+33\u202f6\u202f12\u202f34\u202f56\u202f78\u00a0»",
        "„+33612345678“",
        "`+33612345678`",
        "´+33612345678",
        '""+33612345678""',
        "• +33612345678",
        "- +33612345678",
        "+33612345678;",
        "\\+33612345678",
        "+33_6_12_34_56_78",
        "+33·6·12·34·56·78",
        "+0033612345678",
        "00+33612345678",
        "➕33612345678",
        "&#43;33612345678",
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
        ("+39 (0)6 1234 5678", None, "+390612345678"),
        ("347 123 4567", "IT", "+393471234567"),
        ("(0)6 12 34 56 78", "FR", "+33612345678"),
        ("Tél. : 06 12 34 56 78", "FR", "+33612345678"),
        ("+521 55 1234 5678", None, "+525512345678"),
        ("whatsapp:+5215512345678", None, "+525512345678"),
        ("044 55 1234 5678", "MX", "+525512345678"),
        ("+54 9 11 1234 5678", None, "+5491112345678"),
        ("+54 11 15 1234 5678", None, "+5491112345678"),
        ("011 15 1234 5678", "AR", "+5491112345678"),
        ("+55 (0xx11) 91234-5678", None, "+5511912345678"),
        ("+44 (0)7400 123456", None, "+447400123456"),
        ("8 912 345 67 89", "RU", "+79123456789"),
        ("+32470123456", "FR", "+32470123456"),
    ],
)
def test_a_number_is_understood_as_its_country_writes_it(number: str, region: str | None, expected: str) -> None:
    assert normalise(number, region=region) == expected


@pytest.mark.parametrize("address", ["sip:bot@botplatform.example", "sips:0612345678@ims.example;user=phone"])
def test_an_address_without_a_global_number_stays_what_it_is(address: str) -> None:
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


@pytest.mark.parametrize(
    ("contact", "identity"),
    [
        ("33612345678", "+33612345678"),
        ("tel:33612345678", "+33612345678"),
        ("sip:+33612345678@ims.example;user=phone", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("Chat-42_x", "Chat-42_x"),
        ("sip:bot@host.example", "sip:bot@host.example"),
        ("", ""),
    ],
)
def test_whoever_a_platform_names_has_one_identity(contact: str, identity: str) -> None:
    assert identify(contact) == identity


@given(st.from_regex(r"\A\+[1-9][0-9]{6,14}\Z"))
def test_what_is_taken_without_a_library_is_a_possible_number_for_the_library(number: str) -> None:
    import phonenumbers

    if find_plain_country(number) is not None:
        assert phonenumbers.is_possible_number(phonenumbers.parse(number))


_DRESSES = st.sampled_from(
    [
        "{plus}",
        " {plus} ",
        "tel:{plus}",
        "TEL: {plus}",
        "00{digits}",
        '="{plus}"',
        "'{plus}",
        "p:{plus}",
        "\u202a{plus}\u202c",
        "\uff0b{digits}",
    ]
)


@given(st.from_regex(r"\A6[0-9]{8}\Z"), _DRESSES, st.sampled_from(["", " ", "-", ".", "\u00a0", "\u2011"]))
def test_every_spelling_of_one_number_is_one_identity(national: str, dress: str, between: str) -> None:
    digits = f"33{between}{national[0]}{between}{between.join(national[1:])}"
    assert normalise(dress.format(plus=f"+{digits}", digits=digits)) == f"+33{national}"


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+33612345678", "FR"),
        ("+32470123456", "BE"),
        ("+221771234567", "SN"),
        ("+15105550123", "US"),
        ("+14165550123", "CA"),
        ("+447400123456", "GB"),
        ("+447781123456", "GG"),
        ("+8613912345678", "CN"),
        ("+262692123456", "RE"),
        ("+88216612345", "001"),
        ("chat-1", ""),
    ],
)
def test_the_country_of_a_number_is_known(number: str, country: str) -> None:
    assert find_country(number) == country
