"""A thousand connections need more open files than many systems allow at first."""

import subprocess
import sys

import pytest

PROGRAM = """
import resource
from bothub_cli.serving.process import allow_open_files
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
allow_open_files({wanted})
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
@pytest.mark.parametrize(
    ("soft", "hard", "wanted", "expected"),
    [(64, 100, 500, "100 100"), (64, 500, 128, "128 500"), (200, 500, 128, "200 500")],
    ids=["as far as the system permits", "as far as wanted", "never down"],
)
def test_the_limit_is_raised(soft: int, hard: int, wanted: int, expected: str) -> None:
    program = PROGRAM.format(soft=soft, hard=hard, wanted=wanted)
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.strip() == expected
