"""Under systemd each line on stderr says how urgent it is."""

import os
from pathlib import Path

from bothub_cli.errors import UsageError
from bothub_cli.output.printer import OutputOptions, Printer
from bothub_cli.redaction import Redactor


def test_journald_gets_a_priority_on_each_line_and_nobody_else_does(tmp_path: Path) -> None:
    def say(journal: str | None, *, as_json: bool) -> str:
        with (tmp_path / "stderr").open("w+", encoding="utf-8") as stream:
            found = os.fstat(stream.fileno())
            stated = {"JOURNAL_STREAM": journal or f"{found.st_dev}:{found.st_ino}"}
            options = OutputOptions(json=as_json)
            printer = Printer(stdout=stream, stderr=stream, options=options, terminal=stated, redactor=Redactor())
            printer.warn("mind the gap")
            printer.note("all is well")
            printer.fail(UsageError(problem="no"))
            stream.seek(0)
            return stream.read()

    assert say("1:2", as_json=False).startswith("warning: mind")
    marked = say(None, as_json=False).splitlines()
    assert marked[:2] == ["<4>warning: mind the gap", "<6>all is well"]
    assert marked[2].startswith("<3>")
    assert [line[:4] for line in say(None, as_json=True).splitlines()] == ["<4>{", "<6>{", "<3>{"]
