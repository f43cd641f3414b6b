"""A container's user has no name, no home, nothing to write to, and secrets that it may read and not change."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest

from bothub_cli.sandbox.server import SandboxServer

Bothub = Callable[..., Any]
NAMELESS = 42424
SEND = ("send", "--to", "+33612345678", "--text", "Hello")

pytestmark = pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="becomes another user")


@contextmanager
def nameless() -> Iterator[None]:
    """Act as a user whom the system does not know."""
    os.setegid(NAMELESS)
    os.seteuid(NAMELESS)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def secrets(bothub: Bothub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxServer]:
    """Secrets as Kubernetes mounts them: root's, mode 0440, the user's group; no home, no place to write."""
    with SandboxServer() as server:
        monkeypatch.setenv("BOTHUB_API_BASE", server.url)
        monkeypatch.setenv("BOTHUB_BOT_ID", server.identity.bot_id)
        for name, secret in (("key", server.identity.private_key_pem), ("auth", server.identity.authorization)):
            (tmp_path / name).write_text(secret.reveal())
            os.chown(tmp_path / name, 0, NAMELESS)
            (tmp_path / name).chmod(0o440)
        monkeypatch.setenv("BOTHUB_PRIVATE_KEY", str(tmp_path / "key"))
        monkeypatch.setenv("BOTHUB_AUTHORIZATION_FILE", str(tmp_path / "auth"))
        for argv in (
            SEND,
            ("doctor",),
            ("token", "show"),
            ("profile", "set", "region=FR"),
            (*SEND, "--sandbox"),
            ("capability", "check", "+33612345678"),
        ):
            assert bothub(*argv, "-v").code == 0  # what is loaded now need not be readable for the other user
        for directory in takewhile(lambda directory: directory != Path(gettempdir()), (tmp_path, *tmp_path.parents)):
            directory.chmod(0o755)
        monkeypatch.setenv("BOTHUB_CONFIG_DIR", str(tmp_path / "read-only" / "config"))
        monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path / "read-only" / "state"))
        monkeypatch.delenv("HOME")
        monkeypatch.setattr(os, "getuid", lambda: NAMELESS)
        monkeypatch.chdir("/")
        yield server


def test_a_message_goes_out_and_what_cannot_be_kept_is_said(bothub: Bothub, secrets: SandboxServer) -> None:
    with nameless():
        ran = bothub(*SEND)
    assert ran.code == 0, ran.err
    assert "cannot be kept" in ran.err
    assert "can be read by other users" not in ran.err
    assert "chmod" not in ran.err


def test_doctor_tells_once_of_secrets_that_the_user_cannot_change(bothub: Bothub, secrets: SandboxServer) -> None:
    with nameless():
        told = bothub("doctor", "--json")
    assert told.code == 0, told.err
    links = {link["name"]: link for link in told.json["links"]}
    for name, file in (("secret files", "auth"), ("private key", "key")):
        assert links[name]["state"] == "warning"
        assert f"{file} can be read by other users, and whoever mounts it decides that" in links[name]["explanation"]
        assert "chmod" not in links[name]["explanation"]


def test_what_must_be_written_is_refused_with_the_place_and_the_way_out(bothub: Bothub, secrets: SandboxServer) -> None:
    with nameless():
        ran = bothub("profile", "set", "region=FR")
    assert ran.code == 12
    assert "cannot be written: Permission denied" in ran.err
    assert "BOTHUB_CONFIG_DIR" in ran.err


@pytest.fixture
def homeless(secrets: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOTHUB_CONFIG_DIR")
    monkeypatch.delenv("BOTHUB_STATE_DIR")


@pytest.mark.parametrize("argv", [SEND, ("typing", "--to", "+33612345678"), ("token", "show", "--raw", "orange")])
def test_without_a_home_a_message_goes_out_and_what_is_not_kept_is_said(
    bothub: Bothub, homeless: None, argv: tuple[str, ...]
) -> None:
    with nameless():
        ran = bothub(*argv)
    assert ran.code == 0, ran.err
    assert "tokens are not kept, nothing is noted, and nobody looked who has said STOP" in ran.err
    assert "BOTHUB_CONFIG_DIR=/… BOTHUB_STATE_DIR=/…" in ran.err


@pytest.mark.parametrize(
    "argv",
    [
        ("suppression", "add", "+33612345678"), ("suppression", "list"), ("event", "list"),
        ("campaign", "status"), ("profile", "set", "region=FR"), (*SEND, "--wait", "delivered"),
        ("login", "--no-input", "--bot-id", "b"), ("sandbox", "start", "--port", "0"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_without_a_home_what_must_last_is_refused_with_both_directories(
    bothub: Bothub, homeless: None, argv: tuple[str, ...]
) -> None:
    with nameless():
        ran = bothub(*argv)
    assert ran.code == 12
    assert "BOTHUB_CONFIG_DIR=/… BOTHUB_STATE_DIR=/…" in ran.err


@pytest.mark.parametrize("argv", [SEND, (*SEND, "--sandbox"), ("capability", "check", "+33612345678"), ("doctor",)])
def test_where_nothing_at_all_can_be_written_a_message_goes_out(
    bothub: Bothub, homeless: None, monkeypatch: pytest.MonkeyPatch, argv: tuple[str, ...]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")  # as tempfile finds it on a read-only root
    with nameless():
        ran = bothub(*argv)
    assert ran.code == 0, ran.err


def test_the_sandbox_in_the_process_needs_no_home(bothub: Bothub, homeless: None) -> None:
    with nameless():
        ran = bothub(*SEND, "--sandbox")
    assert ran.code == 0, ran.err
