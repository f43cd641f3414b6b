"""``login`` proves credentials before it saves them, and saves nothing when the proof fails."""

import base64
import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bothub = Callable[..., Any]

PASSPHRASE = "correct horse battery"


def openssl(*argv: str) -> None:
    subprocess.run(["openssl", *argv], check=True, capture_output=True)


@pytest.fixture(scope="session")
def odd_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of keys that are not what BotHub takes, and of some that only look odd."""
    folder = tmp_path_factory.mktemp("keys")
    openssl("genrsa", "-out", str(folder / "short.pem"), "1024")
    openssl("ecparam", "-genkey", "-name", "prime256v1", "-noout", "-out", str(folder / "elliptic.pem"))
    openssl("genrsa", "-traditional", "-out", str(folder / "pkcs1.pem"), "2048")
    openssl("rsa", "-in", str(folder / "pkcs1.pem"), "-pubout", "-out", str(folder / "public.pem"))
    openssl("rsa", "-in", str(folder / "pkcs1.pem"), "-outform", "DER", "-out", str(folder / "binary.pem"))
    (folder / "empty.pem").touch()
    (folder / "text.pem").write_text("not a key\n")
    for path in folder.iterdir():
        path.chmod(0o600)
    return folder


@pytest.fixture
def locked_key(bot: Any, tmp_path: Path) -> Path:
    """The bot's key, encrypted."""
    path = tmp_path / "locked.pem"
    openssl("pkcs8", "-topk8", "-in", str(bot.key), "-out", str(path), "-passout", f"pass:{PASSPHRASE}")
    path.chmod(0o600)
    return path


def without(flags: list[str], name: str) -> list[str]:
    place = flags.index(name)
    return flags[:place] + flags[place + 2 :]


@pytest.mark.parametrize(
    ("option", "missing"),
    [
        ("--bot-id", "bot id"), ("--private-key", "private key"), ("--authorization-file", "authorization"),
    ],
)  # fmt: skip
def test_without_a_terminal_what_is_missing_is_named_with_its_flag(
    bothub: Bothub, bot: Any, option: str, missing: str
) -> None:
    ran = bothub("login", *without(bot.login_flags(), option))
    assert ran.code == 2
    assert f"missing: {missing}" in ran.err
    assert option in ran.err
    assert not bot.config.exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("short.pem", "1024"), ("elliptic.pem", "RSA"), ("public.pem", "public"), ("binary.pem", "DER"),
        ("empty.pem", "empty"), ("text.pem", "PEM"), ("absent.pem", "there is no such file"),
    ],
)  # fmt: skip
def test_a_key_that_bothub_would_not_take_is_refused_with_its_reason(
    bothub: Bothub, bot: Any, odd_keys: Path, name: str, says: str
) -> None:
    flags = without(bot.login_flags(), "--private-key")
    ran = bothub("login", *flags, "--private-key", str(odd_keys / name))
    assert ran.code == 6, ran.err
    assert says in ran.err
    assert name in ran.err
    assert not bot.config.exists()
    assert bot.server.counts() == {}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        ("Bearer abcdefgh", "Bearer"),
        ("Basic", "nothing comes after"),
        ("Basic §§§", "not base64"),
        ("Basic " + base64.b64encode(b"no colon").decode(), "no colon"),
        ('"Basic aTpz"', "quotes"),
    ],
)
def test_an_authorization_that_was_copied_wrong_is_refused_and_never_shown(
    bothub: Bothub, bot: Any, content: str, says: str
) -> None:
    bot.authorization.write_text(content)
    ran = bothub("login", *bot.login_flags())
    assert ran.code in (2, 6)
    assert says in ran.err
    assert len(content) < 8 or content not in ran.err
    assert not bot.config.exists()


def test_credentials_that_are_refused_are_not_saved(bothub: Bothub, bot: Any) -> None:
    bot.authorization.write_text("Basic " + base64.b64encode(b"nobody:wrong-secret").decode())
    ran = bothub("login", *bot.login_flags(), "--json")
    assert (ran.code, ran.error["code"]) == (4, "auth.refused")
    assert not (bot.config / "config.toml").exists()
    assert not list(bot.config.glob("tokens/*.tokens"))


def test_a_key_that_is_not_the_bots_is_refused_and_the_old_profile_stays(
    bothub: Bothub, account: Any, odd_keys: Path
) -> None:
    before = (account.config / "config.toml").read_bytes()
    flags = without(account.login_flags(), "--private-key")
    ran = bothub("login", *flags, "--private-key", str(odd_keys / "pkcs1.pem"), "--json")
    assert (ran.code, ran.error["code"]) == (4, "auth.refused")
    assert (account.config / "config.toml").read_bytes() == before


def test_without_a_network_nothing_is_saved(bothub: Bothub, bot: Any) -> None:
    flags = bot.login_flags()
    bot.server.stop()
    assert bothub("login", *flags, "--max-wait", "0").code == 5
    assert not (bot.config / "config.toml").exists()


def test_a_key_on_the_command_line_is_refused(bothub: Bothub, bot: Any) -> None:
    pem = bot.key.read_text()
    ran = bothub("login", *without(bot.login_flags(), "--private-key"), "--private-key", pem)
    assert ran.code == 2
    assert "other users can read command lines" in ran.err
    assert pem.splitlines()[1] not in ran.err


def test_after_a_login_by_flags_a_message_can_be_sent(bothub: Bothub, bot: Any) -> None:
    ran = bothub("login", *bot.login_flags(), "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["profile"], ran.json["verified"]) == ("default", True)
    assert bothub("send", "--to", "+33612345678", "--text", "Hi").code == 0
    assert bot.server.counts()["oauth"] == 1


def test_login_leaves_files_for_their_owner_alone_and_no_secret_in_the_settings(bothub: Bothub, bot: Any) -> None:
    bothub("login", *bot.login_flags(), "--store-key")
    modes = {path.name: path.stat().st_mode & 0o777 for path in bot.config.rglob("*")}
    assert {modes[name] for name in ("config.toml", "secrets.toml", "default.pem")} == {0o600}
    assert {modes[name] for name in ("keys", "tokens")} == {0o700}
    assert bot.config.stat().st_mode & 0o777 == 0o700
    assert bot.identity.authorization.reveal()[8:] not in (bot.config / "config.toml").read_text()


def test_a_stored_key_outlives_the_file_it_came_from(bothub: Bothub, bot: Any) -> None:
    bothub("login", *bot.login_flags(), "--store-key")
    bot.key.unlink()
    assert bothub("token", "refresh").code == 0


def test_a_key_that_others_can_read_is_a_warning(bothub: Bothub, bot: Any) -> None:
    bot.key.chmod(0o644)
    ran = bothub("login", *bot.login_flags())
    assert ran.code == 0
    assert f"chmod 600 {bot.key}" in ran.err


@pytest.mark.parametrize("option", ["--authorization-file", "--private-key"])
def test_a_secret_comes_from_standard_input(bothub: Bothub, bot: Any, option: str) -> None:
    path = bot.authorization if option == "--authorization-file" else bot.key
    ran = bothub("login", *without(bot.login_flags(), option), option, "-", stdin=path.read_bytes())
    assert ran.code == 0, ran.err
    assert bothub("token", "refresh").code == 0


def test_standard_input_holds_one_secret_only(bothub: Bothub, bot: Any) -> None:
    flags = without(without(bot.login_flags(), "--authorization-file"), "--private-key")
    ran = bothub("login", *flags, "--authorization-file", "-", "--private-key", "-", stdin=b"x")
    assert ran.code == 2
    assert "give one of them as a file" in ran.err


def test_a_client_id_and_its_secret_are_the_header_in_two_parts(bothub: Bothub, bot: Any, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text(bot.identity.client_secret.reveal())
    flags = without(bot.login_flags(), "--authorization-file")
    ran = bothub("login", *flags, "--client-id", bot.identity.client_id, "--client-secret-file", str(secret))
    assert ran.code == 0, ran.err


def test_a_client_id_alone_is_not_enough(bothub: Bothub, bot: Any) -> None:
    ran = bothub("login", *without(bot.login_flags(), "--authorization-file"), "--client-id", "me")
    assert ran.code == 2
    assert "it takes both" in ran.err


def test_login_takes_everything_from_the_environment(bothub: Bothub, bot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTHUB_BOT_ID", bot.identity.bot_id)
    monkeypatch.setenv("BOTHUB_PRIVATE_KEY", bot.key.read_text())
    monkeypatch.setenv("BOTHUB_AUTHORIZATION", bot.identity.authorization.reveal())
    monkeypatch.setenv("BOTHUB_API_BASE", bot.server.url)
    assert bothub("login", "--profile", "shop").code == 0
    for name in ("BOT_ID", "PRIVATE_KEY", "AUTHORIZATION", "API_BASE"):
        monkeypatch.delenv(f"BOTHUB_{name}")
    assert bothub("token", "refresh", "--profile", "shop").code == 0


def test_without_proof_the_credentials_are_saved_unseen(bothub: Bothub, bot: Any) -> None:
    ran = bothub("login", *bot.login_flags(), "--no-verify", "--json")
    assert (ran.code, ran.json["verified"], ran.json["tokens_expire_at"]) == (0, False, None)
    assert bot.server.counts() == {}


def test_a_locked_key_needs_its_passphrase(bothub: Bothub, bot: Any, locked_key: Path) -> None:
    flags = [*without(bot.login_flags(), "--private-key"), "--private-key", str(locked_key)]
    ran = bothub("login", *flags)
    assert ran.code == 2
    assert "BOTHUB_PRIVATE_KEY_PASSPHRASE" in ran.err


def test_a_wrong_passphrase_is_said(bothub: Bothub, bot: Any, locked_key: Path, tmp_path: Path) -> None:
    (tmp_path / "pass").write_text("wrong horse battery")
    flags = [*without(bot.login_flags(), "--private-key"), "--private-key", str(locked_key)]
    ran = bothub("login", *flags, "--private-key-passphrase-file", str(tmp_path / "pass"))
    assert ran.code == 6
    assert "passphrase" in ran.err
    assert "wrong horse" not in ran.err


def test_a_passphrase_is_kept_only_when_that_is_wanted(
    bothub: Bothub, bot: Any, locked_key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pass").write_text(PASSPHRASE)
    flags = [*without(bot.login_flags(), "--private-key"), "--private-key", str(locked_key)]
    flags += ["--private-key-passphrase-file", str(tmp_path / "pass")]
    assert bothub("login", *flags).code == 0
    assert bothub("token", "refresh").code != 0
    assert bothub("login", *flags, "--store-passphrase").code == 0
    assert bothub("token", "refresh").code == 0
    assert PASSPHRASE not in (bot.config / "config.toml").read_text()


def test_logout_forgets_credentials_tokens_and_our_copy_of_the_key(bothub: Bothub, bot: Any) -> None:
    bothub("login", *bot.login_flags(), "--store-key", "--region", "FR")
    assert bothub("logout", "--json").json["change"] == "logged out"
    assert not list(bot.config.rglob("*.pem"))
    assert not list(bot.config.rglob("*.tokens"))
    everything = b"".join(path.read_bytes() for path in bot.config.rglob("*") if path.is_file())
    assert bot.identity.authorization.reveal()[8:].encode() not in everything
    assert b"FR" in everything
    assert bothub("send", "--to", "+33612345678", "--text", "Hi").code == 4


def test_logout_of_nobody_is_a_usage_error(bothub: Bothub) -> None:
    assert bothub("logout").code == 2


def test_a_login_to_the_sandbox_in_the_process_proves_itself_and_leaves_nothing(bothub: Bothub, tmp_path: Path) -> None:
    ran = bothub("login", "--sandbox")
    assert ran.code == 0, ran.err
    assert "nothing is kept" in ran.err
    assert not (tmp_path / "config").exists()


def test_logging_in_again_keeps_our_copy_of_the_key(bothub: Bothub, bot: Any) -> None:
    assert bothub("login", "--store-key", *bot.login_flags()).code == 0
    bot.key.unlink()
    assert bothub("login", "--authorization-file", str(bot.authorization)).code == 0
    assert bothub("token", "refresh").code == 0


def test_a_secret_given_in_the_place_of_a_path_is_not_echoed(bothub: Bothub, bot: Any) -> None:
    value = bot.identity.authorization.reveal()
    for argv in (["login", "--authorization-file", value], ["login", value], ["send", value, "--to", "+33612345678"]):
        ran = bothub(*argv, "--bot-id", "b", "--private-key", str(bot.key))
        assert ran.code in {2, 6}
        assert value.partition(" ")[2] not in ran.out + ran.err


@pytest.mark.parametrize("option", ["--private-key", "--authorization-file"])
@pytest.mark.parametrize("command", [("token", "refresh"), ("send", "--to", "+33612345678", "--text", "Hi")])
def test_every_command_takes_a_secret_from_standard_input(
    bothub: Bothub, bot: Any, option: str, command: tuple[str, ...]
) -> None:
    flags = bot.login_flags()
    place = flags.index(option) + 1
    secret = Path(flags[place]).read_bytes()
    flags[place] = "-"
    ran = bothub(*command, *flags, stdin=secret)
    assert ran.code == 0, ran.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with a name")
def test_a_key_that_comes_through_a_pipe_is_read_once_and_kept(bothub: Bothub, bot: Any, tmp_path: Path) -> None:
    pipe, flags = tmp_path / "pipe", bot.login_flags()
    os.mkfifo(pipe)
    flags[flags.index("--private-key") + 1] = str(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(bot.key.read_bytes(),))
    writer.start()
    ran = bothub("login", *flags)
    writer.join()
    assert ran.code == 0, ran.err
    pipe.unlink()
    assert bothub("token", "refresh").code == 0
