"""``jwt``: assertions are made, shown, and judged claim by claim."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bothub = Callable[..., Any]


@pytest.fixture
def assertion(bothub: Bothub, account: Any) -> str:
    return str(bothub("jwt", "create").out.strip())


def test_an_assertion_says_what_the_api_wants(bothub: Bothub, account: Any) -> None:
    claims = bothub("jwt", "create", "--ttl", "300", "--json").json["claims"]
    assert claims["iss"] == account.identity.bot_id
    assert claims["scope"] == "Chatbot message"
    assert claims["aud"] == "https://api.orange.com/bothub/v1/gsma"
    assert 300 <= claims["exp"] - claims["iat"] <= 330


@pytest.mark.parametrize("ttl", ["0", "-5", "soon"])
def test_a_life_that_is_none_is_a_usage_error(bothub: Bothub, account: Any, ttl: str) -> None:
    assert bothub("jwt", "create", "--ttl", ttl).code == 2


def test_without_a_key_there_is_no_assertion(bothub: Bothub) -> None:
    assert bothub("jwt", "create", "--iss", "me").code == 4


def test_iss_and_aud_are_as_given(bothub: Bothub, account: Any) -> None:
    claims = bothub("jwt", "create", "--iss", "other", "--aud", "https://a.example", "--json").json["claims"]
    assert (claims["iss"], claims["aud"]) == ("other", "https://a.example")


def test_the_issuer_is_an_array_where_the_profile_says_so(bothub: Bothub, account: Any) -> None:
    bothub("profile", "set", "iss_as_array=true")
    assert bothub("jwt", "create", "--json").json["claims"]["iss"] == [account.identity.bot_id]


@pytest.mark.parametrize("text", ["", "abc", "a.b.c", "eyJ.eyJ.x", "x" * 100_000])
def test_what_is_no_jwt_is_refused(bothub: Bothub, text: str) -> None:
    assert bothub("jwt", "decode", "-", stdin=text.encode()).code == 6


@pytest.mark.parametrize("as_argument", [True, False])
def test_decode_shows_header_claims_and_times(bothub: Bothub, assertion: str, as_argument: bool) -> None:
    word, stdin = (assertion, b"") if as_argument else ("-", assertion.encode() + b"\n")
    shown = bothub("jwt", "decode", word, "--json", stdin=stdin).json
    assert shown["header"]["alg"] == "RS256"
    assert shown["claims"]["scope"] == "Chatbot message"
    assert set(shown["times"]) == {"iat", "exp"}


def test_a_good_assertion_is_verified_with_either_key(bothub: Bothub, assertion: str, tmp_path: Path) -> None:
    public = tmp_path / "public.pem"
    public.write_text(bothub("jwt", "public-key").out)
    assert bothub("jwt", "verify", "-", stdin=assertion.encode()).code == 0
    ran = bothub("jwt", "verify", "-", "--key", str(public), "--json", stdin=assertion.encode())
    assert (ran.code, ran.json["valid"]) == (0, True)
    assert all(check["ok"] and check["explanation"] for check in ran.json["checks"])


def test_each_wrong_claim_is_explained(bothub: Bothub, account: Any) -> None:
    bad = bothub("jwt", "create", "--iss", "other", "--aud", "https://a.example").out
    ran = bothub("jwt", "verify", "-", "--json", stdin=bad.encode())
    wrong = {check["name"] for check in ran.json["checks"] if not check["ok"]}
    assert (ran.code, ran.json["valid"]) == (6, False)
    assert wrong == {"iss", "aud"}


def test_a_changed_assertion_has_no_good_signature(bothub: Bothub, assertion: str) -> None:
    head, claims, signature = assertion.split(".")
    changed = ".".join((head, claims, signature[:-8] + "AAAAAAAA"))
    ran = bothub("jwt", "verify", "-", "--json", stdin=changed.encode())
    wrong = [check["name"] for check in ran.json["checks"] if not check["ok"]]
    assert (ran.code, wrong) == (6, ["signature"])


@pytest.mark.parametrize("content", ["", "no key"])
def test_a_key_file_that_is_none_is_refused(bothub: Bothub, assertion: str, tmp_path: Path, content: str) -> None:
    (tmp_path / "k.pem").write_text(content)
    assert bothub("jwt", "verify", assertion, "--key", str(tmp_path / "k.pem")).code == 6


def test_the_public_key_is_that_of_the_bot(bothub: Bothub, account: Any) -> None:
    assert bothub("jwt", "public-key").out == account.identity.public_key_pem
    assert bothub("jwt", "public-key", "--key", str(account.key)).out == account.identity.public_key_pem
