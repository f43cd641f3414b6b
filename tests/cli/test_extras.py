"""A part that is not installed is named with the line that installs it; everything else works without it."""

import subprocess
import sys

import pytest

_WITHOUT = "import sys; sys.modules[sys.argv.pop(1)] = None; from bothub_cli.entry import run; run()"


def _run_without(library: str, *argv: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", _WITHOUT, library, *argv]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "argv",
    [
        ("uvicorn", "listen", "--port", "0"),
        ("prometheus_client", "listen", "--port", "0"),
        ("starlette", "token", "show", "--sandbox"),
    ],
    ids=" ".join,
)
def test_the_extra_that_is_missing_is_named(argv: tuple[str, ...]) -> None:
    ran = _run_without(*argv)
    assert ran.returncode == 12
    assert "bothub-rcs[server]" in ran.stderr


@pytest.mark.parametrize("argv", [("event", "list"), ("suppression", "add", "+33612345678")], ids=" ".join)
def test_the_store_needs_no_extra(argv: tuple[str, ...]) -> None:
    assert _run_without("starlette", *argv).returncode == 0
