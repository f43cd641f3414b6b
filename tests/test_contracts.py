"""The map of the code holds: who may import whom, and what the first import may load."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = ["requests", "jose", "rich", "starlette", "yaml", "phonenumbers", "tomlkit", "filelock", "cryptography"]


def test_each_layer_imports_only_from_the_layers_below_it() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout


# A line for each contract that breaks it: the module that it is planted in, and what that module must not import.
PLANTED = {
    "Each layer imports only from the layers below it": ("messages/limits.py", "import bothub_cli.client"),
    "Inside the sandbox each room imports only from the rooms below it": (
        "sandbox/state/settings.py",
        "import bothub_cli.sandbox.server",
    ),
    "Inside the events each room imports only from the rooms below it": (
        "events/opt_out.py",
        "import bothub_cli.events.store.read",
    ),
    "Inside the campaign each room imports only from the rooms below it": (
        "campaign/pace/rate.py",
        "import bothub_cli.campaign.run.engine",
    ),
    "Inside the messages each room imports only from the rooms below it": (
        "messages/vocabulary.py",
        "import bothub_cli.messages.model.message",
    ),
    "Inside the preview each room imports only from the rooms below it": (
        "preview/forecast/layout.py",
        "import bothub_cli.preview.html.page",
    ),
    "The domain knows no library": ("messages/payload.py", "import starlette"),
    "The domain and the protocol know no machine": ("protocol/http.py", "import socket"),
    "The stories know no command line": ("sending/deliver.py", "import sys"),
    "Only the journal's own room names its database": (
        "campaign/run/limits.py",
        "import bothub_cli.campaign.journal.sqlite_open",
    ),
    "No two neighbours import each other, in whichever room": (
        "messages/model/position.py",
        "import bothub_cli.messages.model.message",
    ),
}


def test_each_contract_would_catch_a_violation(tmp_path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    shutil.copytree(ROOT / "bothub_cli", tmp_path / "bothub_cli", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for contract in contracts:
        name = contract["name"]
        where, line = PLANTED.get(name) or ("redaction.py", f"import {contract['protected_modules'][0]}")
        with (tmp_path / "bothub_cli" / where).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    linter = Path(sys.executable).with_name("lint-imports")
    environ = os.environ | {"PYTHONPATH": str(tmp_path), "COLUMNS": "200"}
    ran = subprocess.run([linter, "--no-cache"], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    kept = [contract["name"] for contract in contracts if f"{contract['name']} BROKEN" not in ran.stdout]
    assert kept == [], ran.stdout


_IMPORT = re.compile(r" +(?:from [\w.]+ )?import [(\w]")
_DEFINITION = ("def ", "async def ", "class ", ")")  # the last ends a signature of several lines


def _imports_without_reason(path: Path) -> Iterator[str]:
    block = ""  # the line that begins what the next ones are in
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line[:1].strip():
            block = line
        elif block.startswith(_DEFINITION) and _IMPORT.match(line) and "  # " not in line:
            yield f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


def test_an_import_inside_a_function_says_on_its_line_why_it_is_not_at_the_top() -> None:
    found = {each for path in (ROOT / "bothub_cli").rglob("*.py") for each in _imports_without_reason(path)}
    assert sorted(found) == []


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
