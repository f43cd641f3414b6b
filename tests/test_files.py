"""Files of others are refused, files of ours are ours alone, and what a crash left is swept away."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import takewhile
from pathlib import Path
from tempfile import gettempdir

import pytest

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.tokens import CachedTokens
from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.errors import ConfigurationError
from bothub_cli.events.store.database import find_sudo_leftover, open_database
from bothub_cli.files import LEFTOVER_AGE, sweep_leftovers, write_private
from bothub_cli.files.owners import check_owner, narrow
from bothub_cli.redaction import Secret

NOBODY = 65534
pytestmark = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can play two users")


@contextmanager
def acting_as(user: int) -> Iterator[None]:
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)


def test_what_belongs_to_another_user_is_refused_with_the_owner_and_the_command_that_mends_it(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    os.chown(tmp_path / "x", NOBODY, NOBODY)
    with pytest.raises(ConfigurationError, match="belongs to another user, nobody") as refused:
        check_owner(tmp_path / "x")
    assert (refused.value.fix or "").startswith("sudo chown -R root ")
    with acting_as(NOBODY):
        check_owner(tmp_path / "x")


def test_what_root_made_is_taken(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with acting_as(NOBODY):
        check_owner(tmp_path / "x")


def test_what_everybody_can_change_is_refused_but_for_a_directory_where_each_keeps_his_own(tmp_path: Path) -> None:
    for mode, is_refused in ((0o777, True), (0o1777, False), (0o755, False), (0o700, False)):
        tmp_path.chmod(mode)
        if is_refused:
            with pytest.raises(ConfigurationError, match="can be changed by every user"):
                check_owner(tmp_path)
        else:
            check_owner(tmp_path)


def test_what_a_group_can_change_is_refused_unless_nobody_else_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("")
    path.chmod(0o660)
    check_owner(path)  # root's own group
    os.chown(path, 0, 100)  # a group of many, "users"
    with pytest.raises(ConfigurationError, match="can be changed by everybody in the group") as refused:
        check_owner(path)
    assert refused.value.fix == f"chmod g-w {path}"
    os.chown(path, 0, 4242)  # one that nobody has a name for, and that is not ours
    with pytest.raises(ConfigurationError, match="the group 4242"):
        check_owner(path)


def test_a_folder_that_a_container_mounts_for_a_group_is_taken_and_its_files_count_by_themselves(
    tmp_path: Path,
) -> None:
    os.chown(tmp_path, 0, NOBODY)
    tmp_path.chmod(0o2775)
    (tmp_path / "x").write_text("")
    os.chown(tmp_path / "x", 0, 100)
    (tmp_path / "x").chmod(0o664)
    for directory in takewhile(lambda directory: directory != Path(gettempdir()), tmp_path.parents):
        directory.chmod(0o755)
    with acting_as(NOBODY):
        check_owner(tmp_path)
        with pytest.raises(ConfigurationError, match="everybody in the group"):
            check_owner(tmp_path / "x")


@pytest.mark.parametrize("name", [".", "config.toml", "secrets.toml"])
def test_profiles_of_another_user_are_not_read(tmp_path: Path, name: str) -> None:
    store = ProfileStore(tmp_path)
    store.save(Profile(name="shop", bot_id="b", authorization=Secret("Basic YTpi")))
    os.chown(tmp_path / name, NOBODY, NOBODY)
    with pytest.raises(ConfigurationError, match="another user"):
        store.get("shop")


@pytest.mark.parametrize("name", [".", "k.tokens"])
def test_tokens_of_another_user_are_not_used(tmp_path: Path, name: str) -> None:
    cache = TokenCache(tmp_path)
    cache.write("k", CachedTokens(skew=timedelta(0)))
    os.chown(tmp_path / name, NOBODY, NOBODY)
    with pytest.raises(ConfigurationError, match="another user"):
        cache.read("k")


@pytest.mark.parametrize("name", [".", "events.db"])
def test_an_event_store_of_another_user_is_not_opened(tmp_path: Path, name: str) -> None:
    open_database(tmp_path / "events.db").close()
    os.chown(tmp_path / name, NOBODY, NOBODY)
    with pytest.raises(ConfigurationError, match="another user"):
        open_database(tmp_path / "events.db")


def test_an_event_store_that_sudo_left_is_named_with_both_ways_out(tmp_path: Path) -> None:
    state = tmp_path / "state"
    open_database(state / "events.db").close()
    for directory in takewhile(lambda directory: directory != Path(gettempdir()), (tmp_path, *tmp_path.parents)):
        directory.chmod(0o755)
    state.chmod(0o755)
    with acting_as(NOBODY):
        found = find_sudo_leftover(state / "events.db")
        with pytest.raises(ConfigurationError, match="belongs to root"):
            open_database(state / "events.db")
    assert found is not None
    assert "sudo chown -R nobody" in (found.fix or "")
    assert "--no-record" in (found.fix or "")


def test_a_file_of_ours_with_a_wide_mode_is_narrowed(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("")
    path.chmod(0o644)
    assert narrow(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert not narrow(path)
    assert not narrow(tmp_path / "gone")


def test_what_a_crash_left_is_swept_and_a_write_of_now_is_not(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in (".secrets.toml.abcdefgh", ".secrets.toml.ijklmnop", ".keep"))
    for path in (old, new, other):
        path.write_text("planted")
    long_ago = time.time() - LEFTOVER_AGE - 1
    os.utime(old, (long_ago, long_ago))
    os.utime(other, (long_ago, long_ago))
    write_private(tmp_path / "secrets.toml", b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".keep", ".secrets.toml.ijklmnop", "secrets.toml"]


@pytest.mark.parametrize("deed", ["save", "forget_secrets", "remove"])
def test_leftovers_of_keys_and_secrets_go_with_the_next_change_of_profiles(tmp_path: Path, deed: str) -> None:
    store = ProfileStore(tmp_path)
    shop = Profile(name="shop", bot_id="b", authorization=Secret("Basic YTpi"))
    store.save(shop, key_pem=b"k")
    leftovers = [tmp_path / ".secrets.toml.abcdefgh", tmp_path / "keys" / ".gone.pem.abcdefgh"]
    for path in leftovers:
        path.write_text("planted")
        os.utime(path, (0, 0))
    match deed:
        case "save":
            store.save(shop)
        case "forget_secrets":
            store.forget_secrets("shop")
        case _:
            store.remove("shop")
    assert not any(path.exists() for path in leftovers)


def test_tokens_that_nobody_has_renewed_for_a_week_go_with_the_next_write(tmp_path: Path) -> None:
    cache = TokenCache(tmp_path)
    cache.write("dead", CachedTokens())
    os.utime(cache.path("dead"), (0, 0))
    cache.write("alive", CachedTokens())
    assert [path.name for path in tmp_path.iterdir()] == ["alive.tokens"]


def test_sweeping_where_nothing_is_does_nothing(tmp_path: Path) -> None:
    sweep_leftovers(tmp_path / "nowhere")
