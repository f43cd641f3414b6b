"""Every shell and Python block of README and manual runs, in order, in a fresh folder, against a sandbox.

A line that starts a server goes on in the background until the page ends. A comment before a block says what it needs:
``<!-- needs an account -->`` gets one at a sandbox; ``<!-- not run: why -->`` is read only.
"""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "bothub_cli" / "manual").glob("*.md"))]
BLOCK = re.compile(r"(?:^<!-- ((?:needs|not run)[^\n]*?) -->\n)?^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SERVERS = {"bothub sandbox start": 8808, "bothub listen": 8809}  # how the line begins, and where it listens by default
NEEDS_SANDBOX = re.compile(r"-p sandbox|bothub sandbox (?:inbox|act|fault|clock|reset|status)")
PATIENCE = 60.0  # seconds for a server to come up, and for a block to end, on a busy machine


class Block(NamedTuple):
    """A block of a page: what it needs, its language, its text."""

    needs: str
    language: str
    text: str


def blocks_of(page: Path) -> list[Block]:
    return [Block(needs or "", language, text) for needs, language, text in BLOCK.findall(page.read_text("utf-8"))]


class Reader:
    """Somebody who types a page, in a folder of their own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.home = folder / "home"
        self.work = folder / "work"
        self.home.mkdir()
        self.work.mkdir()
        self.environ = {
            "HOME": str(self.home),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "BOTHUB_CONFIG_DIR": str(folder / "config"),
            "BOTHUB_STATE_DIR": str(folder / "state"),
            "NO_COLOR": "1",
            "LANG": "C.UTF-8",
        }
        self.python = ""
        self.servers: dict[str, subprocess.Popen[bytes]] = {}

    def read(self, block: Block) -> None:
        if block.needs == "needs an account":
            self._open_account()
        if block.language == "python":
            self._run_python(block.text)
            return
        lines: list[str] = []
        for line in block.text.replace("\\\n", " ").splitlines():
            if NEEDS_SANDBOX.search(line) and "bothub sandbox start" not in self.servers:
                self._serve("bothub sandbox start --webhook http://127.0.0.1:8809/webhook")
            if line.startswith("bothub login") and "--bot-id" not in line:  # it asks: _open_account answered already
                continue
            if any(line.startswith(start) for start in SERVERS):
                self._type(lines)
                lines = []
                self._serve(line)
            else:
                lines.append(line)
        self._type(lines)

    def _run_python(self, text: str) -> None:
        """Run it behind the blocks of the page that came before; what holds tests is run by pytest."""
        if "def test_" in text:
            (self.work / "test_page.py").write_text(text)
            self._run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_page.py"])
            return
        self.python += text
        self._run([sys.executable, "-c", self.python])

    def _type(self, lines: list[str]) -> None:
        if not any(line.strip() and not line.startswith("#") for line in lines):
            return
        kept = shlex.quote(str(self.folder / "exported.sh"))
        script = f"[ -e {kept} ] && . {kept}\nset -euo pipefail\n{chr(10).join(lines)}\nexport -p > {kept}\n"
        self._run(["bash", "-c", script.replace("/run/secrets", str(self.home))])

    def _run(self, words: list[str]) -> None:
        ran = subprocess.run(
            words, cwd=self.work, env=self.environ, capture_output=True, text=True, check=False, timeout=PATIENCE * 3,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert ran.returncode == 0, f"{words[-1]}\n{ran.stdout}\n{ran.stderr}"

    def _serve(self, line: str) -> None:
        start = next(start for start in SERVERS if line.startswith(start))
        if start in self.servers:
            self._end(start)
        host, port = re.search(r"--host (\S+)", line), re.search(r"--port (\d+)", line)
        self.servers[start] = server = subprocess.Popen(
            ["bash", "-c", f"exec {line}"] if "|" not in line else ["bash", "-c", line],
            cwd=self.work, env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self.stack.callback(self._end, start)
        if port is None or port[1] != "0":
            _wait_for(server, host[1] if host else "127.0.0.1", int(port[1]) if port else SERVERS[start])

    def _end(self, start: str) -> None:
        server = self.servers.get(start)
        if server is not None and server.poll() is None:
            os.killpg(server.pid, 15)
            server.communicate(timeout=PATIENCE)

    def _open_account(self) -> None:
        if "BOTHUB_API_BASE" in self.environ:
            return
        bot = SandboxIdentity.generate(bot_id="MyBot")
        self.environ["BOTHUB_API_BASE"] = self.stack.enter_context(SandboxServer([bot])).url
        for key in (self.home / "bot.pem", self.home / "keys" / "bot.pem", self.work / "bot.pem"):
            key.parent.mkdir(exist_ok=True)
            key.touch(mode=0o600)
            key.write_text(bot.private_key_pem.reveal())
        for file in (self.home / "auth", self.work / "auth.txt"):
            file.touch(mode=0o600)
            file.write_text(bot.authorization.reveal())
        self._run(
            ["bothub", "login", "--bot-id", "MyBot", "--private-key", "bot.pem", "--authorization-file", "auth.txt"]
        )


def _wait_for(server: "subprocess.Popen[bytes]", host: str, port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert server.poll() is None, server.communicate()[1].decode()
        try:
            urlopen(f"http://{host}:{port}/healthz", timeout=5).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nothing listens on {host}:{port}")


@contextmanager
def reading(folder: Path) -> Iterator[Reader]:
    with ExitStack() as stack:
        yield Reader(folder, stack)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run_in_order(page: Path, tmp_path: Path) -> None:
    blocks = [block for block in blocks_of(page) if not block.needs.startswith("not run: ")]
    with reading(tmp_path) as reader:
        for block in blocks:
            reader.read(block)


def test_few_blocks_are_only_read() -> None:
    unread = [block.needs for page in PAGES for block in blocks_of(page) if block.needs.startswith("not run: ")]
    assert all(len(why) > len("not run: ") for why in unread)
    assert len(unread) <= 12
