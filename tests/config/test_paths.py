"""Where files lie: where the user says, else where the system keeps such things."""

from pathlib import Path

import pytest

from bothub_cli.config.paths import find_directories
from bothub_cli.errors import ConfigurationError


def test_a_home_that_nobody_knows_is_said_with_the_variable_that_helps() -> None:
    with pytest.raises(ConfigurationError, match="no home directory") as caught:
        find_directories({"BOTHUB_CONFIG_DIR": "~no-such-user-here/x", "BOTHUB_STATE_DIR": "/s"})
    assert caught.value.remedy == "name directories: BOTHUB_CONFIG_DIR=/… BOTHUB_STATE_DIR=/…"


def test_named_directories_count(tmp_path: Path) -> None:
    directories = find_directories({"BOTHUB_CONFIG_DIR": str(tmp_path / "c"), "BOTHUB_STATE_DIR": str(tmp_path / "s")})
    assert directories.config == tmp_path / "c"
    assert directories.state == tmp_path / "s"
    assert directories.tokens == tmp_path / "c" / "tokens"
    assert not directories.config.exists()


def test_a_tilde_is_the_home_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    directories = find_directories({"BOTHUB_CONFIG_DIR": "~/mine", "BOTHUB_STATE_DIR": "~/mine"})
    assert directories.config == tmp_path / "mine"


def test_otherwise_the_system_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    directories = find_directories({})
    assert tmp_path in directories.config.parents
    assert directories.config.name == "bothub"
    assert directories.state.name == "bothub"
