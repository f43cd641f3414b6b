"""A secret may come out of a program: run without a shell, without our variables, and kept nowhere."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bothub_cli import child_processes
from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.config.settings import resolve
from bothub_cli.errors import ConfigurationError, SecretCommandError, UsageError
from bothub_cli.sandbox.server import SandboxServer

Bothub = Callable[..., Any]
HEADER = "Basic cGxhbnRlZDpzZWNyZXQtdmFsdWU="


def program(tmp_path: Path, body: str, name: str = "safe.py") -> str:
    path = tmp_path / name
    path.write_text(body)
    return f"{sys.executable} {path}"


def settings_of(tmp_path: Path, **environ: str) -> Any:
    return resolve(flags={}, environ={"BOTHUB_CONFIG_DIR": str(tmp_path / "c"), **environ}, cwd=tmp_path)


def test_a_variable_names_the_program_that_writes_the_header(tmp_path: Path) -> None:
    command = program(tmp_path, f"import os; assert not [n for n in os.environ if 'BOTHUB' in n]; print('{HEADER}')")
    found = settings_of(tmp_path, BOTHUB_AUTHORIZATION_COMMAND=command).authorization
    assert found.value.reveal() == HEADER
    assert str(found.origin) == "BOTHUB_AUTHORIZATION_COMMAND"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("import sys; print('x', file=sys.stderr); sys.exit('the safe is locked')", "the safe is locked"),
        ("import sys; sys.exit(3)", "status 3"),
        ("pass", "it wrote nothing"),
        ("print('planted words that are no header')", "does not have the form Basic"),
        pytest.param(
            "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
            "killed by signal 9",
            marks=pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL"),
        ),
        ("import sys; sys.stdout.buffer.write(b'x' * 70000)", "it wrote more than 65,536 bytes"),
        ("import sys; sys.stdout.buffer.write(bytes([0x80, 0xfe]))", "is not UTF-8 text"),
        (
            "import sys; sys.exit('FZk/AFcNsLOVG6DudGmWI0SNZQ3fEcZpToL2jKq6lf7l')",
            "secret: \\*\\*\\*$",
        ),
    ],
)
def test_a_program_that_fails_is_exit_code_4_with_its_last_line(tmp_path: Path, body: str, words: str) -> None:
    with pytest.raises(SecretCommandError, match=words) as failed:
        settings_of(tmp_path, BOTHUB_AUTHORIZATION_COMMAND=program(tmp_path, body)).authorization.value.reveal()
    assert failed.value.exit_code == 4


@pytest.mark.parametrize("written", [f"{HEADER}\r\n".encode(), HEADER.encode("utf-8-sig"), HEADER.encode("utf-16")])
def test_a_header_is_taken_however_its_program_writes_text(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "said").write_bytes(written)
    command = program(tmp_path, f"import sys; sys.stdout.buffer.write(open({str(tmp_path / 'said')!r}, 'rb').read())")
    assert settings_of(tmp_path, BOTHUB_AUTHORIZATION_COMMAND=command).authorization.value.reveal() == HEADER


def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_processes, "COMMAND_TIMEOUT", 0.3)
    with pytest.raises(SecretCommandError, match=r"not done after 0\.3 s"):
        child_processes.read_from_program((sys.executable, "-c", "import time; time.sleep(600)"), setting="x")


def test_a_program_that_is_not_there_is_exit_code_4(tmp_path: Path) -> None:
    with pytest.raises(SecretCommandError, match="/no/such/program cannot be run"):
        settings_of(tmp_path, BOTHUB_AUTHORIZATION_COMMAND="/no/such/program at all").authorization.value.reveal()


def test_nothing_of_a_command_is_given_to_a_shell(tmp_path: Path) -> None:
    command = f"{program(tmp_path, f'print(chr(10).join([{HEADER!r}]))')} ; touch {tmp_path / 'made'}"
    assert settings_of(tmp_path, BOTHUB_AUTHORIZATION_COMMAND=command).authorization.value.reveal() == HEADER
    assert not (tmp_path / "made").exists()


def test_two_sources_of_one_secret_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="BOTHUB_AUTHORIZATION_COMMAND are both set"):
        settings_of(tmp_path, BOTHUB_AUTHORIZATION_COMMAND="x", BOTHUB_AUTHORIZATION=HEADER)
    with pytest.raises(UsageError, match="BOTHUB_PRIVATE_KEY_COMMAND are both set"):
        settings_of(tmp_path, BOTHUB_PRIVATE_KEY_COMMAND="x", BOTHUB_PRIVATE_KEY="k.pem")


@pytest.mark.parametrize("name", ["authorization_command", "private_key_command"])
def test_a_project_file_names_no_program(tmp_path: Path, name: str) -> None:
    (tmp_path / ".bothub.toml").write_text(f"{name} = 'touch made'")
    with pytest.raises(ConfigurationError, match="a project file may not decide this"):
        settings_of(tmp_path)


def test_a_profile_may_write_its_command_as_a_list_of_words(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "c")
    store.save(Profile(name="default", bot_id="b"))
    command = program(tmp_path, f"print('{HEADER}')").split(" ")
    with store.config_path.open("a") as file:
        file.write(f"authorization_command = {command!r}\n")
    assert settings_of(tmp_path).authorization.value.reveal() == HEADER


def test_a_login_with_programs_keeps_their_names_and_no_secret(
    bothub: Bothub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with SandboxServer() as server:
        identity = server.identity
        header, key = identity.authorization.reveal(), identity.private_key_pem.reveal()
        monkeypatch.setenv("BOTHUB_AUTHORIZATION_COMMAND", program(tmp_path, f"print({header!r})", "a.py"))
        monkeypatch.setenv("BOTHUB_PRIVATE_KEY_COMMAND", program(tmp_path, f"print({key!r})", "k.py"))
        ran = bothub("login", "--bot-id", identity.bot_id, "--api-base", server.url)
        assert ran.code == 0, ran.err
        monkeypatch.delenv("BOTHUB_AUTHORIZATION_COMMAND")
        monkeypatch.delenv("BOTHUB_PRIVATE_KEY_COMMAND")
        assert bothub("token", "refresh").code == 0
        assert bothub("send", "--to", "+33612345678", "--text", "Hello").code == 0
        kept = "".join(path.read_text() for path in (tmp_path / "config").rglob("*.*") if path.suffix != ".tokens")
        assert header.split()[1] not in kept
        assert key.splitlines()[1] not in kept


@pytest.fixture
def vault(bothub: Bothub, tmp_path: Path) -> Iterator[tuple[SandboxServer, Path]]:
    """A profile whose secrets two programs give, which note each run in a file."""
    with SandboxServer() as server:
        identity, runs = server.identity, tmp_path / "runs"
        for name, secret in (("a.py", identity.authorization), ("k.py", identity.private_key_pem)):
            program(tmp_path, f"open({str(runs)!r}, 'a').write({name!r}); print({secret.reveal()!r})", name)
        made = bothub(
            "profile", "set", f"bot_id={identity.bot_id}", f"api_base={server.url}",
            f"authorization_command={sys.executable} {tmp_path / 'a.py'}",
            f"private_key_command={sys.executable} {tmp_path / 'k.py'}",
        )  # fmt: skip
        assert made.code == 0, made.err
        assert not runs.exists()
        yield server, runs


def test_a_program_is_run_once_and_only_when_its_secret_is_needed(
    bothub: Bothub, vault: tuple[SandboxServer, Path]
) -> None:
    _, runs = vault
    assert bothub("profile", "show").code == 0
    assert bothub("profile", "list").code == 0
    assert not runs.exists()
    assert bothub("send", "--to", "+33612345678", "--text", "Hello").code == 0
    assert runs.read_text() == "a.pyk.py"
    assert bothub("send", "--to", "+33612345678", "--text", "Hello").code == 0
    assert runs.read_text() == "a.pyk.py"


def test_what_a_program_gave_is_masked_in_the_log(bothub: Bothub, vault: tuple[SandboxServer, Path]) -> None:
    secret = vault[0].identity.authorization.reveal()[6:]
    shown = bothub("token", "refresh", "-vv").err + bothub("doctor", "-vv").out
    assert "> POST" in shown
    assert secret not in shown


@pytest.mark.parametrize(
    "argv",
    [
        ("profile", "set", "authorization_command=pass show bothub"), ("profile", "show"), ("profile", "list"),
        ("logout",), ("token", "clear"), ("profile", "remove", "default", "--yes"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_program_that_fails_keeps_nobody_from_mending_or_removing_the_profile(
    bothub: Bothub, vault: tuple[SandboxServer, Path], tmp_path: Path, argv: tuple[str, ...]
) -> None:
    (tmp_path / "a.py").write_text("raise SystemExit('the safe is locked')")
    ran = bothub(*argv)
    assert ran.code == 0, ran.err
    told = bothub("doctor", "--json")
    assert argv[0] != "token" or "the safe is locked" in told.out
