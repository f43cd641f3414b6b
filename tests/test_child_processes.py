"""No program that we start learns our secrets from its environment."""

import json
import sys
from pathlib import Path

import pytest

from bothub_cli.child_processes import child_environment
from bothub_cli.events.forward.post import run_command


def test_every_variable_of_ours_stays_with_us() -> None:
    given = {"BOTHUB_AUTHORIZATION": "planted", "bothub_private_key": "planted", "PATH": "/bin", "NOT_BOTHUB_": "x"}
    assert child_environment(given) == {"PATH": "/bin", "NOT_BOTHUB_": "x"}


def test_a_command_that_gets_events_sees_none_of_our_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTHUB_AUTHORIZATION", "planted")
    monkeypatch.setenv("SHOP_DATABASE", "shop")
    seen = tmp_path / "seen"
    program = f"import json, os, pathlib; pathlib.Path({str(seen)!r}).write_text(json.dumps(dict(os.environ)))"
    assert run_command((sys.executable, "-c", program), b"{}", timeout=60) is None
    environment = json.loads(seen.read_text())
    assert environment["SHOP_DATABASE"] == "shop"
    assert not [name for name in environment if "BOTHUB" in name]
