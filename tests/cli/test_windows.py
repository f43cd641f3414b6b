"""What Windows lacks: the program is imported whole, and used, in a process where that is not there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# The standard library and the libraries that we use are imported first: they are to be those of this system.
AS_ON_WINDOWS = """
import asyncio, ctypes, email.parser, http.client, importlib, io, json, logging, multiprocessing, os, pathlib, pkgutil
import platform, select, shutil, signal, socket, sqlite3, ssl, subprocess, sys, tempfile, threading, time, webbrowser
import babel.dates, cryptography.hazmat.primitives.serialization, filelock, httpx, jinja2, jose.jwt, phonenumbers
import platformdirs, prometheus_client, psycopg, pycurl, requests, rich.console, rich.live, rich.markdown
import starlette.routing, tomlkit, typer, typer.testing, uvicorn, uvicorn.protocols.http.httptools_impl, wcwidth, yaml
from types import SimpleNamespace
from uvicorn.lifespan import off, on
for name, module in [*sys.modules.items()]:
    if name.startswith("filelock") and hasattr(module, "os"):
        module.os = SimpleNamespace(**vars(os))

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name in {"fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
for name in ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog"):
    sys.modules.pop(name, None)
for module, names in {
    os: "chown fchown fork forkpty getegid geteuid getgid getuid getpgid killpg lchown mkfifo nice "
        "O_DIRECTORY O_NONBLOCK pread pwrite setsid statvfs ST_RDONLY sync uname wait3",
    signal: "SIGALRM SIGCHLD SIGHUP SIGKILL SIGPIPE SIGQUIT SIGUSR1 SIGUSR2 SIGWINCH "
        "alarm pause pthread_sigmask setitimer",
    select: "poll epoll", time: "tzset",
}.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
os.supports_effective_ids.clear()
subprocess.CREATE_NEW_PROCESS_GROUP = 0x200
sys.platform = "win32"
import bothub_cli
for found in pkgutil.walk_packages(bothub_cli.__path__, "bothub_cli."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)

from bothub_cli.cli.main import main
for words in json.loads(sys.stdin.read()):
    stdout = sys.stdout
    sys.stdout = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")  # as Windows opens a pipe
    sys.stdin = io.TextIOWrapper(io.BytesIO(b""))
    code = main(words)
    sys.stdout.flush()
    said, sys.stdout = sys.stdout.buffer.getvalue().decode(), stdout
    print(json.dumps([code, said]), flush=True)
"""
TO = ["--to", "+33612345678"]


@pytest.mark.skipif(sys.platform == "win32", reason="there the whole of the tests says it")
def test_every_module_and_the_first_commands_work_without_what_windows_lacks(tmp_path: Path) -> None:
    (tmp_path / "message.yaml").write_text("textMessage: Bonjour 😀\n", encoding="utf-8")
    (tmp_path / "list.csv").write_text("to\n+33612345678\n")
    asked = [
        ["--version"],
        ["--help"],
        ["message", "check", "message.yaml"],
        ["send", *TO, "--text", "Grüße 😀", "--sandbox", "--dry-run"],
        ["send", *TO, "--text", "Hello", "--sandbox", "--json"],
        ["suppression", "add", "+33612345679"],
        ["campaign", "run", "list.csv", "--template", "message.yaml", "--sandbox"],
        ["event", "list"],
        ["profile", "list"],
    ]
    ran = subprocess.run(
        [sys.executable, "-c", AS_ON_WINDOWS], input=json.dumps(asked), capture_output=True, text=True, check=False,
        cwd=tmp_path, env=os.environ | {"PYTHONUTF8": "1"}, encoding="utf-8",
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    answers = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [code for code, _ in answers] == [0] * len(asked), ran.stderr
    assert "Grüße 😀" in answers[3][1]  # as written to a pipe, which Windows opens in a code page
    assert json.loads(answers[4][1])["outcome"] == "accepted"
    assert "1 accepted" in answers[6][1]
