"""Whoever said STOP gets nothing, however the number is spelt, wherever it stands."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bothub_cli.sandbox.server import SandboxServer
from tests.conftest import Bothub

PERSON = "+33612345693"
SPELLINGS = (
    PERSON,
    "+33 6 12 34 56 93",
    "0033612345693",
    "tel:+33-6-12-34-56-93",
    "TEL: +33612345693",
    "sip:+33612345693@ims.example;user=phone",
    '="+33612345693"',
    "p:+33612345693",
    "\uff0b33612345693",
    "+33\u00a06\u200b12345693",
)


def _send_option(bothub: Bothub, spelling: str, _: Path) -> int:
    return int(bothub("send", "--to", spelling, "--text", "Hi").code)


def _send_json(bothub: Bothub, spelling: str, _: Path) -> int:
    message = {"RCSMessage": {"textMessage": "Hi"}, "messageContact": {"userContact": spelling}}
    return int(bothub("send", "-", stdin=json.dumps(message).encode()).code)


def _send_beside(bothub: Bothub, spelling: str, _: Path) -> int:
    return int(bothub("send", "-", stdin=json.dumps({"to": spelling, "textMessage": "Hi"}).encode()).code)


def _send_unchecked(bothub: Bothub, spelling: str, _: Path) -> int:
    message = {"RCSMessage": {"textMessage": "Hi"}, "messageContact": {"userContact": spelling}}
    return int(bothub("send", "-", "--no-check", stdin=json.dumps(message).encode()).code)


def _send_file(bothub: Bothub, spelling: str, path: Path) -> int:
    (path / "people.jsonl").write_text(json.dumps({"to": spelling}) + "\n")
    return int(bothub("send", "--to-file", str(path / "people.jsonl"), "--text", "Hi").code)


PLACES = (_send_option, _send_json, _send_beside, _send_unchecked, _send_file)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("place", PLACES)
def test_a_suppressed_person_is_not_written_to_in_any_spelling(
    bothub: Bothub, sandbox: SandboxServer, tmp_path: Path, place: Callable[[Bothub, str, Path], int], spelling: str
) -> None:
    bothub("suppression", "add", PERSON)
    assert place(bothub, spelling, tmp_path) == 6
    assert sandbox.counts().get("messages", 0) == 0


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_any_spelling_puts_the_person_on_the_list(
    bothub: Bothub, sandbox: SandboxServer, tmp_path: Path, spelling: str
) -> None:
    (tmp_path / "stop.jsonl").write_text(json.dumps({"number": spelling}) + "\n")
    assert bothub("suppression", "add", spelling).code == 0
    assert bothub("suppression", "import", str(tmp_path / "stop.jsonl"), "--json").json["unchanged"] == 1
    assert bothub("send", "--to", PERSON, "--text", "Hi").code == 6
    assert bothub("suppression", "remove", spelling, "--json").json["changed"] == 1


@pytest.mark.parametrize("number", ["+3361234", "+336123456789012", "+33 6 12 34 56"])
def test_a_length_that_its_country_does_not_use_is_refused(
    bothub: Bothub, sandbox: SandboxServer, tmp_path: Path, number: str
) -> None:
    places = (_send_option, _send_json, _send_beside, _send_file)
    assert [place(bothub, number, tmp_path) for place in places] == [6, 6, 6, 6]
    assert bothub("suppression", "add", number).code == 6
    assert sandbox.counts().get("messages", 0) == 0
