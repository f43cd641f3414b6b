"""``bothub demo`` shows the whole loop with real programs, and leaves nothing behind."""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bothub_cli.commands.demo.demo import STEPS
from tests.conftest import Bothub


def test_the_demo_goes_from_a_card_to_a_campaign_and_leaves_nothing_behind(tmp_path: Path) -> None:
    # what its user has set up is neither used nor touched
    own = {"BOTHUB_PROFILE": "shop", "BOTHUB_API_BASE": "https://shop.example", "BOTHUB_STATE_DIR": str(tmp_path / "s")}
    environ = os.environ | {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)} | own
    ran = subprocess.run(
        [sys.executable, "-m", "bothub_cli", "demo"], env=environ, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr.count("error:")) == (0, 1), ran.stderr  # the message that nobody gets
    assert "[thanks_1]" in ran.stdout
    assert "uploaded van.png" in ran.stderr
    assert "on the suppression list" in ran.stderr
    assert "19 accepted" in ran.stdout
    assert ran.stdout.rstrip().splitlines()[-2] == "The sandbox and everything that it wrote are gone."
    assert [path.name for path in tmp_path.iterdir()] == []
    shown = re.findall(r"^\$ (bothub (?:.*\\\n)*.*)$", ran.stdout, re.MULTILINE)  # as it may be copied into a shell
    assert [shlex.split(words.replace("\\\n", ""))[1:] for words in shown] == [step.split() for step in STEPS]


def test_what_the_demo_writes_beside_its_steps_stands_on_any_terminal() -> None:
    lines = [line for step in STEPS for line in (step.told, *f"$ bothub {step.words}".splitlines())]
    assert [line for line in lines if len(line) > 80 or not line.isascii()] == []


def test_without_a_place_to_write_the_demo_says_so(bothub: Bothub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    ran = bothub("demo")
    assert ran.code == 12
    assert "error: the demo needs a place to write: No such file or directory" in ran.err
