"""``bothub demo`` shows the whole loop with real programs, and leaves nothing behind."""

import os
import subprocess
import sys
from pathlib import Path


def test_the_demo_goes_from_a_card_to_a_campaign_and_leaves_nothing_behind(tmp_path: Path) -> None:
    environ = os.environ | {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-m", "bothub_cli", "demo"], env=environ, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr.count("error:")) == (0, 1), ran.stderr  # the message that nobody gets
    assert "[thanks_1]" in ran.stdout
    assert "on the suppression list" in ran.stderr
    assert "19 accepted" in ran.stdout
    assert [path.name for path in tmp_path.iterdir()] == []
