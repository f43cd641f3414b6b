"""The cache on disk: for its owner alone, whole, and with a lock that is never deleted."""

import os
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.tokens import CachedTokens
from bothub_cli.errors import ConfigurationError, LockBusyError

TOKENS = CachedTokens(skew=timedelta(seconds=7))


def test_a_directory_in_place_of_the_file_holds_nothing_and_cannot_be_written(token_cache: TokenCache) -> None:
    token_cache.path("key").mkdir(parents=True)
    assert token_cache.read("key") == CachedTokens()
    with pytest.raises(OSError, match="directory"):
        token_cache.write("key", TOKENS)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes")
def test_a_pipe_in_place_of_the_file_is_named_and_not_waited_for(token_cache: TokenCache) -> None:
    path = token_cache.path("key")
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path, 0o600)
    with pytest.raises(ConfigurationError, match="is a named pipe, where a file belongs"):
        token_cache.read("key")


@pytest.mark.skipif(os.name != "posix", reason="no such devices")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full"])
def test_a_device_in_place_of_the_file_is_named_and_its_rights_are_left_alone(
    token_cache: TokenCache, device: str
) -> None:
    path = token_cache.path("key")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(device)
    with pytest.raises(ConfigurationError, match="is a device") as caught:
        token_cache.read("key")
    assert caught.value.remedy == f"rm {path}"


def test_a_lock_that_another_holds_is_busy_and_then_free(token_cache: TokenCache) -> None:
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with token_cache.hold("key", wait=1):
            held.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    with pytest.raises(LockBusyError, match="the token cache is in use"), token_cache.hold("key", wait=0.05):
        pytest.fail("the lock was free")
    done.set()
    thread.join()
    with token_cache.hold("key", wait=1):
        assert (token_cache.path("key").parent / "key.lock").exists()
    assert (token_cache.path("key").parent / "key.lock").exists()


@pytest.mark.skipif(os.name != "posix", reason="no such permission bits")
def test_files_are_for_their_owner_alone(token_cache: TokenCache) -> None:
    with token_cache.hold("key", wait=1):
        token_cache.write("key", TOKENS)
    directory = token_cache.path("key").parent
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in directory.iterdir()} == {0o600}


def test_identities_do_not_see_each_other(token_cache: TokenCache) -> None:
    token_cache.write("one", TOKENS)
    assert token_cache.read("two") == CachedTokens()


def test_what_a_killed_writer_left_is_taken_away(token_cache: TokenCache, tmp_path: Path) -> None:
    token_cache.write("key", TOKENS)
    (tmp_path / "tokens" / ".key.tokens.ab12").write_text("half")
    token_cache.clear("key")
    assert list((tmp_path / "tokens").iterdir()) == []
