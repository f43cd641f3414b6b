"""Secrets, numbers and texts do not get out."""

import base64
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.display_text import quote
from bothub_cli.redaction import Redactor, Secret, find_secrets, is_secret_by_form, mask_content, mask_number

TOKEN = "6Yh2-secret-token-value-9Kd0"


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{!r}".format, lambda s: f"{s}", lambda s: f"{[s]}"])
def test_a_secret_shows_itself_to_nobody_who_does_not_ask(show: Callable[[object], str]) -> None:
    assert TOKEN not in show(Secret(TOKEN))


def test_a_masked_secret_keeps_its_last_four_characters_only_when_it_is_long() -> None:
    assert Secret(TOKEN).masked() == "***9Kd0"
    assert Secret("short").masked() == "***"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {TOKEN}",
        f'{{"access_token": "{TOKEN}"}}',
        f"accessToken={TOKEN}&x=1",
        f"https://api.orange.com/bothub/v1/auth?JWT%20token={TOKEN}",
        f"client_secret={TOKEN}",
        f"AccessToken: {TOKEN}",
        f"'passphrase': '{TOKEN}'",
    ],
)
def test_what_stands_behind_a_secret_key_is_masked_without_being_known(text: str) -> None:
    assert TOKEN not in Redactor().redact(text)


def test_a_known_value_is_masked_wherever_it_stands() -> None:
    assert Redactor([Secret(TOKEN)]).redact(f"cannot parse {TOKEN}!") == "cannot parse ***!"


def test_an_assertion_and_a_private_key_are_masked_by_their_shape() -> None:
    text = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJib3QifQ.c2lnbmF0dXJl and -----BEGIN RSA PRIVATE KEY-----\nMIIE"
    assert Redactor().redact(text) == "*** and -----PRIVATE KEY ***-----"


@given(st.text(min_size=6), st.text(), st.text())
def test_no_known_secret_survives_in_any_text(value: str, before: str, after: str) -> None:
    assert value not in Redactor([Secret(value)]).redact(f"{before}{value}{after}").replace("***", "\0")


def test_a_number_keeps_its_country_and_its_last_two_digits() -> None:
    assert mask_number("+33612345678") == "+336••••••78"
    assert mask_number("+3361") == "•••••"


def test_a_body_keeps_its_shape_and_loses_texts_and_numbers() -> None:
    body = {
        "RCSMessage": {"trafficType": "advertisement", "textMessage": "Hello Marie"},
        "messageContact": {"userContact": "+33612345678"},
    }
    masked = json.dumps(mask_content(body))
    assert "Marie" not in masked
    assert "612345678" not in masked
    assert mask_content(body)["RCSMessage"] == {"trafficType": "advertisement", "textMessage": "(11-characters)"}


@pytest.mark.parametrize(
    "sentence",
    [
        "secrets.toml, line 2: authorization: expected a text in quotes",
        "the authorization is a Bearer token, and Basic authentication is needed to get one",
        "profile shop: private_key_passphrase: wrong passphrase: try again",
        "a basic example. Bearer tokens are renewed",
        "check the access token: refused",
    ],
)
def test_our_own_sentences_are_not_garbled(sentence: str) -> None:
    assert Redactor().redact(sentence) == sentence


@pytest.mark.parametrize(
    "text",
    ["Basic dXNlcjpwYXNz", "bearer abcdefGHIJ", "password=hunter", '"password": "hunter"', "passphrase: hunter2!"],
)
def test_what_is_written_as_a_value_is_masked_however_short(text: str) -> None:
    assert "***" in Redactor().redact(text)


CREDENTIALS = base64.b64encode(b"planted-client-0815:planted-S3cret-of-the-client").decode()
KEY = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCdTGtiKVtNTiH7"


@pytest.mark.parametrize(
    "word",
    [
        CREDENTIALS, CREDENTIALS[:-5], f"Basic {CREDENTIALS}", f'"{CREDENTIALS}"', KEY, f"{KEY}!!{KEY}",
        "LS0tLS1CRUdJTiBQUklWQVRF!!FIEtFWS0",
    ],
)  # fmt: skip
def test_a_secret_is_known_by_its_form_wherever_it_was_put(word: str) -> None:
    assert is_secret_by_form(word)
    for argv in (["token", word], ["send", f"--timeout={word}"], ["-x", f"--{word}"]):
        said = Redactor(find_secrets({}, argv)).redact(f'error: "{word[:40]}…" is no duration, {word!r} neither')
        assert word[8:30] not in said
        assert said.endswith(" neither")
    assert word[8:30] not in Redactor(find_secrets({"BOTHUB_REGION": word})).redact(f"found {word}")


@pytest.mark.parametrize(
    "word",
    [
        "postgresql://bothub@db.internal/bothub", "/home/someone/keys/production-bot.pem", "x" * 64, "STOP",
        "+33612345678", "Your parcel 4711 waits: come until Sunday, please.", "2f6c1a7e-9f5d-4c1e-8f0a-1f2e3d4c5b6a",
        "MyBot@botplatform.rcs.example.com", "campaign-of-december-2026-for-all-customers",
        "Bearer c2hvcDpvcGVuLXNlc2FtZS0xMjM=", "c2hvcDpvcGVuLXNlc2FtZS0xMjM====", "Basic c2hvcDpvcGVu LXNlc2FtZS0xMjM=",
    ],
)  # fmt: skip
def test_no_ordinary_word_is_taken_for_a_secret(word: str) -> None:
    assert not is_secret_by_form(word)


def test_a_secret_in_an_address_or_cut_by_a_sentence_is_masked_and_the_words_beside_it_stay() -> None:
    redactor = Redactor([Secret("Basic /a+b/c8Wq7Zr5Tt==x9-Correct")])
    assert redactor.redact("GET /x/Basic%20%2Fa%2Bb%2Fc8Wq7Zr5Tt%3D%3Dx9-Correct") == "GET /x/***"
    assert redactor.redact("found c8Wq7Zr5Tt==x9-C… there, Correct") == "found ***… there, Correct"
    assert redactor.redact("the configuration is Basic") == "the configuration is Basic"


PASSPHRASES = ("correct horse battery", 'it\'s "quoted"\\n', "caf\u00e9 au\u200blait 7", "tab\tand  spaces 1", "é" * 70)


@pytest.mark.parametrize("secret", PASSPHRASES)
def test_a_known_secret_is_masked_however_a_sentence_writes_it(secret: str) -> None:
    redactor = Redactor([Secret(secret)])
    for written in (quote(secret), repr(secret), json.dumps(secret), json.dumps(secret, ensure_ascii=False), secret):
        said = redactor.redact(f"found {written} there")
        assert "***" in said
        assert secret[:6] not in said
    assert redactor.redact(" ".join(secret.split())) == "***"


def test_a_short_secret_is_masked_only_as_a_word_of_its_own() -> None:
    assert Redactor([Secret("1234")]).redact("no profile '1234', line 12345") == "no profile '***', line 12345"
    assert Redactor([Secret("abc")]).redact("abc") == "abc"


def test_what_else_is_known_is_asked_for_once_and_not_before_there_is_a_text() -> None:
    asked: list[int] = []

    def find_more() -> list[Secret]:
        asked.append(1)
        return [Secret(TOKEN)]

    redactor = Redactor(find_more=find_more)
    assert asked == []
    assert redactor.redact(f"a {TOKEN}") + redactor.mask_values(f"b {TOKEN}") == "a ***b ***"
    assert asked == [1]


def test_an_answer_loses_no_piece_of_a_number_or_a_word_to_a_passphrase() -> None:
    answer = '{"to": "+33612345678", "status": "delivered", "text": "X7-hunter"}'
    redactor = Redactor([Secret("12345678"), Secret("delivered"), Secret("X7-hunter")])
    assert redactor.mask_values(answer) == answer.replace("X7-hunter", "***")
