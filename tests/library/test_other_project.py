"""PyPI's bothub-cli installs into a package of the same name: that is told at import, once, by what it is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bothub_cli

PACKAGE = Path(bothub_cli.__file__).parent


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder in which our package stands, file by file."""
    (tmp_path / "bothub_cli").mkdir()
    for each in PACKAGE.iterdir():
        if each.name != "__pycache__":
            (tmp_path / "bothub_cli" / each.name).symlink_to(each)
    return tmp_path


def _say(site: Path, code: str) -> str:
    environ = os.environ | {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ, timeout=120, cwd=site
    )
    assert str(site) in ran.stdout
    return ran.stderr


CODE = "import bothub_cli, bothub_cli.errors, bothub_cli; print(bothub_cli.__path__)"


def test_the_other_project_in_our_folder_is_told_once_with_what_helps(site: Path) -> None:
    (site / "bothub_cli" / "lib.py").write_text("")  # its largest module, which we have not
    said = _say(site, CODE)
    assert said.count("another project (bothub.studio)") == 1
    assert "pip uninstall bothub-cli" in said


def test_the_other_project_that_came_last_is_told_by_what_is_left_of_ours(site: Path) -> None:
    for name in ("lib.py", "__init__.py"):
        (site / "bothub_cli" / name).unlink(missing_ok=True)
        (site / "bothub_cli" / name).write_text("")
    said = _say(site, "import bothub_cli, bothub_cli.messages, bothub_cli.campaign; print(bothub_cli.__path__)")
    assert said.count("another project (bothub.studio)") == 1


def test_alone_nothing_is_said(site: Path) -> None:
    assert _say(site, CODE) == ""
