"""A terminal that knows ASCII alone is drawn on too: what it cannot write is spelled out, and nothing fails."""

import io

import pytest

from bothub_cli.output.blocks import Block, Pairs, Table, TextLine, Tone
from bothub_cli.output.documents.note import Note
from bothub_cli.output.printer import OutputOptions, Printer
from bothub_cli.redaction import Redactor


class AsciiTerminal(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="ascii", errors="strict")

    def isatty(self) -> bool:
        return True

    def shown(self) -> str:
        self.flush()
        held = self.buffer
        assert isinstance(held, io.BytesIO)
        return held.getvalue().decode("ascii")


@pytest.mark.parametrize(
    "block", [TextLine("→ مرحبا 🎉"), Pairs((("→", "مرحبا 🎉"),)), Table(columns=("→",), rows=(("مرحبا 🎉",),))]
)
def test_what_ascii_cannot_write_is_spelled_out(block: Block) -> None:
    stdout, stderr = AsciiTerminal(), AsciiTerminal()
    printer = Printer(
        stdout=stdout, stderr=stderr, options=OutputOptions(), terminal={"TERM": "xterm"}, redactor=Redactor()
    )
    printer.show_blocks([block])
    printer.warn_about([Note(message="x")], [block])
    for terminal in (stdout, stderr):
        assert "->" in terminal.shown()
        assert "\\u0645\\u0631" in terminal.shown()


@pytest.mark.parametrize("variables", [{"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_without_colours_lines_are_broken_between_words_too(variables: dict[str, str]) -> None:
    stdout = AsciiTerminal()
    printer = Printer(
        stdout=stdout, stderr=AsciiTerminal(), options=OutputOptions(), terminal=variables, redactor=Redactor()
    )
    printer.show_blocks([TextLine("13:15:06  user  " + "overlong " * 40, Tone.BAD, hang=16)])
    lines = stdout.shown().splitlines()
    assert len(lines) > 1
    assert all(set(line[16:].split()) == {"overlong"} for line in lines)
    assert "\x1b" not in stdout.shown()
