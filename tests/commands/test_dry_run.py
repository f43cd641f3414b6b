"""``--dry-run`` and ``--curl`` show the exact request, hold no secret, and need neither token nor network."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Bothub = Callable[..., Any]
SEND = ("send", "--to", "+33612345678", "--text", 'It\'s "10 $PATH `id` %20" \\ é 👋\nsecond line')


def test_nothing_goes_out(bothub: Bothub, account: Any) -> None:
    assert bothub(*SEND, "--dry-run").code == 0
    assert account.server.counts() == {}


def test_the_request_is_shown_as_it_would_go(bothub: Bothub, account: Any) -> None:
    shown = bothub(*SEND, "--dry-run", "--json").json
    assert shown["method"] == "POST"
    assert shown["url"] == f"{account.server.url}/bothub/v1/bot/v1/sandbox%40bots.localhost/messages"
    assert shown["headers"]["AccessToken"] == "***"
    assert shown["headers"]["Authorization"] == "Bearer ***"
    assert bothub(*SEND).code == 0
    assert shown["body"] == account.bodies[0]


def test_the_text_form_ends_in_the_body(bothub: Bothub, account: Any) -> None:
    head, _, body = bothub(*SEND, "--dry-run").out.partition("\n\n")
    assert head.startswith("POST http://")
    assert json.loads(body)["RCSMessage"]["textMessage"].startswith("It's")


def test_without_a_login_a_placeholder_stands_for_the_bot(bothub: Bothub) -> None:
    ran = bothub(*SEND, "--dry-run")
    assert ran.code == 0
    assert "/bot/v1/BOT_ID/messages" in ran.out
    assert "no bot ID is set" in ran.err


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("sh")), reason="runs the printed line with curl")
@pytest.mark.parametrize("by_flag", [True, False])
def test_the_curl_line_sends_the_very_message(bothub: Bothub, account: Any, by_flag: bool) -> None:
    options = ["--profile", "default"] if by_flag else []
    line = bothub(*SEND, *options, "--curl").out
    scripts = str(Path(sys.executable).parent)
    ran = subprocess.run(
        ["sh", "-c", line],
        env=os.environ | {"PATH": f"{scripts}:{os.environ['PATH']}"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "msgId" in ran.stdout
    assert account.texts == [SEND[-1]]


def test_the_curl_line_asks_for_the_tokens_of_the_same_bot(bothub: Bothub, account: Any) -> None:
    line = bothub(*SEND, "--curl", *account.login_flags()).out
    assert f"--raw gsma --bot-id {account.identity.bot_id} --private-key {account.key}" in line


def test_a_curl_line_for_the_sandbox_that_ends_says_so(bothub: Bothub) -> None:
    ran = bothub(*SEND, "--curl", "--sandbox")
    assert ran.code == 0
    assert "bothub sandbox start" in ran.err
