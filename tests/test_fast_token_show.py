"""A cached ``token show`` is answered early, in the very words of the command line, and never answered wrongly."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.identity import Identity
from bothub_cli.auth.tokens import CachedToken, CachedTokens
from bothub_cli.clock import SystemClock
from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.config.settings import resolve
from bothub_cli.fast_token_show import show_cached_tokens
from bothub_cli.redaction import Secret

ORANGE, GSMA = "orange-token-of-the-cache", "gsma-token-of-the-cache"


@pytest.fixture
def cached(tmp_path: Path) -> Path:
    """A profile whose two tokens lie in the cache, fresh for an hour; returns the cache file."""
    store = ProfileStore(tmp_path / "config")
    store.save(Profile(name="shop", bot_id="bot", authorization=Secret("Basic YTpi"), private_key=tmp_path / "k.pem"))
    return _fill_cache(timedelta(hours=1))


def _fill_cache(left: timedelta) -> Path:
    now = SystemClock().now()
    settings = resolve(flags={})
    start, end = now - timedelta(hours=1) + left, now + left
    tokens = CachedTokens(
        orange_token=CachedToken(kind="orange_token", value=Secret(ORANGE), obtained_at=start, expires_at=end),
        gsma_token=CachedToken(kind="gsma_token", value=Secret(GSMA), obtained_at=start, expires_at=end),
    )
    cache = TokenCache(settings.directories.tokens)
    key = Identity.from_settings(settings).cache_key()
    cache.write(key, tokens)
    return cache.path(key)


def _run(module: str, *arguments: str) -> str:
    code = f"import sys\nfrom {module}\nsys.exit(run())"
    command = [sys.executable, "-c", code, "token", "show", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ)).stdout


@pytest.mark.usefixtures("cached")
@pytest.mark.parametrize("arguments", [(), ("--raw", "orange"), ("--raw=gsma", "-p", "shop"), ("--profile=shop",)])
def test_both_ways_give_the_same_answer(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert show_cached_tokens(arguments)
    quick = capsys.readouterr().out
    full = _run("bothub_cli.cli.main import main\nrun = lambda: main(sys.argv[1:])", *arguments)
    assert _without_seconds(quick) == _without_seconds(full)


def _without_seconds(text: str) -> str:
    return "\n".join(line.rpartition("  ")[0] or line for line in text.splitlines())


@pytest.mark.usefixtures("cached")
@pytest.mark.parametrize(
    "arguments",
    [("--json",), ("-v",), ("--raw", "other"), ("--raw",), ("-p", "nobody"), ("--header",), ("-h",), ("--sandbox",)],
)
def test_whatever_is_not_plain_is_left_to_the_command_line(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert not show_cached_tokens(arguments)
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("cached")
def test_an_expired_token_is_not_printed_bare(capsys: pytest.CaptureFixture[str]) -> None:
    _fill_cache(timedelta(seconds=1))
    assert not show_cached_tokens(["--raw", "gsma"])
    assert capsys.readouterr().out == ""


def test_a_broken_cache_is_a_miss(cached: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cached.write_bytes(b"\x00 not a cache")
    assert not show_cached_tokens(["--raw", "gsma"])
    assert show_cached_tokens([])
    assert "absent" in capsys.readouterr().out


@pytest.mark.usefixtures("cached")
def test_the_table_never_holds_a_whole_token(capsys: pytest.CaptureFixture[str]) -> None:
    show_cached_tokens([])
    assert ORANGE not in capsys.readouterr().out
