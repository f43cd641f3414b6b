"""An operator understands ``bothub listen`` from its output alone: what it refuses, and why, and what still waits."""

import base64
import gzip
import http.client
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.commands.webhooks import Listening, run_listen
from tests.conftest import Bothub
from tests.events.samples import open_inbox, text_event
from tests.waiting import wait_until

TOKEN = "t0ken-of-the-platform"


def _call(url: str, body: bytes, *, method: str = "POST", path: str | None = None, **headers: str) -> int:
    host, _, rest = url.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=30)
    try:
        connection.request(method, path or f"/{rest}", body, {name.replace("_", "-"): v for name, v in headers.items()})
        return connection.getresponse().status
    finally:
        connection.close()


def _event(msg_id: str, text: str = "hello") -> bytes:
    return json.dumps(text_event(msg_id, text)).encode()


def _end(listening: Listening) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Stop it, and return the rest of its lines, and what it said on stderr."""
    listening.process.send_signal(signal.SIGTERM)
    out, err = listening.process.communicate(timeout=60)
    assert listening.process.returncode == 0
    return [json.loads(line) for line in out.splitlines()], [json.loads(line) for line in err.splitlines()]


def test_each_kind_of_refusal_is_said_once_at_once_and_counted_in_the_end(tmp_path: Path) -> None:
    with run_listen("--auth-token-file", _file(tmp_path, TOKEN)) as listening:
        for _ in range(20):
            assert _call(listening.url, _event("m1"), Authorization="wrong") == 401
        for _ in range(3):
            assert _call(listening.url, _event("m1"), path="/wrong") == 404
        for _ in range(2):
            assert _call(listening.url, b"{broken", Authorization=TOKEN) == 400
        assert _call(listening.url, b"", method="DELETE") == 405
        rows, said = _end(listening)
    first = [(row["status"], row["count"]) for row in rows if row["type"] == "listener-refusal" and row["first"]]
    assert sorted(first) == [(400, 1), (401, 1), (404, 1), (405, 1)]
    sums = {row["status"]: row["count"] for row in rows if row["type"] == "listener-refusal" and not row["first"]}
    assert sums == {401: 19, 404: 2, 400: 1}
    refused = {each["status"]: each["count"] for each in rows[-1]["refused"]}
    assert refused == {400: 2, 401: 20, 404: 3, 405: 1}
    words = [note["message"] for note in said if note["type"] == "warning"]
    assert "refused with HTTP 401 from 127.0.0.1: another token in Authorization" in words
    assert TOKEN not in json.dumps([rows, said])


@pytest.mark.parametrize(
    ("body", "headers", "texts"),
    [
        (gzip.compress(_event("m1", "packed")), {"Content_Encoding": "gzip"}, ["packed"]),
        (b"[" + _event("m1", "one") + b"," + _event("m2", "two") + b"]", {}, ["one", "two"]),
        (
            json.dumps(text_event("m1", "Réponse"), ensure_ascii=False).encode("latin-1"),
            {"Content_Type": "application/json; charset=ISO-8859-1"},
            ["Réponse"],
        ),
    ],
    ids=["gzip", "array", "latin-1"],
)
def test_bodies_are_taken_as_platforms_send_them(body: bytes, headers: dict[str, str], texts: list[str]) -> None:
    with run_listen() as listening:
        assert _call(listening.url, body, **headers) == 200
        assert [listening.next()["text"] for _ in texts] == texts


def test_a_token_may_have_a_successor_and_be_replaced_while_it_runs(tmp_path: Path) -> None:
    (tmp_path / "old").write_text(TOKEN)
    (tmp_path / "new").write_text("the-next-token")
    options = ("--auth-token-file", str(tmp_path / "old"), "--auth-token-file", str(tmp_path / "new"))
    with run_listen(*options) as listening:
        assert _call(listening.url, _event("m1"), Authorization=TOKEN) == 200
        assert _call(listening.url, _event("m2"), Authorization="Bearer the-next-token") == 200
        (tmp_path / "old").write_text("the-token-after-that")
        wait_until(lambda: _call(listening.url, _event("m3"), Authorization="the-token-after-that") == 200)
        assert _call(listening.url, _event("m4"), Authorization=TOKEN) == 401


def test_user_and_password_of_a_url_become_basic_credentials_and_are_never_shown() -> None:
    with open_inbox() as inbox:
        url = inbox.url.replace("http://", "http://ann:pass%40word@")
        with run_listen("--forward-to", url) as listening:
            assert _call(listening.url, _event("m1")) == 200
            inbox.wait_for(1)
            rows, said = _end(listening)
    expected = base64.b64encode(b"ann:pass@word").decode()
    assert inbox.headers[0]["Authorization"] == f"Basic {expected}"
    for secret in ("pass%40word", "pass@word", expected, "ann:"):
        assert secret not in json.dumps([listening.ready, rows, said])


def test_a_redirect_names_where_it_leads_and_the_slash_that_is_missing() -> None:
    class Redirect(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(301)
            self.send_header("Location", f"{self.path}/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Redirect) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with run_listen("--forward-to", f"http://127.0.0.1:{server.server_port}/hook") as listening:
            assert _call(listening.url, _event("m1")) == 200
            assert listening.process.stderr is not None
            message = json.loads(listening.process.stderr.readline())["message"]
        server.shutdown()
    assert "HTTP 301 to /hook/; the URL seems to need a slash at its end" in message


@contextmanager
def _silent_target() -> Iterator[str]:
    """A target that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@pytest.mark.parametrize("kind", ["url", "command", "stubborn"])
def test_whatever_a_target_does_it_stops_within_five_seconds_and_says_what_waits(kind: str, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    stubborn = f"trap '' TERM INT; touch {begun}; sleep 60; echo done > {tmp_path / 'done'}"
    with _silent_target() as silent:
        options = {
            "url": ("--forward-to", silent),
            "command": ("--exec", "sleep 60"),
            "stubborn": ("--exec-shell", stubborn),
        }[kind]
        with run_listen(*options) as listening:
            assert _call(listening.url, _event("m1")) == 200
            assert listening.next()["kind"] == "message"
            if kind == "stubborn":
                wait_until(begun.exists)
            started = time.monotonic()
            rows, _ = _end(listening)
            assert time.monotonic() - started < 30  # five on a machine with time to spare
    assert rows[-1]["waiting"] == 1
    assert not (tmp_path / "done").exists()


def test_what_waited_is_delivered_after_the_next_start() -> None:
    with _silent_target() as silent:
        port = int(silent.split(":")[2].strip("/"))
        with run_listen("--forward-to", silent) as listening:
            assert _call(listening.url, _event("m1")) == 200
            _end(listening)
    with open_inbox(port) as inbox, run_listen("--forward-to", silent):
        inbox.wait_for(1)
        assert inbox.texts() == ["hello"]


def test_a_line_with_signs_of_a_shell_is_doubted_and_exec_shell_is_one(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    words, line = "true > /dev/null", f"cat >> {kept}; env >> {tmp_path / 'env'}"
    options = ("--exec", words, "--exec-shell", line, "--json")
    with run_listen(*options, "--auth-token-file", _file(tmp_path, TOKEN)) as listening:
        assert [target["target"] for target in listening.ready["targets"]] == ["command true", "shell command"]
        assert _call(listening.url, _event("m1"), Authorization=TOKEN) == 200
        wait_until(lambda: (tmp_path / "env").exists())
        _, said = _end(listening)
    assert json.loads(kept.read_text())["RCSMessage"]["msgId"] == "m1"
    assert any("--exec is no shell: > goes to the program" in note["message"] for note in said)
    assert "BOTHUB" not in (tmp_path / "env").read_text()


def _file(directory: Path, text: str) -> str:
    (directory / "token").write_text(text)
    (directory / "token").chmod(0o600)
    return str(directory / "token")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_is_said_once_and_its_end_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine mounts nothing")
    try:
        monkeypatch.setenv("BOTHUB_STATE_DIR", str(disk))
        _fill_and_empty(disk)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def _fill(path: Path) -> None:
    with suppress(OSError), path.open("wb", buffering=0) as filler:
        while filler.write(bytes(4096)):
            pass


def _fill_and_empty(disk: Path) -> None:
    with run_listen() as listening:
        health = listening.url.replace("/webhook", "/healthz")
        assert _call(health, b"", method="GET") == 200
        _fill(disk / "filler")
        text = "x" * 200_000
        statuses = [_call(listening.url, _event(f"m{number}", text)) for number in range(5)]
        assert statuses[-1] == 503
        assert _call(health, b"", method="GET") == 503
        (disk / "filler").unlink()
        wait_until(lambda: _call(health, b"", method="GET") == 200)
        assert _call(listening.url, _event("again")) == 200
        rows, _ = _end(listening)
    troubles = [row["is_over"] for row in rows if row["type"] == "listener-trouble"]
    assert troubles == [False, True]


def test_a_job_in_the_background_of_a_script_is_not_stopped_by_ctrl_c() -> None:
    code = "import sys; from bothub_cli.entry import run; sys.exit(run())"
    command = [sys.executable, "-c", code, "listen", "--port", "0"]

    def ignore() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=ignore) as process:
        try:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            process.send_signal(signal.SIGINT)
            time.sleep(0.3)
            assert _call(url, _event("m1")) == 200
        finally:
            process.terminate()
        assert process.wait(60) == 0


def test_certificates_that_are_not_there_are_told_before_it_listens(bothub: Bothub, tmp_path: Path) -> None:
    missing = str(tmp_path / "none.pem")
    ran = bothub("listen", "--port", "0", "--forward-to", "https://127.0.0.1/x", "--forward-ca-bundle", missing)
    assert ran.code == 2
    assert f"--forward-ca-bundle: {missing}: there is no such file" in ran.err


def test_a_token_that_cannot_be_read_keeps_no_other_from_being_changed(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for file, token in ((old, "token-of-old"), (new, "token-of-new")):
        file.write_text(token)
        file.chmod(0o600)
    with run_listen("--auth-token-file", str(old), "--auth-token-file", str(new)) as listening:
        assert _call(listening.url, _event("m1"), Authorization="token-of-new") == 200
        old.write_text("")
        new.write_text("token-of-tomorrow")
        wait_until(lambda: _call(listening.url, _event("m2"), Authorization="token-of-tomorrow") == 200)
        assert _call(listening.url, _event("m3"), Authorization="token-of-old") == 200
        _, said = _end(listening)
    messages = [row["message"] for row in said]
    assert f"--auth-token-file: {new} was read again" in messages
    assert f"--auth-token-file: {old}: is empty; the token of before counts" in messages
