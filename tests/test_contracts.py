"""The map of the code holds: who may import whom, and what the first import may load."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = ["requests", "jose", "rich", "starlette", "yaml", "phonenumbers", "tomlkit", "filelock", "cryptography"]


def test_each_layer_imports_only_from_the_layers_below_it() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


def _modules_of(code: str) -> set[str]:
    script = f"import sys\n{code}\nsys.stderr.write(' '.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in ran.stderr.split()}


@pytest.mark.parametrize("library", HEAVY)
def test_the_command_line_loads_no_heavy_library_to_start(library: str) -> None:
    assert library not in _modules_of("import bothub_cli.cli.main")


def _modules_of_command(*arguments: str) -> set[str]:
    return _modules_of(
        f"sys.argv = ['bothub', *{arguments!r}]\n"
        "from bothub_cli.entry import run\n"
        "try:\n    run()\nexcept SystemExit as leaving:\n    assert leaving.code == 0"
    )


def test_the_version_is_told_before_typer_is_loaded() -> None:
    assert not _modules_of_command("--version") & {"typer", "json", "re"}


def test_a_cached_token_is_shown_without_a_heavy_library(tmp_path: Path) -> None:
    code = (
        "import os\n"
        f"os.environ.update(BOTHUB_CONFIG_DIR={str(tmp_path)!r}, BOTHUB_STATE_DIR={str(tmp_path)!r})\n"
        "from bothub_cli.cli.main import main\n"
        "assert main(['token', 'show']) == 0"
    )
    assert not _modules_of(code) & {*HEAVY, "platformdirs", "pydantic", "http", "ssl"}
