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


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / 'a "photo"; of,me.jpg'
    path.write_bytes(b"\xff\xd8" + bytes(5_000))
    return path


OTHERS = [
    (("file", "upload", "PHOTO", "--until", "7d"), "POST"),
    (("file", "upload", "https://shop.example/a.mp4", "--type", "video/mp4"), "POST"),
    (("file", "delete", "F1"), "DELETE"),
    (("typing", "--to", "+33612345678", "--off"), "POST"),
]


@pytest.mark.parametrize(("argv", "method"), OTHERS)
@pytest.mark.parametrize("option", ["--dry-run", "-n", "--curl"])
def test_whatever_changes_something_can_be_rehearsed(
    bothub: Bothub, account: Any, photo: Path, argv: tuple[str, ...], method: str, option: str
) -> None:
    words = [str(photo) if word == "PHOTO" else word for word in argv]
    ran = bothub(*words, option, "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["method"], ran.json["schema"]) == (method, "bothub/planned-request/1")
    assert account.server.counts() == {}


def test_a_file_that_cannot_be_read_fails_the_rehearsal_too(bothub: Bothub, tmp_path: Path) -> None:
    assert bothub("file", "upload", str(tmp_path / "no.jpg"), "-n").code == 6


def test_the_form_of_an_upload_is_shown_without_the_bytes(bothub: Bothub, account: Any, photo: Path) -> None:
    shown = bothub("file", "upload", str(photo), "--name", "me.jpg", "--until", "7d", "-n", "--json").json
    assert shown["body"]["fileType"] == "image/jpeg"
    assert shown["body"]["fileContent"] == "me.jpg (image/jpeg, 5002 bytes)"


def test_each_number_that_would_see_the_sign_has_its_request(bothub: Bothub, account: Any) -> None:
    ran = bothub("typing", "--to", "+33612345678", "--to", "+33612345679", "-n", "--json")
    assert [line["body"]["messageContact"]["userContact"] for line in ran.lines] == ["+33612345678", "+33612345679"]


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("sh")), reason="runs the printed line with curl")
def test_the_curl_line_uploads_the_very_file(bothub: Bothub, account: Any, photo: Path) -> None:
    line = bothub("file", "upload", str(photo), "--until", "7d", "--curl").out
    scripts = str(Path(sys.executable).parent)
    environ = os.environ | {"PATH": f"{scripts}:{os.environ['PATH']}"}
    ran = subprocess.run(["sh", "-c", line], env=environ, capture_output=True, text=True, check=True)
    stored = json.loads(ran.stdout)["file"]
    assert bothub("file", "show", stored["fileId"], "--json").json["file_size"] == 5_002


def test_suggestions_stand_in_the_order_of_the_command_line(bothub: Bothub, account: Any) -> None:
    flags = ("--open-url", "Site=https://a.fr", "--reply=No", "--dial", "Call=+33123456789", "--reply", "Yes")
    body = bothub(*SEND, *flags, "--dry-run", "--json").json["body"]
    faces = [next(iter(each.values())) for each in body["RCSMessage"]["suggestedChipList"]["suggestions"]]
    assert [face["displayText"] for face in faces] == ["Site", "No", "Call", "Yes"]
