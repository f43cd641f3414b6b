"""A secret that is known here, and was given where a word belongs, is repeated neither in an error nor in an answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.redaction import Secret

Bothub = Callable[..., Any]
PASSPHRASE = "correct-horse-battery"
NUMBER = "+33612345678"
PLACES = [
    ("send", "--to", NUMBER, "--text", "Hi", "--timeout", PASSPHRASE), ("send", "--to", NUMBER, "--reply", PASSPHRASE),
    ("send", "--to", NUMBER, "--text", "Hi", "--open-url", PASSPHRASE), ("token", "show", "--raw", PASSPHRASE),
    ("send", "--to", NUMBER, "--text", "Hi", "--traffic-type", PASSPHRASE), ("send", "--to", PASSPHRASE, "--text", "x"),
    ("send", "--to", NUMBER, "--text", "Hi", "--file-size", PASSPHRASE), ("profile", "set", PASSPHRASE),
    ("send", "--to-chat-id", PASSPHRASE, "--text", "Hi"), ("token", "show", "--profile", PASSPHRASE),
    ("profile", "use", PASSPHRASE), ("profile", "list", "--fields", PASSPHRASE), ("explain", PASSPHRASE),
    ("campaign", "new", PASSPHRASE), ("campaign", "check", PASSPHRASE, "-t", "m.yaml"), ("help", PASSPHRASE),
    ("message", "new", PASSPHRASE), ("message", "check", PASSPHRASE), ("schema", PASSPHRASE), (PASSPHRASE,),
    ("event", "list", "--since", PASSPHRASE), ("jwt", "decode", PASSPHRASE), (f"--{PASSPHRASE}",),
    ("profile", "show", "--bot-id", PASSPHRASE), ("suppression", "add", PASSPHRASE), ("event", "show", PASSPHRASE),
    ("profile", "set", "region=FR", "--profile", PASSPHRASE), ("sandbox", "clock", "advance", PASSPHRASE),
    ("completion", PASSPHRASE), ("file", "upload", PASSPHRASE), ("profile", "set", f"region={PASSPHRASE}"),
]  # fmt: skip


@pytest.fixture(params=["variable", "file", "profile", "other profile"])
def knowing(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let a place know the passphrase, as often as it is asked to."""
    path = tmp_path / "pass"
    path.write_text(f"{PASSPHRASE}\n")
    path.chmod(0o600)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text("textMessage: Hi\n")

    def know() -> None:
        store, secret = ProfileStore(tmp_path / "config"), Secret(PASSPHRASE)
        match request.param:
            case "variable":
                monkeypatch.setenv("BOTHUB_PRIVATE_KEY_PASSPHRASE", PASSPHRASE)
            case "file":
                monkeypatch.setenv("BOTHUB_PRIVATE_KEY_PASSPHRASE_FILE", str(path))
            case "profile":
                store.save(Profile(name="default", private_key=tmp_path / "k.pem", private_key_passphrase=secret))
            case _:
                store.save(Profile(name="default", bot_id="b"))
                store.save(Profile(name="other", private_key=tmp_path / "k.pem", private_key_passphrase=secret))

    return know


def test_no_command_repeats_it(bothub: Bothub, knowing: Callable[[], None]) -> None:
    knowing()
    for argv in PLACES:
        for form in ((), ("--json",)) if argv[0] in {"send", "token", "profile"} else ((),):
            ran = bothub(*argv, *form)
            assert ran.code != 1, ran.err
            assert PASSPHRASE not in ran.out + ran.err, argv
