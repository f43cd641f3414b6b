"""The assertion: forged and broken ones first, then the one that BotHub asks for."""

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jose import jwt

from bothub_cli.errors import InputRefusedError
from bothub_cli.protocol.assertion import build_claims, decode_unverified, sign, verify
from bothub_cli.protocol.keys import PrivateKey, PublicKey

if TYPE_CHECKING:
    from tests.protocol.conftest import KeyTexts

NOW = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
BOT = "bot@botplatform.example"


def encode(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def good_claims(**changes: object) -> dict[str, object]:
    claims: dict[str, object] = {
        "iss": BOT,
        "scope": "Chatbot message",
        "aud": "https://api.orange.com/bothub/v1/gsma",
        "iat": 1772366400,
        "exp": 1772370000,
    }
    return {name: value for name, value in {**claims, **changes}.items() if value is not None}


def bad_parts(token: str, key: PrivateKey | PublicKey, *, bot_id: str | None = None) -> list[str]:
    report = verify(token, key, now=NOW, bot_id=bot_id)
    assert report.ok is (not [claim for claim in report.claims if not claim.ok])
    return [claim.name for claim in report.claims if not claim.ok]


def signed(key: "KeyTexts", **changes: object) -> str:
    return jwt.encode(good_claims(**changes), key.key.native, algorithm="RS256")  # type: ignore[arg-type]  # the stubs know texts only


def sign_with_header(key: "KeyTexts", header: dict[str, object]) -> str:
    native = key.key.native
    return jwt.encode(good_claims(), native, algorithm="RS256", headers=header)  # type: ignore[arg-type]  # as above


def test_an_assertion_without_algorithm_is_never_good(bot_key: "KeyTexts") -> None:
    unsigned = f"{encode({'alg': 'none', 'typ': 'JWT'})}.{encode(good_claims())}."
    assert bad_parts(unsigned, bot_key.key) == ["alg", "signature"]


def test_a_public_key_used_as_a_shared_secret_is_never_good(bot_key: "KeyTexts") -> None:
    signing_input = f"{encode({'alg': 'HS256', 'typ': 'JWT'})}.{encode(good_claims())}"
    digest = hmac.new(bot_key.public, signing_input.encode(), hashlib.sha256).digest()
    forged = f"{signing_input}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"
    assert bad_parts(forged, bot_key.key) == ["alg", "signature"]


def test_an_assertion_of_another_key_is_told_from_a_broken_one(bot_key: "KeyTexts", other_key: "KeyTexts") -> None:
    assert bad_parts(signed(other_key), bot_key.key) == ["signature"]


def test_an_altered_claim_breaks_the_signature(bot_key: "KeyTexts") -> None:
    header, _, signature = signed(bot_key).split(".")
    assert bad_parts(f"{header}.{encode(good_claims(iss='evil'))}.{signature}", bot_key.key) == ["signature"]


def test_an_assertion_that_brings_its_own_key_is_not_verified_with_it(
    bot_key: "KeyTexts", other_key: "KeyTexts"
) -> None:
    header: dict[str, object] = {"jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}}
    token = sign_with_header(other_key, header)
    assert bad_parts(token, bot_key.key) == ["signature"]


@pytest.mark.parametrize(
    ("changes", "bad"),
    [
        ({"iss": None}, ["iss"]),
        ({"iss": [BOT, "other"]}, ["iss"]),
        ({"iss": ""}, ["iss"]),
        ({"scope": "botmessage"}, ["scope"]),
        ({"aud": "https://api.orange.com"}, ["aud"]),
        ({"aud": None}, ["aud"]),
        ({"iat": None}, ["iat"]),
        ({"iat": True}, ["iat"]),
        ({"iat": 1772366491 + 10}, ["iat"]),
        ({"exp": "1772370000"}, ["exp"]),
        ({"exp": 1e300}, ["exp"]),
        ({"exp": 1772366400 + 3601}, ["exp"]),
        ({"exp": 1772366400 + 86400}, ["exp"]),
        ({"exp": 1772366400 + 3600}, []),
        ({"iat": 1772366430 - 61}, ["iat", "exp"]),
        ({"iat": 1772366430 - 61, "exp": 1772366430 + 600}, ["iat"]),
        ({"iat": 1772366430 - 59, "exp": 1772366430 + 600}, []),
        ({"exp": 1772366370}, ["exp"]),
        ({"nbf": 1772370000}, ["nbf"]),
        ({"scope": 3, "aud": [], "exp": None}, ["scope", "aud", "exp"]),
    ],
)
def test_each_bad_claim_is_reported_by_name(bot_key: "KeyTexts", changes: dict[str, object], bad: list[str]) -> None:
    header, _, _ = signed(bot_key).split(".")
    token = f"{header}.{encode(good_claims(**changes))}.AAAA"
    assert [name for name in bad_parts(token, bot_key.key) if name != "signature"] == bad


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"exp": 1772366400 + 86400}, "Orange takes 3600 s at most"),
        ({"iat": 1772360000, "exp": 1772366900 - 3400}, "BotHub asks for the current time"),
        ({"exp": "1772370000"}, "write 1772370000 without quotes"),
        ({"exp": 1772370000000}, "these are milliseconds: write 1772370000"),
        ({"iat": "now"}, "not a text"),
        ({"exp": "1772370000000"}, "write 1772370000 without quotes"),
        ({"exp": "2026-03-01T13:00:00Z"}, "write 1772370000 without quotes"),
        ({"exp": 1772370000_000_000}, "these are microseconds: write 1772370000"),
        ({"exp": 1772370000_000_000_000}, "these are nanoseconds: write 1772370000"),
        ({"exp": 3600}, "is how long, and should be until when: write iat + 3600 = 17723"),
        ({"iat": 1772366470, "exp": 1772366460}, "lies before iat"),
    ],
)
def test_a_date_in_another_form_is_told_its_form(bot_key: "KeyTexts", changes: dict[str, object], words: str) -> None:
    header, _, _ = signed(bot_key).split(".")
    report = verify(f"{header}.{encode(good_claims(**changes))}.AAAA", bot_key.key, now=NOW)
    assert words in " / ".join(claim.explanation for claim in report.claims if claim.name in changes)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Bearer {}", "Bearer"),
        ("bearer {}", "Bearer"),
        ("JWT token={}", '"JWT token="'),
        ("JWT%20token={}", '"JWT%20token="'),
        ("?JWT+token={}", "JWT+token="),
        ("https://api.orange.com/bothub/v1/auth?JWT%20token={}", "whole address"),
        ('"{}"', "quotes"),
        ("'{}'", "quotes"),
        ("Authorization: Bearer {}", '"Authorization:"'),
        ("accessToken:{}", '"accessToken:"'),
        ("JWT {}", '"JWT"'),
        ('{{"assertion": "{}"}}', "JSON document"),
        ("{}&scope=x", '"&scope=x"'),
    ],
)
def test_what_was_pasted_around_a_jwt_is_named(bot_key: "KeyTexts", written: str, words: str) -> None:
    with pytest.raises(InputRefusedError, match="more than a JWT") as caught:
        verify(written.format(signed(bot_key)), bot_key.key, now=NOW)
    assert words in caught.value.problem


def test_a_jwt_that_a_terminal_wrapped_is_told_of_its_line_breaks(bot_key: "KeyTexts") -> None:
    token = signed(bot_key)
    with pytest.raises(InputRefusedError, match="line breaks"):
        verify(f"{token[:70]}\n{token[70:]}", bot_key.key, now=NOW)


def test_an_unknown_critical_extension_refuses_the_whole(bot_key: "KeyTexts") -> None:
    token = sign_with_header(bot_key, {"crit": ["b64"]})
    assert bad_parts(token, bot_key.key) == ["crit"]


@pytest.mark.parametrize(
    "token", ["", "a.b", "a.b.c.d", "a.b.c", "é.é.é", "e30.bnVsbA.AA", "e30=.e30=.AA", "W10.e30.AA"]
)
def test_what_is_no_jwt_is_refused_as_input(bot_key: "KeyTexts", token: str) -> None:
    with pytest.raises(InputRefusedError):
        verify(token, bot_key.key, now=NOW)


@given(parts=st.lists(st.binary(max_size=40), min_size=3, max_size=3))
def test_no_bytes_at_all_escape_as_another_error(bot_key: "KeyTexts", parts: list[bytes]) -> None:
    token = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)
    with suppress(InputRefusedError):
        assert not verify(token, bot_key.key, now=NOW).ok


def test_another_bot_s_assertion_is_not_this_profile_s(bot_key: "KeyTexts") -> None:
    assert bad_parts(signed(bot_key), bot_key.key, bot_id="another") == ["iss"]


def test_an_empty_bot_id_or_life_is_refused_before_signing() -> None:
    with pytest.raises(InputRefusedError):
        build_claims("", now=NOW)
    with pytest.raises(InputRefusedError):
        build_claims(BOT, now=NOW, ttl=timedelta(0))


def test_the_assertion_says_what_orange_documents(bot_key: "KeyTexts") -> None:
    decoded = decode_unverified(sign(build_claims(BOT, now=NOW), bot_key.key).reveal())
    assert decoded.header == {"alg": "RS256", "typ": "JWT"}
    assert decoded.claims == good_claims()


def test_the_issuer_can_be_an_array(bot_key: "KeyTexts") -> None:
    token = sign(build_claims(BOT, now=NOW, iss_as_array=True), bot_key.key).reveal()
    assert decode_unverified(token).claims["iss"] == [BOT]
    assert verify(token, bot_key.key, now=NOW, bot_id=BOT).ok


def test_a_good_assertion_is_explained_part_by_part(bot_key: "KeyTexts") -> None:
    report = verify(signed(bot_key), bot_key.key.public(), now=NOW, bot_id=BOT)
    assert report.ok
    assert {claim.name: claim.explanation for claim in report.claims} == {
        "alg": "as BotHub asks",
        "typ": "as BotHub asks",
        "signature": "fits the key (2048 bits)",
        "iss": "the bot ID",
        "scope": "as BotHub asks",
        "aud": "as BotHub asks",
        "iat": "signed 2026-03-01T12:00:00Z",
        "exp": "good until 2026-03-01T13:00:00Z",
    }


def test_a_signed_assertion_shows_nothing_of_itself(bot_key: "KeyTexts") -> None:
    assert str(sign(build_claims(BOT, now=NOW), bot_key.key)) == "***"
