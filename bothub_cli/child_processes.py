"""What a program that we start may know: everything of our environment but what belongs to us."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO, Any

from bothub_cli.errors import SecretCommandError
from bothub_cli.files import SECRET_MAX

COMMAND_TIMEOUT = 120.0  # seconds; a person may have to unlock the safe first
_SAID_MAX = 4096  # bytes of what a program says of its failure
_LINE_MAX = 300  # characters of it
_NAME_MAX = 64  # characters
_KEY_LINE = r"[A-Za-z0-9+/=_-]{32,}"  # a line of a PEM has 64
_OURS = ("BOTHUB_", "_BOTHUB_")
# A browser that draws in the terminal (lynx, w3m) would take it from the command: only who names it gets it.
_OPEN = """
import os, sys, webbrowser
if not os.environ.get("BROWSER"):
    webbrowser.GenericBrowser.open = lambda *_: False
sys.exit(not webbrowser.open(sys.argv[1]))
"""
# What Popen is told so that Ctrl-C ends us, and not a program in the midst of its work. Any: Popen's own keywords
OWN_SESSION: dict[str, Any]
if sys.platform == "win32":
    OWN_SESSION = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    OWN_SESSION = {"start_new_session": True}


def child_environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment for another program: without any variable of ours, for those hold secrets."""
    given = os.environ if environ is None else environ
    return {name: value for name, value in given.items() if not name.upper().startswith(_OURS)}


def run_with_input(
    argv: Sequence[str],
    content: bytes,
    *,
    timeout: float,
    stdout: int,
    stderr: IO[bytes] | None = None,
    environment: Mapping[str, str] | None = None,
    running: "set[subprocess.Popen[bytes]] | None" = None,
) -> int | None:
    """Run a program of the user's with bytes on its standard input, and return how it ended; None: it took too long.

    It is in a session of its own, so that Ctrl-C ends us and not a program in its midst, and ends with whatever it has
    started when the time (seconds) is up. It knows none of our secrets. While it runs it is in ``running``.
    What it says goes into a file and not a pipe: a child of it that lives on would keep that open, and nobody would
    know that the program itself has ended. Raises OSError when it cannot be run.
    """
    if environment is None:
        environment = child_environment()
    running = set() if running is None else running
    process = subprocess.Popen(  # noqa: S603  the user's own, without a shell
        argv, stdin=subprocess.PIPE, stdout=stdout, stderr=stderr, env=environment, **OWN_SESSION
    )
    running.add(process)
    try:
        process.communicate(content, timeout=timeout)
    except subprocess.TimeoutExpired:
        end_session(process)
        return None
    except BaseException:  # a second Ctrl-C: whoever waits for nobody leaves nobody behind
        end_session(process)
        raise
    finally:
        running.discard(process)
    return process.returncode


def end_session(process: "subprocess.Popen[bytes]") -> None:
    """End a program of an ``OWN_SESSION`` with whatever it has started, as far as the system can."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def open_in_browser(url: str) -> bool:
    """Show a page in the user's browser, and tell whether one could be started.

    The standard library's module gives a browser our whole environment, so it is run in a process that has none of it.
    """
    ran = subprocess.run([sys.executable, "-c", _OPEN, url], env=child_environment(), check=False)  # noqa: S603  ours
    return ran.returncode == 0


def read_from_program(argv: tuple[str, ...], *, setting: str) -> bytes:
    """Return what a program of the user's writes to its standard output: a secret out of a safe, kept nowhere.

    Raises SecretCommandError with the last line that it said.
    """
    try:
        with (
            TemporaryFile() as said,
            subprocess.Popen(  # noqa: S603  the user's own, without a shell
                argv, stdout=subprocess.PIPE, stderr=said, env=child_environment()
            ) as program,
        ):
            content = _read_in_time(program, setting=setting)
            line = re.sub(_KEY_LINE, "***", last_line(said))[:_LINE_MAX]
    except OSError as error:
        name = f"{argv[0]} " if len(argv[0]) <= _NAME_MAX else ""
        raise SecretCommandError(setting=setting, reason=f"{name}cannot be run: {error.strerror or error}") from error
    if program.returncode != 0:
        raise SecretCommandError(setting=setting, reason=line or f"it {say_end(program.returncode)}")
    if not content.strip():
        raise SecretCommandError(setting=setting, reason="it wrote nothing")
    return content


def _read_in_time(program: "subprocess.Popen[bytes]", *, setting: str) -> bytes:
    """Return what a program writes until it ends; one that hangs, or does not stop writing, is ended."""
    assert program.stdout is not None
    too_late = threading.Timer(COMMAND_TIMEOUT, program.kill)
    too_late.start()
    try:
        content = program.stdout.read(SECRET_MAX + 1)
        if len(content) <= SECRET_MAX:
            program.wait()
    finally:
        was_late = not too_late.is_alive()
        too_late.cancel()
        program.kill()  # does nothing to one that has ended
    if was_late:
        raise SecretCommandError(setting=setting, reason=f"not done after {COMMAND_TIMEOUT:g} s")
    if len(content) > SECRET_MAX:
        raise SecretCommandError(setting=setting, reason=f"it wrote more than {SECRET_MAX:,} bytes")
    return content


def say_end(code: int) -> str:
    """Say how a program ended that did not end well."""
    return f"ended with status {code}" if code > 0 else f"was killed by signal {-code}"


def last_line(said: IO[bytes]) -> str:
    """Return the last line of what a program wrote into a file, "" for nothing."""
    said.seek(max(0, said.seek(0, os.SEEK_END) - _SAID_MAX))
    lines = said.read(_SAID_MAX).decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else ""
