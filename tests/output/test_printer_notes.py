"""With --json, what is said beside the answer is JSON too, line by line, so that stderr can be read by a program."""

import io
import json

import pytest

from bothub_cli.output.blocks import Pairs, TextLine
from bothub_cli.output.documents.note import Note, NotedProgress
from bothub_cli.output.printer import OutputOptions, Printer
from bothub_cli.redaction import Redactor, Secret


def said(options: OutputOptions, *, secret: str = "sesame") -> list[str]:
    stderr = io.StringIO()
    redactor = Redactor()
    redactor.learn(Secret(secret))
    printer = Printer(stdout=io.StringIO(), stderr=stderr, options=options, terminal={}, redactor=redactor)
    printer.note("reading café")
    printer.warn("it holds sesame\x1b[1m")
    about = Note(message="sesame is too long", code="text.too-long", where="a.json", line=2, fix="shorten it")
    printer.warn_about([about], [TextLine("line 2: too long"), Pairs((("a", "b"), ("c", "d")))])
    printer.trace("POST /x")
    return stderr.getvalue().splitlines()


def test_each_is_one_json_line_with_its_type_and_without_secrets() -> None:
    lines = [json.loads(line) for line in said(OutputOptions(json=True, verbose=1))]
    assert [(line["type"], line["message"]) for line in lines] == [
        ("note", "reading café"),
        ("warning", "it holds ***\\x1b[1m"),
        ("warning", "*** is too long"),
        ("trace", "POST /x"),
    ]
    assert {line["schema"] for line in lines} == {"bothub/note/1"}
    assert lines[2] == {
        "type": "warning", "schema": "bothub/note/1", "message": "*** is too long", "code": "text.too-long",
        "where": "a.json", "line": 2, "fix": "shorten it",
    }  # fmt: skip


def test_quiet_is_quiet_with_json_too() -> None:
    assert said(OutputOptions(json=True, quiet=True)) == []


@pytest.mark.parametrize("as_json", [True, False])
def test_a_log_hears_what_the_terminal_is_spared(as_json: bool) -> None:
    heard: list[tuple[str, str]] = []
    options = OutputOptions(json=as_json, quiet=True)
    stderr = io.StringIO()
    printer = Printer(stdout=io.StringIO(), stderr=stderr, options=options, terminal={}, redactor=Redactor())
    printer.add_log(lambda kind, text: heard.append((kind, text)))
    printer.note("who spoke", log="somebody spoke")
    printer.note_progress(
        "5 of 9", NotedProgress(done=5, total=9, rate=1.0, eta_seconds=None, outcomes={}, paused=None)
    )
    printer.warn_about([Note(message="beware")], [TextLine("beware")])
    assert heard == [("note", "somebody spoke"), ("note", "5 of 9"), ("warning", "beware")]
    assert stderr.getvalue() == ""


def test_a_person_reads_plain_lines() -> None:
    assert said(OutputOptions())[:2] == ["reading café", "warning: it holds ***\\x1b[1m"]


def test_json_stays_json_in_a_code_page_that_lacks_its_letters() -> None:
    stderr = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    options = OutputOptions(json=True)
    printer = Printer(stdout=io.StringIO(), stderr=stderr, options=options, terminal={}, redactor=Redactor())
    printer.note("à 20 h 😀 ع")
    stderr.flush()
    line = stderr.buffer.getvalue()
    assert json.loads(line)["message"] == "à 20 h 😀 ع"  # as UTF-8, which JSON is
