"""No program that we start learns our secrets from its environment."""

import json
import sys
from pathlib import Path

import pytest

from bothub_cli.child_processes import child_environment, open_in_browser
from bothub_cli.events.forward.post import run_for_event


def test_every_variable_of_ours_stays_with_us() -> None:
    given = {"BOTHUB_AUTHORIZATION": "planted", "bothub_private_key": "planted", "PATH": "/bin", "NOT_BOTHUB_": "x"}
    assert child_environment(given) == {"PATH": "/bin", "NOT_BOTHUB_": "x"}


def test_a_command_that_gets_events_sees_none_of_our_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTHUB_AUTHORIZATION", "planted")
    monkeypatch.setenv("SHOP_DATABASE", "shop")
    seen = tmp_path / "seen"
    program = f"import json, os, pathlib; pathlib.Path({str(seen)!r}).write_text(json.dumps(dict(os.environ)))"
    assert run_for_event((sys.executable, "-c", program), b"{}", timeout=60) is None
    environment = json.loads(seen.read_text())
    assert environment["SHOP_DATABASE"] == "shop"
    assert not [name for name in environment if "BOTHUB" in name]


def test_a_browser_sees_none_of_our_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, browser = tmp_path / "seen", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\nenv > {seen}.part\necho "$1" >> {seen}.part\nmv {seen}.part {seen}\n')
    browser.chmod(0o700)
    monkeypatch.setenv("BOTHUB_AUTHORIZATION", "planted")
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    assert open_in_browser("http://127.0.0.1:8808/")
    assert "http://127.0.0.1:8808/" in seen.read_text()
    assert "BOTHUB" not in seen.read_text()
    assert "planted" not in seen.read_text()


def test_a_browser_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER", "false %s")
    monkeypatch.setenv("PATH", "")
    assert not open_in_browser("http://127.0.0.1:8808/")


def test_a_browser_that_would_take_the_terminal_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = tmp_path / "started"
    browser = tmp_path / "w3m"
    browser.write_text(f"#!/bin/sh\n: > {started}\n")
    browser.chmod(0o700)
    for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not open_in_browser("http://127.0.0.1:8808/")
    assert not started.exists()
    monkeypatch.setenv("BROWSER", "w3m")
    assert open_in_browser("http://127.0.0.1:8808/")
    assert started.exists()
