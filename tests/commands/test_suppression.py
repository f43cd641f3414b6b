"""Who said STOP is not written to, until the user or the sender's own hand takes the number off the list."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bothub_cli.sandbox.server import SandboxServer
from tests.commands.webhooks import fill_store, save_profile, store_path
from tests.conftest import Bothub
from tests.events.samples import text_event

NUMBER, OTHER = "+33612345678", "+33612345679"


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    """Run a sandbox with the default profile for it."""
    with SandboxServer() as server:
        save_profile(server, "default")
        yield server


def _listed(bothub: Bothub) -> list[str]:
    return [entry["number"] for entry in bothub("suppression", "list", "--json").json["entries"]]


def test_a_message_to_a_suppressed_number_is_refused_before_it_goes_out(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("suppression", "add", NUMBER)
    ran = bothub("send", "--to", NUMBER, "--text", "Hi", "--json")
    assert ran.code == 6
    assert ran.error["code"] == "message.suppressed"
    assert "--ignore-suppression" in ran.error["hint"]
    assert NUMBER not in ran.err
    assert sandbox.counts().get("messages", 0) == 0


def test_a_card_is_refused_alike(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("suppression", "add", NUMBER)
    assert bothub("send-card", "--to", NUMBER, "--title", "News").code == 6


def test_a_dry_run_of_a_message_tells_of_it(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("suppression", "add", NUMBER)
    ran = bothub("send", "--to", NUMBER, "--to", OTHER, "--text", "Hi", "--dry-run")
    assert ran.code == 0
    assert "1 go to numbers on the suppression list" in ran.err


@pytest.mark.parametrize("verb", ["add", "remove"])
@pytest.mark.parametrize("spelling", ["06 12 34 56 78", f"tel:{NUMBER}", NUMBER])
def test_two_spellings_of_one_person_are_told(bothub: Bothub, verb: str, spelling: str) -> None:
    ran = bothub("suppression", verb, NUMBER, spelling, OTHER, "--region", "FR", "--json")
    assert ran.json["changed"] + ran.json["unchanged"] == 2
    assert "named twice: these are numbers of 2 people" in ran.err


def test_who_is_named_once_is_not_told_of(bothub: Bothub) -> None:
    assert bothub("suppression", "add", NUMBER, OTHER).err == ""


def test_of_many_messages_the_others_go_out(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("suppression", "add", NUMBER)
    ran = bothub("send", "--to", NUMBER, "--to", OTHER, "--text", "Hi", "--json")
    assert ran.code == 3
    assert [line.get("outcome") for line in ran.lines] == ["refused", "accepted", None]
    assert ran.lines[0]["error"]["code"] == "message.suppressed"


def test_a_stream_asks_the_list_too(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("suppression", "add", NUMBER)
    message = {"RCSMessage": {"textMessage": "Hi"}, "messageContact": {"userContact": NUMBER}}
    ran = bothub("send", "-", "--stream", "--json", stdin=json.dumps(message).encode())
    assert (ran.code, ran.lines[0]["outcome"]) == (3, "refused")


def test_it_goes_out_all_the_same_when_that_is_said(bothub: Bothub, sandbox: SandboxServer) -> None:
    bothub("suppression", "add", NUMBER)
    assert bothub("send", "--to", NUMBER, "--text", "Hi", "--ignore-suppression").code == 0


def test_a_list_that_cannot_be_read_lets_nobody_through(bothub: Bothub, sandbox: SandboxServer) -> None:
    store_path().parent.mkdir(parents=True)
    store_path().write_bytes(b"damaged" * 1000)
    assert bothub("send", "--to", NUMBER, "--text", "Hi").code == 12
    assert sandbox.counts().get("messages", 0) == 0


def test_a_stop_that_was_heard_counts_and_a_start_takes_it_back(bothub: Bothub, sandbox: SandboxServer) -> None:
    fill_store(text_event("m1", "Stop !"))
    assert bothub("send", "--to", NUMBER, "--text", "Hi").code == 6
    fill_store(text_event("m2", "START"))
    assert bothub("send", "--to", NUMBER, "--text", "Hi").code == 0


def test_a_list_belongs_to_its_profile(bothub: Bothub, sandbox: SandboxServer) -> None:
    save_profile(sandbox, "shop")
    bothub("suppression", "add", NUMBER, "--profile", "shop")
    assert bothub("send", "--to", NUMBER, "--text", "Hi").code == 0
    assert bothub("send", "--to", NUMBER, "--text", "Hi", "--profile", "shop").code == 6


def test_numbers_come_and_go_by_hand(bothub: Bothub) -> None:
    assert bothub("suppression", "add", "06 12 34 56 78", "--region", "FR", "--json").json["changed"] == 1
    assert bothub("suppression", "add", NUMBER, OTHER, "--json").json["unchanged"] == 1
    assert sorted(_listed(bothub)) == [NUMBER, OTHER]
    assert bothub("suppression", "remove", NUMBER, "--json").json["changed"] == 1
    assert _listed(bothub) == [OTHER]


def test_what_is_no_number_changes_nothing(bothub: Bothub) -> None:
    assert bothub("suppression", "add", OTHER, "0612345678").code == 6
    assert _listed(bothub) == []


def test_a_dry_run_changes_nothing(bothub: Bothub) -> None:
    assert bothub("suppression", "add", NUMBER, "--dry-run", "--json").json["changed"] == 1
    assert not store_path().exists()
    bothub("suppression", "add", NUMBER)
    assert bothub("suppression", "remove", NUMBER, "--dry-run", "--json").json["changed"] == 1
    assert _listed(bothub) == [NUMBER]


def test_a_list_goes_out_as_a_file_and_comes_in_again(bothub: Bothub, tmp_path: Path) -> None:
    fill_store(text_event("m1", "STOP"))
    bothub("suppression", "add", OTHER)
    exported = bothub("suppression", "export").out
    assert exported.splitlines()[0] == "number,since,source,word"
    bothub("suppression", "remove", NUMBER, OTHER)
    ran = bothub("suppression", "import", "-", "--json", stdin=exported.encode())
    assert ran.json["changed"] == 2
    assert sorted(_listed(bothub)) == [NUMBER, OTHER]


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("0612345678\n", ("--region", "FR")),
        ("33612345678\n", ("--region", "FR")),
        ("\ufeffnumber;name\n+33612345678;Zoé\n", ()),
    ],
)
def test_numbers_of_a_file_are_understood_as_people_write_them(
    bothub: Bothub, content: str, options: tuple[str, ...]
) -> None:
    assert bothub("suppression", "import", "-", *options, stdin=content.encode()).code == 0
    assert _listed(bothub) == [NUMBER]


@pytest.mark.parametrize("content", ["+33612345678\nnobody\n", "+33612345678\n0612345678\n"])
def test_a_file_with_a_bad_line_imports_nothing(bothub: Bothub, content: str) -> None:
    assert bothub("suppression", "import", "-", stdin=content.encode()).code == 6
    assert _listed(bothub) == []


def test_a_file_that_is_not_there_is_said(bothub: Bothub) -> None:
    assert bothub("suppression", "import", "/nonexistent").code == 6
