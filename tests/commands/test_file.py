"""``file`` keeps files with the platform, and ``send --file`` brings one there first."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.sandbox.server import SandboxServer

Bothub = Callable[..., Any]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8" + bytes(5_000))
    return path


def _stored(sandbox: SandboxServer) -> int:
    return sandbox.run(lambda state: len(list(state.files)))


def test_a_file_that_is_not_there_is_refused(bothub: Bothub, sandbox: SandboxServer, tmp_path: Path) -> None:
    ran = bothub("file", "upload", str(tmp_path / "no.jpg"))
    assert ran.code == 6
    assert "there is no such file" in ran.err


def test_an_empty_file_is_refused(bothub: Bothub, sandbox: SandboxServer, tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    assert bothub("file", "upload", str(tmp_path / "empty.jpg")).code == 6


def test_a_pipe_is_refused_without_waiting_for_it(bothub: Bothub, sandbox: SandboxServer, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert bothub("file", "upload", str(tmp_path / "pipe.jpg")).code == 6


def test_a_name_that_does_not_tell_the_type_asks_for_it(bothub: Bothub, sandbox: SandboxServer, tmp_path: Path) -> None:
    (tmp_path / "photo").write_bytes(b"x")
    ran = bothub("file", "upload", str(tmp_path / "photo"))
    assert ran.code == 2
    assert "--type" in ran.err


def test_a_time_that_is_past_is_refused(bothub: Bothub, sandbox: SandboxServer, photo: Path) -> None:
    assert bothub("file", "upload", str(photo), "--until", "2020-01-01T00:00Z").code == 2


def test_a_file_is_kept_until_a_day(bothub: Bothub, sandbox: SandboxServer, photo: Path) -> None:
    assert bothub("file", "upload", str(photo), "--until", "2020-01-01").code == 2
    ran = bothub("file", "upload", str(photo), "--until", "2030-01-01", "--json")
    kept_until = datetime.fromisoformat(ran.json["validity"])
    assert kept_until == datetime(2030, 1, 1).astimezone()


def test_a_file_lives_and_is_deleted(bothub: Bothub, sandbox: SandboxServer, photo: Path) -> None:
    stored = bothub("file", "upload", str(photo), "--wait", "--until", "7d", "--json").json
    shown = bothub("file", "show", stored["file_id"], "--json").json
    deleted = bothub("file", "delete", stored["file_id"])
    assert (stored["status"], stored["file_size"]) == ("ready", 5_002)
    assert shown == stored
    assert deleted.code == 0
    assert bothub("file", "show", stored["file_id"]).code == 7


def test_the_platform_fetches_an_address_whose_type_is_said(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("file", "upload", "https://example.com/a.jpg", "--type", "image/jpeg", "--json")
    assert ran.json["file_url"] == "https://example.com/a.jpg"


def test_a_local_file_is_uploaded_and_then_sent(bothub: Bothub, sandbox: SandboxServer, photo: Path) -> None:
    ran = bothub("send", "--to", "+33612345678", "--file", str(photo), "--file-name", "Our shop.jpg", "--json")
    [message] = sandbox.run(lambda state: [item.payload["RCSMessage"] for item in state.messages])
    assert ran.json["outcome"] == "accepted"
    assert message["fileMessage"]["fileName"] == "Our shop.jpg"
    assert message["fileMessage"]["fileUrl"].startswith(sandbox.url)
    assert message["fileMessage"]["fileSize"] == 5_002


def test_nothing_is_uploaded_for_a_message_that_is_refused(bothub: Bothub, sandbox: SandboxServer, photo: Path) -> None:
    ran = bothub("send", "--to", "+33612345678", "--file", str(photo), "--reply", "x" * 26)
    assert ran.code == 6
    assert _stored(sandbox) == 0


def test_nothing_is_uploaded_for_a_dry_run(bothub: Bothub, sandbox: SandboxServer, photo: Path) -> None:
    ran = bothub("send", "--to", "+33612345678", "--file", str(photo), "--dry-run", "--json")
    assert ran.json["body"]["RCSMessage"]["fileMessage"]["fileMIMEType"] == "image/jpeg"
    assert "would be uploaded first" in ran.err
    assert _stored(sandbox) == 0


def test_one_upload_serves_many_people(bothub: Bothub, sandbox: SandboxServer, photo: Path) -> None:
    ran = bothub("send", "--to", "+33612345678", "--to", "+33612345679", "--file", str(photo), "--json")
    assert ran.lines[-1]["accepted"] == 2
    assert _stored(sandbox) == 1


def test_file_and_thumbnail_are_both_uploaded(bothub: Bothub, sandbox: SandboxServer, photo: Path) -> None:
    ran = bothub("send", "--to", "+33612345678", "--file", str(photo), "--thumbnail", str(photo), "--json")
    [message] = sandbox.run(lambda state: [item.payload["RCSMessage"] for item in state.messages])
    file = message["fileMessage"]
    assert ran.code == 0
    assert file["thumbnailFileSize"] == 5_002
    assert file["thumbnailUrl"] != file["fileUrl"]


def test_an_address_is_asked_for_type_and_size(bothub: Bothub, sandbox: SandboxServer, photo: Path) -> None:
    url = bothub("file", "upload", str(photo), "--wait", "--json").json["file_url"]
    body = bothub("send", "--to", "+33612345678", "--file", url, "-n", "--json", "--no-check").json["body"]
    file = body["RCSMessage"]["fileMessage"]
    assert (file["fileMIMEType"], file["fileSize"]) == ("image/jpeg", 5_002)


def test_an_address_without_a_file_is_refused(bothub: Bothub, sandbox: SandboxServer) -> None:
    ran = bothub("send", "--to", "+33612345678", "--file", f"{sandbox.url}/sandbox/files/no")
    assert ran.code == 6
    assert "HTTP 404" in ran.err


def test_a_sound_says_how_long_it_plays(bothub: Bothub, sandbox: SandboxServer, tmp_path: Path) -> None:
    (tmp_path / "hello.mp3").write_bytes(b"ID3")
    ran = bothub(
        "send", "--to", "+33612345678", "--audio", str(tmp_path / "hello.mp3"), "--audio-length", "3", "-n", "--json"
    )
    audio = ran.json["body"]["RCSMessage"]["audioMessage"]
    assert (audio["playingLength"], audio["fileMIMEType"]) == (3, "audio/mpeg")


@pytest.mark.parametrize(
    "stray",
    [
        ("--text", "Hi", "--file-name", "x"),
        ("--text", "Hi", "--file", "a.jpg"),
        ("--audio", "a.mp3", "--thumbnail", "a.jpg"),
        ("--file", "a.jpg", "--audio-length", "3"),
        ("--file", "a.jpg", "--thumbnail-size", "3"),
    ],
    ids=" ".join,
)
def test_options_that_do_not_go_together_are_refused(
    bothub: Bothub, sandbox: SandboxServer, stray: tuple[str, ...]
) -> None:
    assert bothub("send", "--to", "+33612345678", *stray).code == 2
