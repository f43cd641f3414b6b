"""Secrets that are planted in every place where bothub may keep one are found nowhere that a person or a log sees."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.auth.cache import TokenCache
from bothub_cli.auth.identity import Identity
from bothub_cli.auth.login import LoginKey
from bothub_cli.client import BothubClient
from bothub_cli.config.key_source import InlineKey
from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.config.settings import resolve
from bothub_cli.protocol.http import Headers, HttpResponse
from bothub_cli.protocol.issued_token import IssuedToken
from bothub_cli.protocol.messaging import build_send_request
from bothub_cli.protocol.token_pair import TokenPair
from bothub_cli.protocol.token_requests import build_gsma_token_request, build_orange_token_request
from bothub_cli.redaction import Secret
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.rate_limits import RateLimits
from bothub_cli.sandbox.state.settings import SandboxSettings

Bothub = Callable[..., Any]
PASSPHRASE = "planted passphrase of the key"
NUMBER, TEXT = "+33612345678", "planted words of the message"
SEND = ("send", "--to", NUMBER, "--text", TEXT)


@dataclass(frozen=True)
class Planted:
    """A logged-in sandbox whose key is locked, and every secret in it."""

    server: SandboxServer
    config: Path
    key: Path
    secrets: tuple[str, ...]

    def find_in(self, text: str) -> list[str]:
        assertions = re.findall(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", text)
        return [secret for secret in self.secrets if secret in text] + assertions

    def with_tokens(self, bothub: Bothub) -> tuple[str, ...]:
        return tuple(bothub("token", "show", "--raw", which).out.strip() for which in ("orange", "gsma"))


@pytest.fixture(scope="module")
def identity() -> SandboxIdentity:
    return SandboxIdentity.generate()


@pytest.fixture
def planted(identity: SandboxIdentity, tmp_path: Path) -> Iterator[Planted]:
    plain, locked = tmp_path / "plain.pem", tmp_path / "bot.pem"
    plain.write_text(identity.private_key_pem.reveal())
    encrypt = ["openssl", "pkcs8", "-topk8", "-in", str(plain), "-out", str(locked), "-passout", f"pass:{PASSPHRASE}"]
    subprocess.run(encrypt, check=True, capture_output=True)
    locked.chmod(0o600)
    pem_lines = [line for path in (plain, locked) for line in path.read_text().splitlines() if "-----" not in line]
    authorization = identity.authorization.reveal()
    secrets = (authorization[6:], identity.client_secret.reveal(), PASSPHRASE, *pem_lines)
    with SandboxServer([identity], settings=SandboxSettings(rate_limits=RateLimits.off())) as server:
        ProfileStore(tmp_path / "config").save(
            Profile(
                name="default",
                bot_id=identity.bot_id,
                authorization=identity.authorization,
                private_key=locked,
                private_key_passphrase=Secret(PASSPHRASE),
                api_base=server.url,
            )
        )
        yield Planted(server, tmp_path / "config", locked, secrets)


COMMANDS = [
    ("token", "refresh"), ("token", "show"), ("token", "clear"), ("jwt", "public-key"), ("profile", "list"),
    ("profile", "show"), ("profile", "set", "region=FR"), SEND, (*SEND, "--dry-run"), (*SEND, "--curl"),
    (*SEND, "--preview"), ("send", "--to", "+33639980404", "--text", TEXT),
    ("send", "--to", "+33639980604", "--text", TEXT),
    ("send", "--to", "+33639980601", "--text", TEXT, "--timeout", "0.3"),
    ("send", "--to", "+33639980503", "--text", TEXT, "--max-wait", "0"),
    ("send-card", "--to", NUMBER, "--title", TEXT), ("logout",), ("profile", "remove", "default", "--yes"),
]  # fmt: skip


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["plain", "json"])
@pytest.mark.parametrize("argv", COMMANDS, ids=lambda argv: " ".join(argv[:4]))
def test_no_command_shows_a_secret_at_its_highest_verbosity(
    bothub: Bothub, planted: Planted, argv: tuple[str, ...], form: tuple[str, ...]
) -> None:
    tokens = planted.with_tokens(bothub)
    ran = bothub(*argv, *form, "-vv")
    shown = ran.out + ran.err
    assert ran.code in (0, 5, 7, 13), ran.err
    assert planted.find_in(shown) == []
    assert [token for token in tokens if token in shown] == []


@pytest.mark.parametrize("argv", [SEND, ("send-card", "--to", NUMBER, "--title", TEXT), ("token", "refresh")])
def test_the_log_holds_neither_numbers_nor_texts(bothub: Bothub, planted: Planted, argv: tuple[str, ...]) -> None:
    log = bothub(*argv, "-vv").err
    assert "> POST" in log
    assert NUMBER not in log
    assert NUMBER[1:] not in log
    assert TEXT not in log


def test_a_bug_tells_where_it_is_and_no_value(
    bothub: Bothub, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = planted.with_tokens(bothub)
    words = " ".join((*planted.secrets[:3], *tokens, NUMBER, TEXT))

    def fail(*_arguments: object, **_named: object) -> None:
        raise RuntimeError(words)

    monkeypatch.setattr(BothubClient, "send", fail)  # there is no bug to be had otherwise
    for form in ((), ("-vv",), ("-vv", "--json")):
        ran = bothub(*SEND, *form)
        shown = ran.out + ran.err
        assert ran.code == 1
        assert "RuntimeError" in shown
        assert ("test_highest_verbosity.py" in shown) or form == ()
        assert planted.find_in(shown) == []
        assert [value for value in (*tokens, NUMBER, TEXT) if value in shown] == []


def test_a_bug_with_its_words_still_hides_the_secrets(
    bothub: Bothub, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = planted.with_tokens(bothub)

    def fail(client: Any, *_arguments: object) -> None:
        client._tokens.pair()
        raise RuntimeError(" ".join((*planted.secrets[:3], *tokens, "the cause")))

    monkeypatch.setattr(BothubClient, "send", fail)
    shown = bothub(*SEND, "-vv", "--log-content").err
    assert "the cause" in shown
    assert planted.find_in(shown) == []
    assert [token for token in tokens if token in shown] == []


@pytest.mark.parametrize("form", [(), ("--json",), ("-vv",)], ids=" ".join)
def test_a_refused_login_repeats_nothing_of_what_it_was_given(
    bothub: Bothub, planted: Planted, tmp_path: Path, form: tuple[str, ...]
) -> None:
    (tmp_path / "auth").write_text("Basic cGxhbnRlZDpzZWNyZXQtb2Ytbm9ib2R5")
    (tmp_path / "pass").write_text("planted wrong passphrase")
    for passphrase in ([], ["--private-key-passphrase-file", str(tmp_path / "pass")]):
        flags = ["--authorization-file", str(tmp_path / "auth"), "--private-key", str(planted.key), *passphrase]
        ran = bothub("login", "--bot-id", "b", "--api-base", planted.server.url, *flags, *form)
        shown = ran.out + ran.err
        assert ran.code in (4, 6)
        assert planted.find_in(shown) == []
        assert "cGxhbnRlZDpzZWNyZXQtb2Ytbm9ib2R5" not in shown
        assert "secret-of-nobody" not in shown
        assert "planted wrong passphrase" not in shown


def test_no_object_shows_its_secret(planted: Planted, identity: SandboxIdentity) -> None:
    settings = resolve(flags={}, environ={"BOTHUB_CONFIG_DIR": str(planted.config)})
    pair = TokenPair(orange=Secret("planted-orange-token"), gsma=Secret("planted-gsma-token"))
    inline = InlineKey(pem=identity.private_key_pem, variable="BOTHUB_PRIVATE_KEY")
    answer = HttpResponse(status=200, headers=Headers({}), body=b'{"access_token": "planted-orange-token"}')
    base = "https://api.orange.com"
    objects = [
        LoginKey(pem=identity.private_key_pem.reveal().encode(), sha256="", passphrase=Secret(PASSPHRASE)),
        settings, settings.stored_profile, Identity.from_settings(settings), identity, pair, inline, answer,
        IssuedToken(value=pair.orange, lifetime=None, server_date=datetime.now(UTC)),
        build_send_request(base, bot_id="b", tokens=pair, payload={"RCSMessage": {}}),
        build_orange_token_request(base, authorization=identity.authorization),
        build_gsma_token_request(base, orange_token=pair.orange, assertion=Secret("planted-assertion-value")),
    ]  # fmt: skip
    for thing in objects:
        shown = f"{thing!r} {thing!s} {thing}"
        assert planted.find_in(shown) == [], type(thing).__name__
        assert not re.search(r"planted-(orange|gsma|assertion)", shown), type(thing).__name__


def test_no_cached_token_shows_itself(bothub: Bothub, planted: Planted) -> None:
    tokens = planted.with_tokens(bothub)
    [path] = planted.config.glob("tokens/*.tokens")
    cached = TokenCache(path.parent).read(path.stem)
    assert [token for token in tokens if token in repr(cached)] == []


def test_the_settings_file_holds_no_secret_and_every_file_is_its_owners_alone(bothub: Bothub, planted: Planted) -> None:
    tokens = planted.with_tokens(bothub)
    settings = (planted.config / "config.toml").read_text()
    assert planted.find_in(settings) == []
    assert [token for token in tokens if token in settings] == []
    for path in planted.config.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    names = " ".join(str(path) for path in planted.config.rglob("*"))
    assert [token for token in tokens if token in names] == []


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="reads the process list of Linux")
def test_the_process_list_holds_no_secret(planted: Planted) -> None:
    words = [str(Path(sys.executable).with_name("bothub")), "send", "--to", "+33639980601", "--text", "Hi", "-v"]
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        while "/messages" not in (line := process.stderr.readline()):
            assert line
        listed = Path(f"/proc/{process.pid}/cmdline").read_bytes().decode()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        assert planted.find_in(listed) == []
        assert not children.exists() or children.read_text() == ""
    finally:
        process.kill()
        process.communicate()
