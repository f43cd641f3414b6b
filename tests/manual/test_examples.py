"""Every shell and Python block of README and manual runs, in order, in a fresh folder, against a sandbox.

A line that starts a server goes on in the background until the page ends. A comment before a block says what it needs:
``<!-- needs an account -->`` gets one at a sandbox; ``<!-- not run: why -->`` is read only. A ``text`` block behind a
block is what a terminal of eighty columns shows of it, but for ids, times and ports; ``…`` stands for anything.
``python -m tests.manual.test_examples`` writes what is shown today into the pages.
"""

import html
import os
import re
import shlex
import subprocess
import sys
import tempfile
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
from tests.manual.terminal import COLUMNS, on_screen, run_in_terminal

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "bothub_cli" / "manual").glob("*.md"))]
BLOCK = re.compile(
    r"(?:^<!-- ((?:needs|not run)[^\n]*?) -->\n)?^```(sh|python)\n(.*?)^```$(?:\n\n?```text\n(.*?)^```$)?",
    re.MULTILINE | re.DOTALL,
)
CHANGES = [  # what differs from run to run, and what stands for it in a comparison
    (re.compile(r"Msg[0-9a-f]{24}|[0-9a-f]{8}-[0-9a-f-]{27}|\b([0-9a-f]{24}|[0-9a-f]{32})\b"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?|\b\d\d:\d\d:\d\d\b"), "TIME"),
    (re.compile(r"\b\d+(\.\d+)? ?(ms|s|min|h|/s)(?=[ ,.)]|$)", re.MULTILINE), "N"),
    (re.compile(r'("\w+_ms": )\d+'), r"\1N"),
    (re.compile(r"127\.0\.0\.1:\d{5}\b"), "127.0.0.1:PORT"),
    (re.compile(r"[ \n]/(tmp|home/ann)/[\w./-]+"), " PLACE"),  # it may be long enough to stand on a line of its own
    (re.compile(r"\*\*\*[\w=+/-]{4}"), "***"),
    (re.compile(r"\b([a-z]+)-[0-9a-f]{6}\b"), r"\1-ID"),
]
SERVERS = {"bothub sandbox start": 8808, "bothub listen": 8809}  # how the line begins, and where it listens by default
NEEDS_SANDBOX = re.compile(r"-p sandbox|bothub sandbox (?:inbox|act|fault|clock|reset|status)")
MAX_WAIT = 60.0  # seconds for a server to come up, and for a block to end, on a busy machine


class Block(NamedTuple):
    """A block of a page: what it needs, its language, its text, and what the page shows of its output."""

    needs: str
    language: str
    text: str
    shown: str


def blocks_of(page: Path) -> list[Block]:
    return [Block(*parts) for parts in BLOCK.findall(page.read_text("utf-8"))]


def matches(written: str, shown: str) -> bool:
    """Tell whether a page shows what was written, but for what differs from run to run."""
    for pattern, name in CHANGES:
        written, shown = pattern.sub(name, written), pattern.sub(name, shown)
    written, shown = (re.sub(r"(?<=\S) +", " ", text) for text in (written, shown))  # columns are as wide as an id
    return re.fullmatch(".*".join(map(re.escape, shown.split("…"))), written, re.DOTALL) is not None


class Difference(NamedTuple):
    """A block whose output is not what the page shows."""

    text: str
    shown: str
    written: str


class Reader:
    """Somebody who types a page, in a folder of their own."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.home = folder / "home"
        self.work = folder / "work"
        self.home.mkdir()
        self.work.mkdir()
        (self.work / "bothub_cli").symlink_to(ROOT / "bothub_cli")  # the README is read in the clone
        self.environ = {
            "HOME": str(self.home),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "BOTHUB_CONFIG_DIR": str(folder / "config"),
            "BOTHUB_STATE_DIR": str(folder / "state"),
            "NO_COLOR": "1",
            "LANG": "C.UTF-8",
        }
        self.python: list[Block] = []
        self.servers: dict[str, subprocess.Popen[bytes]] = {}
        self.differences: list[Difference] = []

    def read(self, block: Block) -> None:
        if block.needs == "needs an account":
            self._open_account()
        if block.language == "python":
            self._run_python(block)
            return
        lines: list[str] = []
        for line in block.text.replace("\\\n", " ").splitlines():
            if NEEDS_SANDBOX.search(line) and "bothub sandbox start" not in self.servers:
                self._serve("bothub sandbox start --webhook http://127.0.0.1:8809/webhook")
            if line.startswith("bothub login") and "--bot-id" not in line:  # it asks: _open_account answered already
                continue
            if any(line.startswith(start) for start in SERVERS):
                self._type(lines, "")
                lines = []
                self._serve(line)
            else:
                lines.append(line)
        self._type(lines, block.shown)

    def _run_python(self, block: Block) -> None:
        """Keep it for the end of the page; what holds tests is run by pytest."""
        if "def test_" in block.text:
            (self.work / "test_page.py").write_text(block.text)
            self._run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_page.py"])
            return
        self.python.append(block)

    def finish(self) -> None:
        """Run the Python of the page as one program."""
        if not self.python:
            return
        mark = "# the next block\n"
        program = f"print({mark!r}, end='')\n".join(block.text for block in self.python)
        for block, written in zip(self.python, self._run_shown(["python", "-c", program]).split(mark), strict=True):
            self._compare(block.text, written, block.shown)

    def _type(self, lines: list[str], shown: str) -> None:
        if not any(line.strip() and not line.startswith("#") for line in lines):
            return
        kept = shlex.quote(str(self.folder / "exported.sh"))
        script = f"[ -e {kept} ] && . {kept}\nset -euo pipefail\n{chr(10).join(lines)}\nexport -p > {kept}\n"
        self._run(["bash", "-c", script.replace("/run/secrets", str(self.home))], shown)

    def _run(self, words: list[str], shown: str = "") -> None:
        if shown:
            self._compare(words[-1], self._run_shown(words), shown)
            return
        ran = subprocess.run(
            words, cwd=self.work, env=self.environ, capture_output=True, text=True, check=False, timeout=MAX_WAIT * 3,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert ran.returncode == 0, f"{words[-1]}\n{ran.stdout}\n{ran.stderr}"

    def _run_shown(self, words: list[str]) -> str:
        environ = {name: value for name, value in self.environ.items() if name != "NO_COLOR"}
        code, written = run_in_terminal(words, environ=environ, folder=self.work)
        assert code == 0, f"{words[-1]}\n{on_screen(written)}"
        return on_screen(written)

    def _compare(self, text: str, written: str, shown: str) -> None:
        if shown and not matches(written, shown):
            self.differences.append(Difference(text, shown, written))

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
            server.communicate(timeout=MAX_WAIT)

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
    end = time.monotonic() + MAX_WAIT
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


def differences_of(page: Path, folder: Path) -> list[Difference]:
    """Run a page and return where it shows something else than what is written today."""
    blocks = [block for block in blocks_of(page) if not block.needs.startswith("not run: ")]
    with reading(folder) as reader:
        for block in blocks:
            reader.read(block)
        reader.finish()
        return reader.differences


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_of_a_page_run_in_order_and_write_what_it_shows(page: Path, tmp_path: Path) -> None:
    for text, shown, written in differences_of(page, tmp_path):
        pytest.fail(f"{text}\nwrites:\n{written}\nand not:\n{shown}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_belongs_to_a_command(page: Path) -> None:
    assert page.read_text("utf-8").count("```text\n") == sum(bool(block.shown) for block in blocks_of(page))


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.stem)
def test_what_is_to_be_typed_fits_a_terminal_of_eighty_columns(page: Path) -> None:
    lines = [line for block in blocks_of(page) if block.language == "sh" for line in block.text.splitlines()]
    assert [line for line in lines if len(line) > COLUMNS] == []


def test_few_blocks_are_only_read() -> None:
    unread = [block.needs for page in PAGES for block in blocks_of(page) if block.needs.startswith("not run: ")]
    assert all(len(why) > len("not run: ") for why in unread)
    assert len(unread) <= 12


def test_what_is_shown_is_told_from_what_is_not() -> None:
    written = "accepted  +33612345678  Msg35f648ca40180684a214e958\n"
    assert matches(written, "accepted  +33612345678  Msg000000000000000000000001\n")
    assert matches(written, "accepted  …\n")
    assert not matches(written, "accepted  +33612345679  Msg35f648ca40180684a214e958\n")
    assert not matches(written + "one line more\n", written)


def test_a_bar_is_read_as_it_was_last_drawn() -> None:
    assert (
        on_screen("\x1b[2mchecking\x1b[0m\n\r\x1b[2K 0/2\r\x1b[2K 2/2\n\x1b[?25h\r\x1b[1A\x1b[2Kdone\n")
        == "checking\ndone\n"
    )


def test_the_picture_of_the_terminal_shows_what_the_first_command_says_today(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    demo = re.search(r"<!-- demo command -->.*?&& \.venv/bin/(bothub [^\n]*)", readme, re.DOTALL)
    assert demo is not None
    svg = (ROOT / ".github" / "pictures" / "terminal.svg").read_text("utf-8")
    lines = re.findall(r'<text class="bothub-r[^>]*y="([\d.]+)"[^>]*>(.*?)</text>', svg)
    heights = dict.fromkeys(height for height, _ in lines)
    drawn = "\n".join("".join(html.unescape(text) for at, text in lines if at == height) for height in heights)
    command, shown = drawn.replace("\xa0", " ").split("--preview\n", 1)
    assert shlex.split(command.replace("\\\n", " ") + "--preview") == ["$", *shlex.split(demo[1])]
    with reading(tmp_path) as reader:
        reader._type([demo[1]], "\n".join(line.rstrip() for line in shown.splitlines()) + "\n")
        assert reader.differences == []


if __name__ == "__main__":
    for each in PAGES if len(sys.argv) == 1 else map(Path, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as directory:
            found = differences_of(each, Path(directory))
        page_text = each.read_text("utf-8")
        for one in found:
            page_text = page_text.replace(f"```text\n{one.shown}```", f"```text\n{one.written}```", 1)
        each.write_text(page_text, "utf-8")
