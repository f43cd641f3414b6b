"""The console's Authorization value: what is accepted, what is refused, and that it is never shown."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.config.authorization import build_authorization, read_authorization
from bothub_cli.config.values import BadValueError
from bothub_cli.errors import InputRefusedError
from bothub_cli.redaction import Secret

GOOD = base64.b64encode(b"client-id:client-secret").decode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("Bearer abcdefgh", "is a Bearer token"),
        ("Digest abcdefgh", "does not have the form Basic …"),
        (f'"Basic {GOOD}"', "in quotes"),
        (f"'Basic {GOOD}'", "in quotes"),
        (f"“Basic {GOOD}”", "in quotes"),
        (f"Basic {GOOD[:10]}\n{GOOD[10:]}", "over several lines"),
        ("Basic", "nothing comes after the word Basic"),
        (f"Basic {GOOD[:-3]}", "not base64"),
        ("Basic client-id:client-secret", "not base64"),
        ("Basic " + base64.b64encode(b"nocolon").decode(), "no colon"),
        ("Basic " + base64.b64encode(b":secret").decode(), "empty client id or secret"),
        ("Basic " + base64.b64encode(b"id:").decode(), "empty client id or secret"),
        ("eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln", "is a token"),
        ("Basic " + "A" * 5000, "longer than"),
    ],
)
def test_a_value_that_is_no_basic_header_is_refused_in_clear_words_without_showing_it(text: str, words: str) -> None:
    with pytest.raises(InputRefusedError) as caught:
        read_authorization(text, where="BOTHUB_AUTHORIZATION")
    assert words in caught.value.message
    assert caught.value.message.startswith("BOTHUB_AUTHORIZATION: ")
    said = f"{caught.value.message} {caught.value.remedy} {caught.value!r}"
    assert GOOD[:10] not in said
    assert "client-secret" not in said.replace("--client-secret", "")


@pytest.mark.parametrize(
    "text",
    [
        f"Basic {GOOD}",
        GOOD,
        f"basic {GOOD}",
        f"  Basic   {GOOD}\n",
        f"Authorization: Basic {GOOD}",
        f"BASIC {GOOD}\r\n",
    ],
)
def test_whatever_part_of_the_header_was_copied_becomes_the_same_value(text: str) -> None:
    assert read_authorization(text, where="-").reveal() == f"Basic {GOOD}"


def test_client_id_and_secret_become_the_header() -> None:
    assert build_authorization("client-id", Secret("client-secret")).reveal() == f"Basic {GOOD}"


@pytest.mark.parametrize(
    ("client_id", "client_secret", "words"),
    [("", "s", "client id is empty"), ("i", " ", "secret is empty"), ("a:b", "s", "colon"), ("i", "s\x07t", "control")],
)
def test_halves_that_make_no_header_are_refused(client_id: str, client_secret: str, words: str) -> None:
    with pytest.raises(BadValueError, match=words):
        build_authorization(client_id, Secret(client_secret))


@given(st.text(max_size=60))
def test_no_text_at_all_makes_anything_but_a_header_or_a_refusal(text: str) -> None:
    try:
        value = read_authorization(text, where="-").reveal()
    except InputRefusedError:
        return
    name, colon, password = base64.b64decode(value.removeprefix("Basic "), validate=True).partition(b":")
    assert colon == b":"
    assert name
    assert password
