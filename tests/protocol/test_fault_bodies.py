"""Error bodies: every dialect, every kind of garbage, and nothing dangerous in what is shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.protocol.fault_bodies import ErrorAnswer, read_fault
from bothub_cli.protocol.http import HttpResponse


def read(body: bytes) -> ErrorAnswer:
    return read_fault(HttpResponse(status=400, body=body))


@given(body=st.binary(max_size=600))
def test_no_bytes_at_all_break_the_reading(body: bytes) -> None:
    fault = read(body)
    assert len(fault.sentence) <= 602
    assert not any(unicodedata.category(character).startswith("C") for character in fault.sentence)


@given(
    document=st.dictionaries(
        st.sampled_from(["code", "message", "description", "reason", "error", "error_description", "text", "x"]),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
            lambda inner: st.one_of(
                st.lists(inner, max_size=3),
                st.dictionaries(st.sampled_from(["code", "text", "message", "status"]), inner, max_size=3),
            ),
            max_leaves=5,
        ),
    )
)
def test_no_json_at_all_breaks_the_reading(document: dict[str, object]) -> None:
    import json

    fault = read(json.dumps(document).encode())
    assert fault.code is None or fault.code.replace("-", "_").replace("_", "a").isalnum()
    fault.sentence.encode()


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"code":' + b"9" * 5000 + b',"message":"x"}',
        b'{"message":"\\ud83d"}',
        b'{"reason":{"text":"' + "é".encode("latin-1") + b'"}}',
        b"\xff\xfe{\x00}\x00",
        b"NaN",
    ],
)
def test_hostile_json_is_text_at_worst(body: bytes) -> None:
    read(body).sentence.encode()


@pytest.mark.parametrize("body", [b"", b"  \r\n", b"\xef\xbb\xbf", b"\0\0"])
def test_nothing_is_told_from_something(body: bytes) -> None:
    assert read(body) == ErrorAnswer(dialect="empty")


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"<!DOCTYPE html><html><head><title>502 Bad\n Gateway</title>", "502 Bad Gateway"),
        (b"\n<HTML><BODY>blocked", ""),
        (b"<?xml version='1.0'?><html><title>Proxy &amp; co</title></html>", "Proxy &amp; co"),
    ],
)
def test_a_page_is_known_by_its_title(body: bytes, title: str) -> None:
    assert read(body) == ErrorAnswer(text=title, dialect="html")


def test_truncated_json_is_quoted_as_text() -> None:
    assert read(b'{"code":42,"mess') == ErrorAnswer(text='{"code":42,"mess', dialect="text")


def test_json_of_no_known_shape_names_its_members_only() -> None:
    assert read(b'{"number":"+33612345678","body":1}') == ErrorAnswer(text="JSON with number, body", dialect="text")


def test_json_with_words_of_its_own_says_them() -> None:
    assert read(b'{"detail":"no such bot"}') == ErrorAnswer(text="no such bot", dialect="text")


def test_colours_and_direction_overrides_do_not_reach_the_terminal() -> None:
    sentence = read(b'{"reason":{"text":"\\u001b[31mred\\u202e\\u0007 \\u2028end"}}').sentence
    assert sentence == "\N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER} end"


def test_a_long_text_is_cut() -> None:
    text = read(b"x" * 1_000_000).text
    assert len(text) == 300
    assert text.endswith("…")


@pytest.mark.parametrize(
    "words",
    [
        "invalid token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJib3QifQ.c2lnbmF0dXJl",
        "bad header Authorization: Basic c2lnbmF0dXJl",
        "AccessToken=c2lnbmF0dXJl refused",
        "JWT%20token=c2lnbmF0dXJl",
    ],
)
def test_a_secret_that_the_service_echoes_is_not_shown(words: str) -> None:
    assert "c2lnbmF0dXJl" not in read(words.encode()).sentence


def test_a_number_that_the_service_echoes_is_masked() -> None:
    assert read(b'{"reason":{"text":"+33612345678 is no RCS user"}}').text == "+336••••••78 is no RCS user"


def test_a_code_that_could_do_harm_in_a_pasted_command_is_dropped() -> None:
    assert read(b'{"code":"1; rm -rf ~","message":"x"}').code is None


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            b'{"code":42,"message":"Expired credentials","description":"out-of-date."}',
            ErrorAnswer(code="42", text="Expired credentials", description="out-of-date.", dialect="orange"),
        ),
        (b'{"code":"53","message":"Slow down"}', ErrorAnswer(code="53", text="Slow down", dialect="orange")),
        (b'{"code":60}', ErrorAnswer(code="60", dialect="orange")),
        (b'{"reason":{"code":42005,"text":"bad"}}', ErrorAnswer(code="42005", text="bad", dialect="fnw11")),
        (b'{"reason":"bad"}', ErrorAnswer(text="bad", dialect="fnw11")),
        (
            b'{"error":"invalid_client","error_description":"who?"}',
            ErrorAnswer(code="invalid_client", text="who?", dialect="oauth"),
        ),
        (
            b'{"error":{"code":404,"message":"Requested entity was not found.","status":"NOT_FOUND"}}',
            ErrorAnswer(code="NOT_FOUND", text="Requested entity was not found.", dialect="google"),
        ),
        (b'{"error":{"code":410,"message":"opted_out"}}', ErrorAnswer(code="410", text="opted_out", dialect="google")),
        (b'\xef\xbb\xbf{"code":60}', ErrorAnswer(code="60", dialect="orange")),
        (b"Bad request", ErrorAnswer(text="Bad request", dialect="text")),
    ],
)
def test_every_known_dialect_is_read(body: bytes, fault: ErrorAnswer) -> None:
    assert read(body) == fault


def test_a_description_that_repeats_the_text_is_said_once() -> None:
    assert read(b'{"code":1,"message":"Oops","description":"oops"}').sentence == "Oops"
    assert read(b'{"code":1,"message":"Oops","description":"again"}').sentence == "Oops: again"
