"""Plain text is readable, aligned, and cannot be abused by what it shows."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.display_text import escape_controls
from bothub_cli.errors import ApiRefusedError
from bothub_cli.output.blocks import Pairs, Raw, Table, TextLine
from bothub_cli.output.failures import failure_blocks
from bothub_cli.output.plain import to_json_text, to_plain


def test_control_characters_and_bidi_overrides_are_shown_as_escapes() -> None:
    assert escape_controls("a\x1b[31mb\u202ec") == "a\\x1b[31mb\\u202ec"


@given(st.text())
def test_no_text_from_outside_reaches_a_terminal_as_a_control_sequence(text: str) -> None:
    assert all(letter.isprintable() or letter in "\n\t" or letter.isspace() for letter in escape_controls(text))


def test_columns_are_aligned_also_under_wide_characters() -> None:
    table = Table(columns=("name", "state"), rows=(("日本", "ok"), ("a", "bad")))
    assert to_plain([table]) == "NAME  STATE\n日本  ok\na     bad\n"


def test_a_line_end_inside_a_cell_does_not_break_the_table() -> None:
    assert to_plain([Pairs((("a", "x\ny"),))]) == "a:  x y\n"


def test_raw_text_is_not_touched_and_ends_its_line() -> None:
    assert to_plain([Raw("\x1btoken")]) == "\x1btoken\n"
    assert to_plain([TextLine("one")]) == "one\n"


def test_an_empty_table_still_says_its_columns() -> None:
    assert to_plain([Table(columns=("a",), rows=())]) == "A\n"


@pytest.mark.parametrize("sign", ["\x7f", "\x85", "\x9b", "\u202e", "\u2066", "\u200f", "\u061c", "\u2028", "\x1b"])
def test_nothing_in_json_steers_a_terminal_and_a_program_reads_it_back(sign: str) -> None:
    written = to_json_text({"text": f"a{sign}b"})
    assert sign not in written
    assert json.loads(written) == {"text": f"a{sign}b"}


def test_what_people_write_stays_readable_in_json() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert to_json_text({"text": f"Bonjour, ça va ? {family}"}) == f'{{"text": "Bonjour, ça va ? {family}"}}'


@given(st.text())
def test_any_text_survives_its_way_through_json(text: str) -> None:
    assert json.loads(to_json_text(text, indent=2)) == text


def test_the_words_of_a_server_are_never_a_line_of_ours() -> None:
    error = ApiRefusedError(operation="send", reason="no\nerror: all is well\r\n\x1b[2J")
    lines = to_plain(failure_blocks(error, None)).splitlines()
    assert len([line for line in lines if line.startswith("error:")]) == 1
    assert "\x1b" not in "".join(lines)


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r", "\x85", "\u2028", "\x0b"])
def test_a_line_break_of_a_server_begins_no_line_of_ours(break_: str) -> None:
    for block in (TextLine(f"accepted  M1{break_}error: x"), Table(columns=("a",), rows=((f"M1{break_}error: x",),))):
        assert not any(line.startswith("error") for line in to_plain([block]).splitlines())
