"""``profile set``: one setting by name, and nothing that does not belong there."""

import shutil
from pathlib import Path

import certifi
import pytest

from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_change import change_profile
from bothub_cli.errors import UsageError
from bothub_cli.sandbox.state.bots import SandboxIdentity

SHOP = Profile(name="shop", bot_id="b", private_key=Path("/k.pem"), stored_key=True, key_sha256="ab", region="FR")
CWD = Path("/work")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("authorization", "Basic planted", "authorization is a secret"),
        ("colour", "red", "a profile has no setting 'colour'"),
        ("name", "other", "a profile has no setting 'name'"),
        ("stored_key", "true", "a profile has no setting 'stored_key'"),
        ("timeout", "soon", 'timeout: "soon" is no duration'),
        ("api_base", "http://api.example", "api_base: expected https"),
        ("proxy", "http://me:planted@proxy.example", "a proxy with a password"),
        ("ca_bundle", "no-such.pem", "no-such.pem: there is no such file"),
        ("private_key", "no-such.pem", "no-such.pem: there is no such file"),
        ("private_key_passphrase_file", "no-such.txt", "there is no such file"),
        ("ledger", "mysql://bothub@db/bothub", "ledger: expected an address"),
        ("ledger", "db.internal", "ledger: expected an address"),
        ("region", "XX", "region: there is no country XX"),
        ("region", "uk", "region: there is no country UK"),
        ("private_key", "-----BEGIN PRIVATE KEY-----planted", "the path of a file"),
        ("private_key", ".", "is a directory"),
        ("private_key", "words.txt", "this is not a private key in PEM"),
        ("private_key", "empty", "the private key is empty"),
        ("private_key_passphrase_file", ".", "is a directory"),
        ("private_key_passphrase_file", "empty", "is empty"),
        ("ca_bundle", "words.txt", "words.txt: holds no certificate"),
        ("ca_bundle", "empty", "empty: holds no certificate"),
        ("proxy", "socks5://127.0.0.1:1080", "SOCKS proxies are not supported"),
        ("proxy", "socks4a://proxy.example", "SOCKS proxies are not supported"),
    ],
)
def test_what_does_not_belong_in_a_profile_is_refused(name: str, text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "words.txt").write_text("planted, and no key\n")
    (tmp_path / "empty").touch()
    with pytest.raises(UsageError) as caught:
        change_profile(SHOP, {name: text}, cwd=tmp_path)
    assert words in caught.value.message
    assert "planted" not in f"{caught.value.message} {caught.value.remedy}"


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        change_profile(SHOP, {"colour": "red"}, cwd=CWD)
    assert "bot_id, private_key" in str(caught.value.remedy)
    with pytest.raises(UsageError) as caught:
        change_profile(SHOP, {"price-basik": "1"}, cwd=CWD)
    assert str(caught.value.remedy).startswith("did you mean price_basic?")


def test_several_settings_change_at_once_and_one_can_be_taken_away(tmp_path: Path) -> None:
    shutil.copy(certifi.where(), tmp_path / "ca.pem")
    changes = {"api-base": "https://x.example/", "region": None, "ca_bundle": "ca.pem"}
    changed = change_profile(SHOP, changes, cwd=tmp_path)
    assert changed.api_base == "https://x.example"
    assert changed.region is None
    assert changed.ca_bundle == tmp_path / "ca.pem"
    assert changed.stored_key


def test_another_key_file_has_not_been_checked_yet(tmp_path: Path) -> None:
    (tmp_path / "bot.pem").write_text(SandboxIdentity.generate().private_key_pem.reveal())
    changed = change_profile(SHOP, {"private_key": "bot.pem"}, cwd=tmp_path)
    assert changed.private_key == tmp_path / "bot.pem"
    assert (changed.stored_key, changed.key_sha256) == (False, None)
