"""Profiles on disk: secrets apart, comments kept, nothing half-written."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore, StoredProfiles
from bothub_cli.config.toml_file import TomlFile, read_toml_file
from bothub_cli.errors import ConfigurationError, UsageError
from bothub_cli.redaction import Secret

AUTHORIZATION = Secret("Basic aWQ6cGxhbnRlZC1zZWNyZXQ=")
FULL = Profile(
    name="shop",
    bot_id="shop@botplatform.example",
    authorization=AUTHORIZATION,
    private_key=Path("/keys/shop.pem"),
    private_key_passphrase=Secret("planted-passphrase"),
    private_key_passphrase_file=Path("/run/secrets/passphrase"),
    key_sha256="ab" * 32,
    api_base="https://gateway.example",
    auth_base="https://auth.example",
    iss_as_array=True,
    traffic_type="advertisement",
    region="FR",
    timeout=12.5,
    connect_timeout=3.0,
    max_wait=0.0,
    proxy="http://proxy.example:8080",
    ca_bundle=Path("/etc/ssl/company.pem"),
    output="json",
    no_input=False,
    log_content=True,
)
as_another_user = pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[profiles.shop]\nbot_id = 7\n", "line 2: bot_id: expected a text in quotes, found the number 7"),
        ("[profiles.shop]\niss_as_array = 'yes'\n", "line 2: iss_as_array: expected true or false, found a text"),
        ("[profiles.shop]\noutput = 'xml'\n", "line 2: output: expected human or json"),
        ("[profiles.shop]\napi_base = 'http://x.example'\n", "line 2: api_base: expected https"),
        ("[profiles.shop]\nauthorization = 'Basic x'\n", "line 2: authorization: a secret does not belong"),
        ("profiles = 3\n", "line 1: profiles: expected one table for each profile"),
        ("[profiles]\nshop = 3\n", "profiles: expected one table for each profile"),
        ("[profiles.shop\n", "line 1, column"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_the_values_it_takes(
    home: Path, store: ProfileStore, text: str, words: str
) -> None:
    home.mkdir()
    store.config_path.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        store.get("shop")
    assert words in caught.value.message


@pytest.mark.parametrize("text", ["shop = 3\n", "[shop]\nauthorization = 3\n", "[shop\n"])
def test_a_damaged_secrets_file_is_our_own_error(store: ProfileStore, text: str) -> None:
    store.save(FULL)
    store.secrets_path.write_text(text)
    with pytest.raises(ConfigurationError, match=r"secrets\.toml"):
        store.get("shop")


def test_a_broken_file_is_never_written_over(home: Path, store: ProfileStore) -> None:
    home.mkdir()
    store.config_path.write_text("[profiles.shop\n")
    with pytest.raises(ConfigurationError):
        store.save(FULL)
    assert store.config_path.read_text() == "[profiles.shop\n"
    assert not store.secrets_path.exists()


@pytest.mark.parametrize(
    "text", ["profiles = { shop = { region = 'FR' } }\n", "[profiles]\nshop = { region = 'FR' }\n"]
)
def test_a_profile_in_a_form_that_cannot_be_changed_is_left_alone(home: Path, store: ProfileStore, text: str) -> None:
    home.mkdir()
    store.config_path.write_text(text)
    with pytest.raises(ConfigurationError, match="is not written as a table of its own"):
        store.save(Profile(name="shop", region="BE"))
    assert store.config_path.read_text() == text


def test_a_default_profile_that_is_no_name_is_said(home: Path, store: ProfileStore) -> None:
    home.mkdir()
    store.config_path.write_text("default_profile = 3\n")
    with pytest.raises(ConfigurationError, match=r"line 1: default_profile: expected a profile's name"):
        store.default_name()


@as_another_user
def test_a_directory_that_cannot_be_written_is_said_with_the_way_out(home: Path, store: ProfileStore) -> None:
    home.mkdir(mode=0o500)
    with pytest.raises(ConfigurationError, match="cannot be written") as caught:
        store.save(FULL)
    assert "BOTHUB_CONFIG_DIR" in str(caught.value.remedy)


def test_a_file_in_place_of_the_directory_is_said(home: Path, store: ProfileStore) -> None:
    home.write_text("")
    with pytest.raises(ConfigurationError, match="cannot be written"):
        store.save(FULL)


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a b", "é", "x" * 65])
def test_a_name_that_could_leave_the_directory_is_refused(store: ProfileStore, name: str) -> None:
    with pytest.raises(UsageError, match="a profile's name"):
        store.save(Profile(name=name))


def test_a_profile_comes_back_as_it_was_saved(store: ProfileStore) -> None:
    store.save(FULL)
    assert store.get("shop") == FULL


@pytest.mark.skipif(os.name != "posix", reason="no such permission bits")
def test_secrets_lie_apart_for_the_owner_alone(home: Path, store: ProfileStore) -> None:
    store.save(FULL, key_pem=b"PEM")
    assert "planted" not in store.config_path.read_text()
    assert AUTHORIZATION.reveal() not in store.config_path.read_text()
    assert {mode(path) for path in (store.config_path, store.secrets_path, store.key_path("shop"))} == {0o600}
    assert {mode(home), mode(home / "keys")} == {0o700}


def test_a_stored_key_replaces_the_path(store: ProfileStore) -> None:
    kept = store.save(FULL, key_pem=b"PEM")
    assert kept.private_key == store.key_path("shop")
    assert kept.stored_key
    assert store.get("shop") == kept
    assert store.key_path("shop").read_bytes() == b"PEM"


def test_a_key_named_by_path_again_takes_our_copy_away(store: ProfileStore) -> None:
    store.save(FULL, key_pem=b"PEM")
    store.save(FULL)
    assert not store.key_path("shop").exists()


def test_comments_order_and_unknown_keys_outlive_a_change(home: Path, store: ProfileStore) -> None:
    home.mkdir()
    store.config_path.write_text(
        "# mine\n[profiles.shop]  # the shop\ntimeout = 5  # slow network\nmystery = 1\nregion = 'FR'\n"
    )
    store.save(Profile(name="shop", timeout=5.0, bot_id="b"))
    assert store.config_path.read_text() == (
        '# mine\n[profiles.shop]  # the shop\ntimeout = 5  # slow network\nmystery = 1\nbot_id = "b"\n'
    )


def test_unknown_keys_are_reported_with_what_was_meant(home: Path, store: ProfileStore) -> None:
    home.mkdir(mode=0o700)
    store.config_path.write_text("colour = 1\n[profiles.shop]\nbot-id = 'b'\n")
    store.config_path.chmod(0o600)
    assert store.warnings() == (
        f"{store.config_path}, line 1: unknown key 'colour' is ignored",
        f"{store.config_path}, line 3: unknown key 'bot-id' in [profiles.shop] is ignored; did you mean bot_id?",
    )


@pytest.mark.skipif(os.name != "posix", reason="no such permission bits")
def test_files_that_others_may_read_are_narrowed_and_that_is_said_once(store: ProfileStore) -> None:
    store.save(FULL, key_pem=b"PEM")
    for path in (store.secrets_path, store.key_path("shop")):
        path.chmod(0o644)
    assert store.warnings() == (
        f"{store.secrets_path} could be read by other users; it is yours alone now",
        f"{store.key_path('shop')} could be read by other users; it is yours alone now",
    )
    assert store.secrets_path.stat().st_mode & 0o777 == 0o600
    assert store.warnings() == ()


def test_the_first_profile_becomes_the_default_and_another_can_be_chosen(store: ProfileStore) -> None:
    assert store.default_name() == "default"
    store.save(Profile(name="shop"))
    store.save(Profile(name="bank"))
    assert store.default_name() == "shop"
    store.use("bank")
    assert store.default_name() == "bank"
    assert store.names() == ("shop", "bank")


@pytest.mark.parametrize("act", ["use", "remove", "forget_secrets"])
def test_a_profile_that_does_not_exist_is_answered_with_those_that_do(store: ProfileStore, act: str) -> None:
    store.save(Profile(name="shop"))
    with pytest.raises(UsageError, match="there is no profile 'shoop'; the profiles are: shop"):
        getattr(store, act)("shoop")


def test_removing_a_profile_leaves_nothing_of_it(store: ProfileStore) -> None:
    store.save(Profile(name="bank", authorization=AUTHORIZATION))
    store.save(FULL, key_pem=b"PEM")
    store.use("shop")
    store.remove("shop")
    assert store.names() == ("bank",)
    assert store.default_name() == "default"
    assert "planted" not in store.secrets_path.read_text()
    assert not store.key_path("shop").exists()


def test_logging_out_keeps_the_settings_and_no_secret(store: ProfileStore) -> None:
    store.save(FULL, key_pem=b"PEM")
    store.forget_secrets("shop")
    left = store.get("shop")
    assert left is not None
    assert (left.bot_id, left.region) == (FULL.bot_id, "FR")
    assert (left.authorization, left.private_key_passphrase, left.private_key, left.key_sha256) == (None,) * 4
    assert not store.key_path("shop").exists()


def test_logging_out_keeps_the_path_of_a_key_that_is_not_ours(store: ProfileStore) -> None:
    store.save(FULL)
    store.forget_secrets("shop")
    left = store.get("shop")
    assert left is not None
    assert left.private_key == FULL.private_key


def test_a_profile_shows_no_secret() -> None:
    assert "planted" not in repr(FULL)
    assert AUTHORIZATION.reveal() not in repr(FULL)


def test_a_change_leaves_every_other_setting_as_its_owner_wrote_it(home: Path, store: ProfileStore) -> None:
    home.mkdir(mode=0o700)
    written = (
        '[profiles.shop]\nbot_id = "b"\ntimeout = "1m"\nmax_wait = "PT90S"\nprivate_key = "../bot.pem"\nregion = "fr"\n'
    )
    store.config_path.write_text(written)
    store.config_path.chmod(0o600)
    shop = store.get("shop")
    assert shop is not None
    store.save(replace(shop, traffic_type="payment"))
    lines = store.config_path.read_text().splitlines()
    assert set(written.splitlines()) <= set(lines)
    assert 'traffic_type = "payment"' in lines


def test_whoever_has_several_questions_reads_each_file_once(tmp_path: Path) -> None:
    read: list[str] = []

    def note(path: Path) -> TomlFile | None:
        read.append(path.name)
        return read_toml_file(path)

    ProfileStore(tmp_path).save(Profile(name="shop", authorization=AUTHORIZATION))
    stored = StoredProfiles(tmp_path, read=note)
    assert stored.names() == ("shop",)
    assert stored.default_name() == "shop"
    assert stored.get("shop") == ProfileStore(tmp_path).get("shop")
    assert list(stored.describe_unknown()) == []
    assert read == ["config.toml", "secrets.toml"]
