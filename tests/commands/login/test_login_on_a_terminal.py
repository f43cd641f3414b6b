"""At a terminal ``login`` asks for what is missing, and the terminal never shows a secret."""

import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pty = pytest.importorskip("pty", reason="needs pseudo-terminals, which Windows has not")


class Terminal:
    """A person at a terminal: waits for a question, answers it, and remembers all that was on the screen."""

    def __init__(self, *argv: str) -> None:
        self._master, slave = pty.openpty()
        command = [str(Path(sys.executable).with_name("bothub")), *argv]
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env=os.environ | {"CI": ""}
        )
        os.close(slave)
        self.screen = ""

    def wait_for(self, text: str, *, times: int = 1, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while self.screen.count(text) < times:
            assert time.monotonic() < deadline, self.screen
            self._read()

    def type(self, text: str) -> None:
        time.sleep(0.1)  # getpass throws away what was typed before it turned the echo off
        os.write(self._master, text.encode() + b"\n")

    def end(self) -> int:
        code = self.process.wait(timeout=20)
        while self._read():
            pass
        os.close(self._master)
        self.screen = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.screen)
        return code

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], 0.2)
        try:
            piece = os.read(self._master, 65536) if ready else b""
        except OSError:  # the other side is closed
            return False
        self.screen += piece.decode()
        return bool(piece)


def test_login_asks_for_all_three_and_echoes_no_secret(bot: Any) -> None:
    terminal = Terminal("login", "--api-base", bot.server.url)
    terminal.wait_for("Bot ID: ")
    terminal.type(bot.identity.bot_id)
    terminal.wait_for("(Basic …): ")
    terminal.type(bot.identity.authorization.reveal())
    terminal.wait_for("private key (PEM): ")
    terminal.type(str(bot.key))
    assert terminal.end() == 0, terminal.screen
    assert bot.identity.authorization.reveal()[6:] not in terminal.screen
    assert (bot.config / "secrets.toml").exists()


def test_an_answer_that_cannot_be_used_is_told_and_asked_for_again(
    bot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "words.txt").write_text("no key\n")
    monkeypatch.chdir(tmp_path)
    terminal = Terminal("login", "--api-base", bot.server.url)
    terminal.wait_for("Configuration Summary: Bot ID: ")
    terminal.type("my bot")
    terminal.wait_for("Configuration Summary: Bot ID: ", times=2)
    assert "the answer: expected one word" in terminal.screen
    terminal.type(f' "{bot.identity.bot_id}" ')
    terminal.wait_for("(Basic …): ")
    terminal.type("Authorization: Basic abc")
    terminal.wait_for("(Basic …): ", times=2)
    assert "cut off?" in terminal.screen
    terminal.type(f" 'Authorization: {bot.identity.authorization.reveal()}' ")
    terminal.wait_for("private key (PEM): ")
    terminal.type("nowhere.pem")
    terminal.wait_for("private key (PEM): ", times=2)
    assert "there is no such file" in terminal.screen
    terminal.type("words.txt")
    terminal.wait_for("private key (PEM): ", times=3)
    assert "this is not a private key in PEM" in terminal.screen
    terminal.type(f"'{bot.key}'")
    assert terminal.end() == 0, terminal.screen


def test_a_passphrase_is_asked_for_without_echo(bot: Any, tmp_path: Path) -> None:
    locked = tmp_path / "locked.pem"
    encrypt = ["openssl", "pkcs8", "-topk8", "-in", str(bot.key), "-out", str(locked), "-passout", "pass:open sesame"]
    subprocess.run(encrypt, check=True, capture_output=True)
    locked.chmod(0o600)
    flags = bot.login_flags()
    flags[flags.index(str(bot.key))] = str(locked)
    terminal = Terminal("login", *flags)
    terminal.wait_for("Passphrase of ")
    terminal.type("open sesame")
    assert terminal.end() == 0, terminal.screen
    assert "open sesame" not in terminal.screen


def test_with_no_input_nothing_is_asked(bot: Any) -> None:
    terminal = Terminal("login", "--no-input")
    assert terminal.end() == 2
    assert "missing: bot id, authorization, private key" in terminal.screen


def test_ctrl_c_at_a_question_ends_with_130_and_saves_nothing(bot: Any) -> None:
    terminal = Terminal("login", "--api-base", bot.server.url)
    terminal.wait_for("Bot ID: ")
    os.kill(terminal.process.pid, 2)
    assert terminal.end() == 130
    assert "Traceback" not in terminal.screen
    assert not bot.config.exists()
