"""What users of the library get in their own tests."""

import subprocess
import sys
from pathlib import Path

import pytest

from bothub_cli.errors import StillPendingError
from bothub_cli.sandbox.control.arguments import ControlError
from bothub_cli.sandbox.server import SandboxServer

NUMBER = "+33612345678"


def test_waiting_for_a_message_that_never_comes_is_an_error(bothub_sandbox: SandboxServer) -> None:
    with pytest.raises(StillPendingError, match=r"still pending after 0.05 s"):
        bothub_sandbox.wait_for_message(number=NUMBER, timeout=0.05)


def test_a_tap_needs_a_button(bothub_sandbox: SandboxServer) -> None:
    with pytest.raises(ControlError, match="no message with buttons"):
        bothub_sandbox.act(NUMBER, "tap", label="Yes")


def test_the_users_words_are_seen_at_once(bothub_sandbox: SandboxServer) -> None:
    sent = bothub_sandbox.act(NUMBER, "text", text="Hi")
    assert bothub_sandbox.wait_for_message(number=NUMBER, direction="to_bot") is sent
    assert bothub_sandbox.messages(words="hi") == [sent]


def test_the_plugin_loads_nothing_heavy() -> None:
    program = "import sys, bothub_cli.sandbox.pytest_plugin; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"starlette", "uvicorn", "requests", "cryptography", "jose"} & set(loaded)


def test_another_project_finds_the_fixtures(tmp_path: Path) -> None:
    (tmp_path / "test_theirs.py").write_text("def test_it(bothub_sandbox):\n    assert bothub_sandbox.port > 0\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
