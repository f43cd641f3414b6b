"""What every test of the configuration starts from: an empty directory, and no environment but the test's own."""

from pathlib import Path

import pytest

from bothub_cli.config.profile_store import ProfileStore


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The configuration directory; it does not exist yet."""
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder that the user works in."""
    path = tmp_path / "work" / "deep" / "down"
    path.mkdir(parents=True)
    return path


@pytest.fixture
def environ(home: Path, tmp_path: Path) -> dict[str, str]:
    """An environment that names both directories and nothing else."""
    return {"BOTHUB_CONFIG_DIR": str(home), "BOTHUB_STATE_DIR": str(tmp_path / "state")}


@pytest.fixture
def store(home: Path) -> ProfileStore:
    return ProfileStore(home)
