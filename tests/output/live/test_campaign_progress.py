"""A running campaign tells how far it is, how fast, how long still, and why it waits."""

import dataclasses
import io
import json
import re

import jsonschema
import pytest

from bothub_cli.campaign.journal.interface import RowState
from bothub_cli.campaign.run.progress import RunProgress
from bothub_cli.output.document import json_schema
from bothub_cli.output.documents.note import Note
from bothub_cli.output.live.campaign_progress import campaign_progress, in_numbers, say_progress
from bothub_cli.output.printer import OutputOptions, Printer
from bothub_cli.redaction import Redactor

_STYLE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
RUNNING = RunProgress(
    outcomes={RowState.ACCEPTED: 90, RowState.REFUSED: 10, RowState.RETURNED: 5},
    causes={},
    skipped=0,
    in_flight=2,
    concurrency=8,
    elapsed=4.0,
    rate=25.0,
    latency_p50=0.040,
    latency_p95=0.1,
    latency_p99=0.2,
)


def test_before_the_first_answer_nothing_is_made_up() -> None:
    idle = dataclasses.replace(RUNNING, outcomes={}, rate=0.0, elapsed=0.0, in_flight=0)
    assert say_progress(idle, 500) == "0 of 500 · 0/s"


def test_a_pause_says_why_and_promises_no_end() -> None:
    paused = dataclasses.replace(RUNNING, rate=0.0, paused="renewing a token")
    assert say_progress(paused, 500).endswith("paused: renewing a token")
    assert "left" not in say_progress(paused, 500)


def test_of_rows_that_machines_share_none_says_how_long_it_takes() -> None:
    shared = dataclasses.replace(RUNNING, is_shared=True)
    assert say_progress(shared, 500).startswith("100 of 500 by this machine · 25/s · 90 accepted")
    assert in_numbers(shared, 500).eta_seconds is None


def test_what_is_waited_for_is_told_when_nothing_moves() -> None:
    slowed = dataclasses.replace(RUNNING, slowed_to=12.5)
    assert say_progress(slowed, 500).endswith("slowed to 12.5/s: the API asked for less")
    assert say_progress(dataclasses.replace(RUNNING, rate=0.0), 102).endswith("waiting for 2 answers")
    assert say_progress(dataclasses.replace(RUNNING, rate=0.0, in_flight=1), 102).endswith("waiting for 1 answer")


def test_a_line_tells_it_all() -> None:
    assert say_progress(RUNNING, 500) == (
        "100 of 500 · 25/s · 16 s left · 90 accepted, 10 refused · p50 40 ms, p99 200 ms"
    )


def test_a_program_gets_no_end_that_nobody_knows() -> None:
    paused = in_numbers(dataclasses.replace(RUNNING, rate=0.0, paused="renewing a token"), 500)
    assert (paused.eta_seconds, paused.paused) == (None, "renewing a token")


def test_a_program_gets_the_same_in_numbers() -> None:
    stderr = io.StringIO()
    show_a_moment(stderr, OutputOptions(json=True))
    line = json.loads(stderr.getvalue())
    assert (line["type"], line["schema"]) == ("note", "bothub/note/1")
    assert line["message"].startswith("100 of 500")
    assert line["progress"] == {
        "done": 100,
        "total": 500,
        "rate": 25.0,
        "eta_seconds": 480.0,
        "outcomes": {"accepted": 90, "refused": 10, "failed": 0, "unknown": 0, "suppressed": 0},
        "paused": None,
        "slowed_to": None,
    }
    jsonschema.validate(line, json_schema(Note))


def test_a_person_without_a_terminal_gets_the_line_alone() -> None:
    stderr = io.StringIO()
    show_a_moment(stderr, OutputOptions())
    assert stderr.getvalue().startswith("100 of 500 · 25/s")
    assert stderr.getvalue().count("\n") == 1


def show_a_moment(stderr: io.StringIO, options: OutputOptions) -> None:
    printer = Printer(stdout=io.StringIO(), stderr=stderr, options=options, terminal={}, redactor=Redactor())
    with campaign_progress(printer, total=500) as show:
        show(dataclasses.replace(RUNNING, elapsed=120.0))


class Screen(io.StringIO):
    """A terminal that remembers what was drawn."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("columns", [40, 60, 100])
def test_the_count_is_never_cut(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    screen = Screen()
    terminal = {"TERM": "xterm"}
    printer = Printer(stdout=screen, stderr=screen, options=OutputOptions(), terminal=terminal, redactor=Redactor())
    with campaign_progress(printer, total=500) as show:
        show(RUNNING)
    assert ("100/500" if columns > 80 else "100 of 500") in _STYLE.sub("", screen.getvalue())
    assert "16 s left" in _STYLE.sub("", screen.getvalue())
