"""What a program that we start may know: everything of our environment but what belongs to us."""

import os
import subprocess
import sys
from collections.abc import Mapping

from bothub_cli.errors import SecretCommandError

COMMAND_TIMEOUT = 120.0  # seconds; a person may have to unlock the safe first
_OURS = ("BOTHUB_", "_BOTHUB_")


def child_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for another program: without any variable of ours, for those hold secrets."""
    given = os.environ if environ is None else environ
    return {name: value for name, value in given.items() if not name.upper().startswith(_OURS)}


def open_in_browser(url: str) -> bool:
    """Show a page in the user's browser, and tell whether one could be started.

    The standard library's module gives a browser our whole environment, so it is run in a process that has none of it.
    """
    program = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"
    ran = subprocess.run([sys.executable, "-c", program, url], env=child_environment(), check=False)  # noqa: S603  ours
    return ran.returncode == 0


def read_from_program(argv: tuple[str, ...], *, setting: str) -> bytes:
    """Return what a program of the user's writes to its standard output: a secret out of a safe, kept nowhere.

    Raises SecretCommandError with the last line that it said.
    """
    try:
        ran = subprocess.run(argv, capture_output=True, env=child_environment(), timeout=COMMAND_TIMEOUT, check=False)  # noqa: S603  the user's own, without a shell
    except subprocess.TimeoutExpired as error:
        raise SecretCommandError(setting=setting, reason=f"not done after {COMMAND_TIMEOUT:g} s") from error
    except OSError as error:
        raise SecretCommandError(setting=setting, reason=f"cannot be run: {error.strerror or error}") from error
    if ran.returncode != 0:
        said = ran.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"status {ran.returncode}"]
        raise SecretCommandError(setting=setting, reason=said[0][:300])
    if not ran.stdout.strip():
        raise SecretCommandError(setting=setting, reason="it wrote nothing")
    return ran.stdout
