"""The completion scripts are current, are in the wheel, and complete in real shells."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer

from bothub_cli.cli.shell_completion import SHELLS, completion_script
from bothub_cli.commands.help import complete_name
from bothub_cli.config.profile import Profile
from bothub_cli.config.profile_store import ProfileStore
from bothub_cli.invocation.completion import (
    complete_campaign,
    complete_event_id,
    complete_fault_id,
    complete_message_id,
)
from bothub_cli.sandbox.server import SandboxServer

ROOT = Path(__file__).parent.parent
Bothub = Callable[..., Any]


@pytest.mark.parametrize(("shell", "name"), SHELLS.items())
def test_the_shipped_script_is_the_one_that_the_command_prints(bothub: Bothub, shell: str, name: str) -> None:
    ran = bothub("completion", shell)
    assert ran.code == 0
    assert (ROOT / "completions" / name).read_text() == ran.out == completion_script(shell)


def test_an_unknown_shell_is_refused_with_those_there_are(bothub: Bothub) -> None:
    ran = bothub("completion", "tcsh")
    assert ran.code == 2
    assert "bash, zsh, fish, powershell" in ran.err


def test_every_script_is_shipped_in_the_wheel() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert set(shipped) == {f"completions/{name}" for name in SHELLS.values()}


def environment() -> dict[str, str]:
    return os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def complete_in_bash(line: str) -> list[str]:
    """Return what bash offers at the end of a line, asked as readline asks."""
    script = (
        f'source "{ROOT}/completions/bothub.bash"\n'
        'read -ra COMP_WORDS <<< "$1"\n'
        '[[ "$1" == *" " ]] && COMP_WORDS+=("")\n'
        "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
        "_bothub_completion bothub\n"
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    ran = subprocess.run(
        ["bash", "--norc", "-c", script, "bash", line], env=environment(), capture_output=True, text=True, check=True
    )
    assert ran.stderr == ""
    return [word for word in ran.stdout.splitlines() if word]


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("bothub to", ["token"]),
        ("bothub token ", ["show", "refresh", "clear"]),
        ("bothub send --traf", ["--traffic-type"]),
        ("bothub send-card --orientation ", ["vertical", "horizontal"]),
        ("bothub token show --raw ", ["orange", "gsma"]),
        ("bothub completion f", ["fish"]),
        ("bothub help exit", ["exit-codes"]),
    ],
)
def test_bash_completes_commands_options_and_values(line: str, offered: list[str]) -> None:
    assert complete_in_bash(line) == offered


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("line", ["bothub profile use sh", "bothub send -p sh", "bothub token show --profile sh"])
def test_bash_completes_profile_names(line: str, tmp_path: Path) -> None:
    store = ProfileStore(tmp_path / "config")
    for name in ("default", "shop", "shoes"):
        store.save(Profile(name=name))
    assert complete_in_bash(line) == ["shop", "shoes"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_a_broken_configuration_completes_nothing_and_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text("= broken")
    assert complete_in_bash("bothub profile use ") == []


def test_what_cannot_be_read_offers_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTHUB_STATE_DIR", str(tmp_path))
    (tmp_path / "events.db").write_bytes(b"no database" * 99)
    (tmp_path / "campaigns").write_text("a file where a folder belongs")
    assert (complete_message_id(""), complete_event_id(""), complete_campaign(""), complete_fault_id("")) == ([],) * 4


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_the_faults_of_a_running_sandbox(bothub: Bothub, tmp_path: Path) -> None:
    with SandboxServer() as sandbox:
        ProfileStore(tmp_path / "config").save(Profile(name="sandbox", api_base=sandbox.url))
        bothub("sandbox", "fault", "add", "503", "-p", "sandbox")
        assert complete_in_bash("bothub sandbox fault clear ") == ["fault-1"]


@pytest.mark.skipif(shutil.which("zsh") is None, reason="needs zsh")
def test_zsh_completes_on_the_first_tab_when_set_up_as_documented(tmp_path: Path) -> None:
    functions = tmp_path / "functions"
    functions.mkdir()
    shutil.copy(ROOT / "completions" / "_bothub", functions)
    (tmp_path / ".zshrc").write_text(
        f"fpath=({functions} $fpath)\nautoload -Uz compinit && compinit -D -u\nPS1='%% '\n"
    )
    assert "token" in _type_in_zsh(tmp_path, "bothub to\t", until="token")


def _type_in_zsh(home: Path, keys: str, *, until: str) -> str:
    """Type into an interactive zsh, and return what its terminal shows once ``until`` is there, or after a minute."""
    terminal, child_side = pty.openpty()
    shell = subprocess.Popen(
        ["zsh", "-i"], stdin=child_side, stdout=child_side, stderr=child_side, start_new_session=True,
        env=environment() | {"HOME": str(home), "ZDOTDIR": str(home), "TERM": "dumb"},
    )  # fmt: skip
    os.close(child_side)
    shown = ""
    try:
        shown += _read_terminal(terminal, until="% ")
        os.write(terminal, keys.encode())
        shown += _read_terminal(terminal, until=until)
    finally:
        shell.kill()
        shell.wait(timeout=30)
        os.close(terminal)
    return shown


def _read_terminal(terminal: int, *, until: str) -> str:
    shown, end = "", time.monotonic() + 60
    while until not in shown and time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 4096).decode(errors="replace")
    return shown


@pytest.mark.skipif(shutil.which("zsh") is None, reason="needs zsh")
def test_zsh_understands_its_script() -> None:
    subprocess.run(["zsh", "-n", str(ROOT / "completions" / "_bothub")], check=True, env=environment())


@pytest.mark.skipif(shutil.which("fish") is None, reason="needs fish")
def test_fish_completes_commands() -> None:
    line = f"source {ROOT}/completions/bothub.fish; complete -C 'bothub to'"
    ran = subprocess.run(["fish", "-c", line], env=environment(), capture_output=True, text=True, check=True)
    assert ran.stdout.startswith("token")


@pytest.mark.parametrize(
    ("words", "offered"), [((), "campaigns"), (("campaign",), "retry"), (("sandbox", "fault"), "clear")]
)
def test_help_is_offered_the_verbs_of_a_command(words: tuple[str, ...], offered: str) -> None:
    context = typer.Context(typer.main.get_command(typer.Typer(callback=lambda: None)))
    context.params["name"] = list(words)
    assert offered in complete_name(context, "")
    assert complete_name(context, "no-such") == []
