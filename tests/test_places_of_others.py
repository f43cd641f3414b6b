"""Each file and folder of ours, in each state in which it may be found: refused by name, or safe; and nothing hangs.

The states that another user is needed for are tried as root, which alone can give a file away.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.sandbox.server import SandboxServer

Bothub = Callable[..., Any]
NUMBER = "+33612345678"
SEND = ("send", "--to", NUMBER, "--text", "Hi")
CHECK = ("capability", "check", NUMBER)
RUN = ("campaign", "run", "people.csv", "-t", "m.yaml", "--no-input")
STATUS = ("campaign", "status")

# Place, the command that meets it. Names with a * are the only file that matches.
PLACES = {
    "config": SEND, "config/config.toml": SEND, "config/secrets.toml": SEND, "config/keys": ("jwt", "create"),
    "config/keys/*.pem": ("jwt", "create"), "config/tokens/*.tokens": SEND, "state": SEND, "state/events.db": SEND,
    "state/campaigns": STATUS, "state/campaigns/*.sqlite": STATUS, "state/capabilities.sqlite3": CHECK,
}  # fmt: skip
AS_ROOT = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")


def give_away(path: Path) -> None:
    os.chown(path, 4242, 4242)


def open_to_all(path: Path) -> None:
    path.chmod(path.stat().st_mode | 0o002)


def open_to_a_group(path: Path) -> None:
    os.chown(path, -1, 4243)
    path.chmod(path.stat().st_mode | 0o020)


def link_to_anothers(path: Path) -> None:
    target = path.with_name(f"{path.name}.elsewhere")
    path.rename(target)
    give_away(target)
    path.symlink_to(target)


def link_to_nothing(path: Path) -> None:
    take_away(path)
    path.symlink_to(path.with_name("a-disk-that-is-missing"))


def make_a_pipe(path: Path) -> None:
    take_away(path)
    os.mkfifo(path)


def exchange_file_and_folder(path: Path) -> None:
    is_folder = path.is_dir()
    take_away(path)
    if is_folder:
        path.write_text("x")
    else:
        path.mkdir()


def take_away(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


STATES = [
    pytest.param(give_away, marks=AS_ROOT), open_to_all, pytest.param(open_to_a_group, marks=AS_ROOT),
    pytest.param(link_to_anothers, marks=AS_ROOT), link_to_nothing, make_a_pipe, exchange_file_and_folder,
]  # fmt: skip
# A cache that cannot be read is asked for anew, and said; the rest is refused.
IS_ASKED_ANEW = {
    ("config/tokens/*.tokens", exchange_file_and_folder),
    ("state/capabilities.sqlite3", link_to_nothing),
}


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A home in which everything was used once: a profile with its key, tokens, a list, a campaign, capabilities."""
    import io
    import sys

    from bothub_cli.cli.main import main

    home = tmp_path_factory.mktemp("used")
    with SandboxServer() as server, pytest.MonkeyPatch.context() as given:
        identity = server.identity
        profile = Profile(
            name="default", bot_id=identity.bot_id, authorization=identity.authorization, api_base=server.url
        )
        ProfileStore(home / "config").save(profile, key_pem=identity.private_key_pem.reveal().encode())
        (home / "people.csv").write_text(f"to\n{NUMBER}\n")
        (home / "m.yaml").write_text("textMessage: Hi\n")
        given.chdir(home)
        given.setenv("BOTHUB_CONFIG_DIR", str(home / "config"))
        given.setenv("BOTHUB_STATE_DIR", str(home / "state"))
        given.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        for argv in (SEND, RUN, CHECK):
            assert main(argv) == 0
        yield home


@pytest.mark.parametrize("change", STATES, ids=lambda change: getattr(change, "__name__", None))
@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_is_not_as_we_left_it_is_refused_by_name_or_safe(
    bothub: Bothub, used: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str,
    change: Callable[[Path], None],
) -> None:  # fmt: skip
    home = tmp_path / "home"
    shutil.copytree(used, home)
    settings = home / "config" / "config.toml"  # names the stored key by its whole path
    settings.write_text(settings.read_text().replace(str(used), str(home)))
    monkeypatch.chdir(home)
    monkeypatch.setenv("BOTHUB_CONFIG_DIR", str(home / "config"))
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(home / "state"))
    [path] = home.glob(place)
    change(path)
    ran = bothub(*PLACES[place])
    if (place, change) in IS_ASKED_ANEW:
        assert ran.code == 0
        assert str(path) in ran.err
        return
    assert ran.code in (2, 6, 12), ran.err
    assert str(path) in ran.err or str(path.resolve()) in ran.err
    if change is not exchange_file_and_folder:
        assert str(path) in bothub("doctor").out
