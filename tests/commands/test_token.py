"""``token``: what the cache holds is shown offline and masked; a bare token is printed only when asked for."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from bothub_cli.auth.token_file import format_token_file, parse_token_file

Bothub = Callable[..., Any]


@pytest.fixture
def logged_in(bothub: Bothub, account: Any) -> Any:
    assert bothub("token", "refresh").code == 0
    return account


def age(account: Any, *, seconds: float) -> None:
    """Make the cached tokens older."""
    [path] = account.config.glob("tokens/*.tokens")
    parsed = parse_token_file(path.read_bytes())
    assert parsed is not None
    rows = {
        kind: (obtained - seconds, expires - seconds, value) for kind, (obtained, expires, value) in parsed[0].items()
    }
    path.write_text(format_token_file(rows, skew=parsed[1]))


def test_an_empty_cache_is_said_without_a_network(bothub: Bothub, account: Any) -> None:
    account.server.stop()
    ran = bothub("token", "show", "--json")
    assert (ran.code, [token["state"] for token in ran.json["tokens"]]) == (0, ["absent", "absent"])
    assert "no token in the cache yet" in bothub("token", "show").out


def test_an_empty_cache_is_said_without_credentials(bothub: Bothub) -> None:
    assert "no token in the cache yet" in bothub("token", "show").out


def test_cached_tokens_are_shown_offline_and_masked(bothub: Bothub, logged_in: Any) -> None:
    bare = [bothub("token", "show", "--raw", which).out.strip() for which in ("orange", "gsma")]
    logged_in.server.stop()
    ran = bothub("token", "show", "--json")
    assert [token["state"] for token in ran.json["tokens"]] == ["fresh", "fresh"]
    assert [token["value"] for token in ran.json["tokens"]] == [f"***{value[-4:]}" for value in bare]
    assert all(value not in ran.out for value in bare)


def test_expired_tokens_are_shown_as_such_and_replaced_when_wanted(bothub: Bothub, logged_in: Any) -> None:
    before = bothub("token", "show", "--raw", "gsma").out
    age(logged_in, seconds=7200)
    ran = bothub("token", "show", "--json")
    assert [token["state"] for token in ran.json["tokens"]] == ["expired", "expired"]
    assert all(token["expires_in"] < 0 for token in ran.json["tokens"])
    after = bothub("token", "show", "--raw", "gsma")
    assert after.code == 0
    assert after.out != before


@pytest.mark.parametrize(("which", "operation"), [("orange", "oauth"), ("gsma", "auth")])
def test_a_bare_token_is_one_line_and_obtained_when_there_is_none(
    bothub: Bothub, account: Any, which: str, operation: str
) -> None:
    ran = bothub("token", "show", "--raw", which)
    assert (ran.code, ran.out.count("\n"), ran.err) == (0, 1, "")
    assert account.server.counts()[operation] == 1


def test_the_header_lines_are_those_that_the_api_takes(bothub: Bothub, logged_in: Any) -> None:
    gsma, orange = bothub("token", "show", "--header").out.splitlines()
    assert gsma == f"AccessToken: {bothub('token', 'show', '--raw', 'gsma').out.strip()}"
    assert orange == f"Authorization: Bearer {bothub('token', 'show', '--raw', 'orange').out.strip()}"


def test_a_bare_token_that_cannot_be_obtained_prints_nothing(bothub: Bothub, account: Any) -> None:
    account.server.stop()
    ran = bothub("token", "show", "--raw", "orange", "--max-wait", "0")
    assert (ran.code, ran.out) == (5, "")


@pytest.mark.parametrize("argv", [("--raw", "blue"), ("--raw", "orange", "--header")])
def test_a_wrong_choice_is_a_usage_error(bothub: Bothub, account: Any, argv: tuple[str, ...]) -> None:
    ran = bothub("token", "show", *argv)
    assert (ran.code, ran.out) == (2, "")


def test_refresh_replaces_both_tokens(bothub: Bothub, logged_in: Any) -> None:
    before = bothub("token", "show", "--header").out.splitlines()
    assert bothub("token", "refresh").code == 0
    after = bothub("token", "show", "--header").out.splitlines()
    assert all(old != new for old, new in zip(before, after, strict=True))


def test_a_refresh_that_fails_leaves_the_old_tokens(bothub: Bothub, logged_in: Any) -> None:
    before = bothub("token", "show", "--header").out
    logged_in.server.stop()
    assert bothub("token", "refresh", "--max-wait", "0").code == 5
    assert bothub("token", "show", "--header").out == before


def test_clear_forgets_and_says_whether_there_was_anything(bothub: Bothub, logged_in: Any) -> None:
    assert bothub("token", "clear", "--json").json["removed"] is True
    assert bothub("token", "clear", "--json").json["removed"] is False
    assert not list(logged_in.config.glob("tokens/*.tokens"))


@pytest.mark.parametrize("content", [b"", b"\0\xff", b"{}", b"[" * 9999])
def test_a_broken_cache_file_is_a_miss(bothub: Bothub, logged_in: Any, content: bytes) -> None:
    [path] = logged_in.config.glob("tokens/*.tokens")
    path.write_bytes(content)
    assert bothub("token", "show", "--json").json["tokens"][0]["state"] == "absent"
    assert bothub("send", "--to", "+33612345678", "--text", "Hi").code == 0
    assert bothub("token", "show", "--json").json["tokens"][0]["state"] == "fresh"


@pytest.mark.parametrize("kind", ["orange_token", "gsma_token"])
def test_a_token_that_the_api_forgot_is_renewed_once_and_the_message_goes(
    bothub: Bothub, logged_in: Any, kind: str
) -> None:
    [path] = logged_in.config.glob("tokens/*.tokens")
    value = bothub("token", "show", "--raw", kind.partition("_")[0]).out.strip()
    path.write_text(path.read_text().replace(value, "forgotten-" + "x" * 40))
    ran = bothub("send", "--to", "+33612345678", "--text", "Hi", "--json")
    assert (ran.code, ran.json["outcome"]) == (0, "accepted"), ran.err
    assert len(logged_in.bodies) == 1


def test_the_cache_file_is_for_its_owner_alone(logged_in: Any) -> None:
    [path] = logged_in.config.glob("tokens/*.tokens")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_json_by_environment_is_json(bothub: Bothub, logged_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTHUB_OUTPUT", "json")
    assert json.loads(bothub("token", "show").out)["schema"] == "bothub/token-status/1"
    assert bothub("token", "show", "-p", "nobody").error["exit_code"] == 2
