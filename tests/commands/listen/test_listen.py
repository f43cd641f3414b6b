"""``bothub listen``: says the truth about when it listens, keeps events, shows them, and stops cleanly."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.webhooks import post, run_listen
from tests.conftest import Bothub
from tests.events.samples import open_inbox, text_event
from tests.waiting import wait_until


def test_a_port_in_use_is_said_before_anything_looks_ready(bothub: Bothub) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = bothub("listen", "--port", str(taken.getsockname()[1]))
    assert ran.code == 12
    assert ran.out == ""
    assert "is in use" in ran.err


def test_an_open_address_without_a_token_is_refused(bothub: Bothub) -> None:
    ran = bothub("listen", "--host", "0.0.0.0", "--port", "0", "--json")
    assert ran.code == 2
    assert "--auth-token-file" in ran.error["hint"]


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--forward-to", "ftp://example.org", "no http or https URL"),
        ("--on", "message", "is not EVENT=URL"),
        ("--on", "nonsense=http://127.0.0.1:1/", 'no event is called "nonsense"'),
        ("--exec", "no-such-program-here", "no program"),
        ("--path", "/healthz", "cannot be the webhook's path"),
        ("--auth-token-file", "/nonexistent", "there is no such file"),
    ],
)
def test_a_wrong_option_stops_it_before_it_listens(bothub: Bothub, option: str, value: str, words: str) -> None:
    ran = bothub("listen", "--port", "0", option, value)
    assert ran.code in (2, 6)
    assert words in ran.err


def test_an_empty_token_file_is_no_token(bothub: Bothub, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("\n")
    ran = bothub("listen", "--port", "0", "--auth-token-file", str(tmp_path / "token"))
    assert ran.code == 2
    assert "is empty" in ran.err


def test_a_profile_that_does_not_exist_is_a_slip_of_the_keyboard(bothub: Bothub) -> None:
    assert bothub("listen", "--port", "0", "--profile", "shpo").code == 2


def test_off_a_terminal_it_prints_json_lines_from_the_ready_line_to_the_summary() -> None:
    with run_listen() as listening:
        assert listening.ready["type"] == "listener-ready"
        assert listening.ready["authenticated"] is False
        assert post(listening.url, text_event("m1", "hello")) == 200
        event = listening.next()
        assert (event["type"], event["text"], event["number"]) == ("event", "hello", "+33612345678")
        listening.process.send_signal(signal.SIGTERM)
        assert listening.next() == {
            "type": "summary", "schema": "bothub/listen-summary/1", "events": 1, "waiting": 0,
            "repeated": 0, "refused": [],
        }  # fmt: skip
        assert listening.process.wait(10) == 0


def test_what_a_user_says_about_the_list_is_said() -> None:
    """Also when the event is read back from the store, as everything that is shown is."""
    with run_listen() as listening:
        spellings = ("<sip:+33612345678@ims.example;user=phone>", "tel:+33-6-12-34-56-78", "+33612345678")
        for number, text in zip(spellings, ("Stop. Thank you", "start", "I want to stop this"), strict=True):
            post(listening.url, text_event(number, text, number=number))
        lines = [listening.next() for _ in range(5)]
        changes = [(line["change"], line["number"], line["word"]) for line in lines if "change" in line]
        assert changes == [("opted out", "+33612345678", "Stop. Thank you"), ("opted in", "+33612345678", "start")]
        assert [line["wish"] for line in lines if line["type"] == "event"] == ["opted out", "opted in", "perhaps"]
        listening.process.send_signal(signal.SIGTERM)
        assert listening.process.wait(10) == 0
        assert listening.process.stderr is not None
        [note] = [json.loads(line) for line in listening.process.stderr]
    assert "+336••••••78 wrote a text that may be meant as STOP" in note["message"]  # a log keeps nobody's number
    assert "bothub event show 3" in note["message"]


def test_the_chosen_fields_are_those_of_the_events() -> None:
    with run_listen("--fields", "kind,text") as listening:
        assert listening.ready["url"].startswith("http://127.0.0.1:")
        post(listening.url, text_event("m1", "hello"))
        assert listening.next() == {
            "type": "event", "schema": "bothub/event/1", "kind": "message", "text": "hello",
        }  # fmt: skip


def test_ctrl_c_stops_it_cleanly() -> None:
    with run_listen() as listening:
        listening.process.send_signal(signal.SIGINT)
        assert listening.next()["type"] == "summary"
        assert listening.process.wait(10) == 0
        assert listening.process.stderr is not None
        assert listening.process.stderr.read() == ""


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    with run_listen() as listening:
        assert listening.process.stdout is not None
        listening.process.stdout.close()
        post(listening.url, text_event("m1", "hello"))
        assert listening.process.wait(10) == 141


def test_with_a_token_only_who_knows_it_is_let_in(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret-token-of-the-platform\n")
    with run_listen("--auth-token-file", str(tmp_path / "token")) as listening:
        assert listening.ready["authenticated"] is True
        assert post(listening.url, text_event("m1", "hello")) == 401
        assert post(listening.url, text_event("m1", "hello"), Authorization="s3cret-token-of-the-platform") == 200


def test_the_token_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOTHUB_AUTH_TOKEN", "s3cret-token-of-the-platform")
    with run_listen() as listening:
        assert listening.ready["authenticated"] is True


def test_events_go_on_to_urls_by_kind_and_to_commands(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    with open_inbox() as inbox, open_inbox() as other:
        options = ("--forward-to", inbox.url, "--on", f"response={other.url}", "--exec", f"tee {kept}")
        with run_listen(*options) as listening:
            assert [target["target"] for target in listening.ready["targets"]][2] == "command tee"
            assert "secret" not in json.dumps(listening.ready)
            post(listening.url, text_event("m1", "hello"))
            inbox.wait_for(1)
            wait_until(lambda: kept.exists() and kept.read_text().endswith("}\n"))
            assert json.loads(kept.read_text())["RCSMessage"]["textMessage"] == "hello"
            assert other.bodies == []


def test_what_was_not_forwarded_waits_for_the_next_listener() -> None:
    with open_inbox() as inbox:
        url, inbox.answer = inbox.url, lambda _: 500
        with run_listen("--forward-to", url) as listening:
            post(listening.url, text_event("m1", "hello"))
            inbox.wait_for(1)
            listening.process.kill()
            listening.process.wait()
        inbox.answer = lambda _: 200
        with run_listen("--forward-to", url) as listening:
            assert listening.ready["targets"][0]["waiting"] == 1
            inbox.wait_for(2)


def test_a_target_that_takes_nothing_is_told_once_and_so_is_its_recovery() -> None:
    with open_inbox() as inbox:
        inbox.answer = lambda _: 503
        with run_listen("--forward-to", inbox.url) as listening:
            post(listening.url, text_event("m1", "hello"))
            post(listening.url, text_event("m2", "hello", number="+33612345679"))
            inbox.wait_for(2)
            inbox.answer = lambda _: 200
            inbox.wait_for(4)
            listening.process.send_signal(signal.SIGTERM)
            assert listening.process.wait(10) == 0
            assert listening.process.stderr is not None
            notes = [json.loads(line) for line in listening.process.stderr]
    label = inbox.url.partition("?")[0]
    assert [(note["type"], note["message"]) for note in notes] == [
        ("warning", f"{label} did not take an event: HTTP 503. It is kept, and tried again"),
        ("note", f"{label} takes events again"),
    ]


def test_on_a_terminal_it_shows_a_table() -> None:
    keyboard, screen = pty.openpty()
    code = "import sys; from bothub_cli.entry import run; sys.exit(run())"
    environ = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(
        [sys.executable, "-c", code, "listen", "--port", "0"], stdout=screen, stderr=screen, stdin=screen, env=environ
    ) as process:
        os.close(screen)
        shown = ""
        while "postback" not in shown:
            shown += os.read(keyboard, 4096).decode()
        url = next(word for word in shown.split() if word.startswith("http://127")).removesuffix("\x1b[0m")
        response = {"response": {"reply": {"displayText": "Yes", "postback": {"data": "yes_1"}}}}
        payload = {"RCSMessage": {"msgId": "m1", "suggestedResponse": response}, "event": "response"}
        post(url, {**payload, "messageContact": {"userContact": "+33612345678"}})
        while "yes_1" not in shown:
            shown += os.read(keyboard, 4096).decode()
        process.send_signal(signal.SIGINT)
        while "1 event heard" not in shown:
            shown += os.read(keyboard, 4096).decode()
        assert process.wait(10) == 0
    os.close(keyboard)
    assert "no token: only this machine is let in" in shown
    assert "+33612345678" in shown
