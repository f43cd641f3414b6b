"""A journal can be looked at where nothing can be written: a backup, a read-only mount, another user's folder."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.campaign.journal.files import FileLedger

Bothub = Callable[..., Any]
Shop = Any  # the fixture of conftest.py

PROGRAM = Path(sys.executable).with_name("bothub")
pytestmark = pytest.mark.skipif(
    os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may write everywhere"
)


@pytest.fixture
def kept(bothub: Bothub, shop: Shop) -> Path:
    """A state directory with a campaign in it of which one of two messages was sent."""
    assert bothub(*shop.run("+33612345678", "+33612345679"), "--name", "summer", "--limit", "1").code == 0
    return Path(os.environ["BOTHUB_STATE_DIR"])


def look(state: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command that cannot write into the journals' folder."""
    as_others = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    folder = state / "campaigns"
    folder.chmod(0o500)
    try:
        command = [*as_others, str(PROGRAM), "campaign", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize("words", [("status",), ("list",), ("report",), ("report", "--format", "csv")])
def test_it_can_be_looked_at(kept: Path, words: tuple[str, ...]) -> None:
    before = sorted(path.name for path in (kept / "campaigns").iterdir())
    ran = look(kept, *words)
    assert ran.returncode == 0, ran.stderr
    assert "accepted" in ran.stdout
    assert sorted(path.name for path in (kept / "campaigns").iterdir()) == before


def leave_log(path: Path) -> None:
    """Change the journal in a process that dies before SQLite has put its log into the file."""
    code = (
        "import os, sqlite3, sys; d = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "d.execute('UPDATE attempt SET state = (SELECT max(state) FROM attempt)'); "
        "d.execute(\"INSERT INTO meta VALUES ('late', 'yes')\"); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=30)
    assert path.with_name(path.name + "-wal").stat().st_size


def test_a_log_that_a_crash_left_is_read_too(kept: Path) -> None:
    leave_log(FileLedger(kept / "campaigns").place("summer").path)
    ran = look(kept, "status", "summer")
    assert ran.returncode == 0, ran.stderr
    assert "1 accepted, 1 left" in ran.stdout


def test_a_log_that_cannot_be_read_is_told_with_what_helps(kept: Path) -> None:
    journal = FileLedger(kept / "campaigns").place("summer").path
    leave_log(journal)
    journal.with_name(journal.name + "-shm").unlink()
    ran = look(kept, "status", "summer")
    assert ran.returncode == 12
    assert "--journal COPY" in ran.stderr
    assert "summer.sqlite-wal" in ran.stderr
