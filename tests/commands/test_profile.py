"""``profile``: settings are listed, shown with their origin, changed and removed."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import certifi
import pytest

from bothub_cli.config.profile import check_profile_name
from bothub_cli.errors import UsageError
from bothub_cli.output.documents.profile import SETTING_GROUPS
from bothub_cli.sandbox.state.bots import SandboxIdentity

Bothub = Callable[..., Any]


def test_without_profiles_the_list_says_what_to_do(bothub: Bothub) -> None:
    assert bothub("profile", "list").out == "no profile yet: bothub login\n"


def test_the_list_marks_the_default_and_who_is_logged_in(bothub: Bothub, account: Any) -> None:
    bothub("profile", "set", "--profile", "shop", "region=FR")
    profiles = bothub("profile", "list", "--json").json["profiles"]
    assert [(p["name"], p["default"], p["logged_in"]) for p in profiles] == [
        ("default", True, True), ("shop", False, False),
    ]  # fmt: skip


def test_each_setting_is_shown_with_its_origin_and_no_secret(
    bothub: Bothub, account: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOTHUB_REGION", "BE")
    ran = bothub("profile", "show", "--timeout", "5", "--json")
    settings = {s["name"]: (s["value"], s["origin"]) for s in ran.json["settings"]}
    assert settings["timeout"] == ("5", "--timeout")
    assert settings["region"] == ("BE", "BOTHUB_REGION")
    assert settings["bot_id"] == (account.identity.bot_id, "profile default")
    assert settings["max_wait"] == ("30", "default")
    assert settings["log_content"] == ("false", "default")
    assert account.identity.authorization.reveal()[6:] not in ran.out


def test_use_changes_the_default(bothub: Bothub, account: Any) -> None:
    bothub("profile", "set", "--profile", "shop", "region=FR")
    assert bothub("profile", "use", "shop").code == 0
    assert bothub("profile", "show", "--json").json["profile"] == "shop"


@pytest.mark.parametrize("argv", [("use", "nobody"), ("remove", "nobody", "--yes"), ("show", "-p", "nobody")])
def test_a_profile_that_does_not_exist_is_named_with_those_that_do(
    bothub: Bothub, account: Any, argv: tuple[str, ...]
) -> None:
    ran = bothub("profile", *argv)
    assert ran.code == 2
    assert "the profiles are: default" in ran.err


@pytest.mark.parametrize(
    ("assignment", "says"),
    [
        ("region", "NAME=VALUE"),
        ("colour=blue", "the settings are: "),
        ("region=France", "ISO 3166"),
        ("timeout=soon", "is no duration"),
        ("api_base=http://example.com", "https://example.com"),
        ("authorization=Basic abc", "is a secret, and other users can read command lines"),
        ("private_key_passphrase=x", "is a secret, and other users can read command lines"),
        ("iss_as_array=perhaps", "true or false"),
    ],
)
def test_a_wrong_assignment_changes_nothing(bothub: Bothub, account: Any, assignment: str, says: str) -> None:
    before = (account.config / "config.toml").read_bytes()
    ran = bothub("profile", "set", "timeout=9", assignment)
    assert ran.code == 2
    assert says in ran.err
    assert (account.config / "config.toml").read_bytes() == before


@pytest.mark.parametrize("name", ["", "../evil", "a/b", "-x", "x" * 200, "a\nb"])
def test_a_name_that_is_none_for_a_profile_is_refused(bothub: Bothub, account: Any, name: str) -> None:
    assert bothub("profile", "set", f"--profile={name}", "region=FR").code in ({0, 2} if name == "" else {2})


def test_a_setting_is_set_and_taken_away_and_comments_stay(bothub: Bothub, account: Any) -> None:
    path = account.config / "config.toml"
    path.write_text("# mine\n" + path.read_text())
    bothub("profile", "set", "region=FR")
    assert 'region = "FR"' in path.read_text()
    bothub("profile", "set", "region=")
    assert "region" not in path.read_text()
    assert path.read_text().startswith("# mine\n")


def test_remove_needs_a_yes(bothub: Bothub, account: Any) -> None:
    ran = bothub("profile", "remove", "default")
    assert ran.code == 2
    assert "--yes" in ran.err
    assert bothub("profile", "list", "--json").json["profiles"]


def test_remove_takes_everything_that_belongs_to_a_profile(bothub: Bothub, account: Any) -> None:
    bothub("login", *account.login_flags(), "--store-key")
    assert bothub("profile", "remove", "default", "--yes").code == 0
    assert bothub("profile", "list", "--json").json["profiles"] == []
    assert not list(account.config.rglob("*.pem"))
    assert not list(account.config.rglob("*.tokens"))
    assert account.key.exists()


def test_a_configuration_that_cannot_be_written_is_said(bothub: Bothub, account: Any) -> None:
    (account.config / "config.toml").unlink()
    (account.config / "config.toml").mkdir()
    ran = bothub("profile", "set", "region=FR", "--json")
    assert (ran.code, ran.error["code"]) == (12, "config")


def test_a_project_file_may_not_redirect_credentials(
    bothub: Bothub, account: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bothub("profile", "set", "api_base=")
    (tmp_path / ".bothub.toml").write_text('api_base = "https://evil.example"\n')
    monkeypatch.chdir(tmp_path)
    ran = bothub("send", "--to", "+33612345678", "--text", "Hi", "--json")
    assert ran.code == 12
    assert "evil.example" in ran.error["message"]


def test_a_relative_path_is_kept_as_the_file_that_it_names_here(
    bothub: Bothub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "bot.pem").write_text(SandboxIdentity.generate().private_key_pem.reveal())
    assert bothub("profile", "set", "private_key=keys/bot.pem").code == 0
    shown = {line["name"]: line["value"] for line in bothub("profile", "show", "--json").json["settings"]}
    assert shown["private_key"] == str(tmp_path / "keys" / "bot.pem")


def test_show_groups_what_was_set_and_hides_the_defaults(bothub: Bothub, account: Any) -> None:
    ran = bothub("profile", "show")
    assert "who sends\n" in ran.out
    assert f"bot_id:         {account.identity.bot_id}  (profile default)" in ran.out
    assert "(default)" not in ran.out
    assert "others are at their defaults: bothub profile show --all" in ran.err


def test_show_all_has_every_setting_in_one_group(bothub: Bothub, account: Any) -> None:
    names = {setting["name"] for setting in bothub("profile", "show", "--json").json["settings"]}
    grouped = [name for group in SETTING_GROUPS.values() for name in group]
    assert sorted(grouped) == sorted(names)
    out = bothub("profile", "show", "--all").out
    assert all(f"\n{name}:" in out for name in names)


def test_a_profile_misspelt_is_answered_with_the_near_one(bothub: Bothub, account: Any) -> None:
    bothub("profile", "set", "--profile", "shop", "region=FR")
    assert "did you mean 'shop'?" in bothub("token", "show", "--profile", "shp").err


def test_a_setting_that_no_command_can_use_is_mended_by_profile_set(
    bothub: Bothub, account: Any, tmp_path: Path
) -> None:
    bundle = tmp_path / "ca.pem"
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("sesame\n")
    shutil.copy(certifi.where(), bundle)
    assert bothub("profile", "set", f"ca_bundle={bundle}", f"private_key_passphrase_file={passphrase}").code == 0
    bundle.unlink()
    passphrase.unlink()
    assert bothub("token", "show").code == 12
    assert bothub("profile", "set", "ca_bundle=", "private_key_passphrase_file=").code == 0
    assert bothub("token", "show").code == 0


def test_a_program_that_is_not_there_is_told_when_it_is_set(bothub: Bothub) -> None:
    ran = bothub("profile", "set", "private_key_command=no-such-program get key", "authorization_command=true")
    assert ran.code == 0
    assert 'private_key_command: this shell finds no program "no-such-program"' in ran.err
    assert "authorization_command:" not in ran.err


@pytest.mark.parametrize("address", ["postgresql://[::x/db", "dbname=x bogus=1"])
def test_an_address_that_no_database_takes_is_refused(bothub: Bothub, address: str) -> None:
    pytest.importorskip("psycopg")
    assert bothub("profile", "set", f"ledger={address}").code == 2


def test_a_profile_whose_secrets_a_program_gives_is_logged_in(bothub: Bothub) -> None:
    bothub("profile", "set", "--profile", "vault", "bot_id=b", "authorization_command=pass show a")
    assert [p["logged_in"] for p in bothub("profile", "list", "--json").json["profiles"]] == [False]
    bothub("profile", "set", "--profile", "vault", "private_key_command=pass show k")
    assert [p["logged_in"] for p in bothub("profile", "list", "--json").json["profiles"]] == [True]


@pytest.mark.parametrize("secret", ["planted-" * 60, "/" + "planted-" * 60, "~nobody-at-all/planted-words"])
@pytest.mark.parametrize("argv", [("profile", "set", "ca_bundle={}"), ("token", "refresh", "--ca-bundle", "{}")])
def test_what_can_be_no_path_is_a_wrong_setting_and_is_not_repeated(
    bothub: Bothub, account: Any, argv: tuple[str, ...], secret: str
) -> None:
    ran = bothub(*(word.format(secret) for word in argv))
    assert ran.code in (2, 12)
    assert "planted-planted" not in ran.err


@pytest.mark.parametrize("name", ["con", "NUL", "aux.shop", "COM1"])
def test_what_windows_takes_for_a_device_names_no_profile_and_no_campaign(bothub: Bothub, name: str) -> None:
    with pytest.raises(UsageError, match="a profile's name has"):
        check_profile_name(name)
    assert "is no name for a campaign" in bothub("campaign", "status", name).err
