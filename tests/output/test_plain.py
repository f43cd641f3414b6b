"""Plain text is readable, aligned, and cannot be abused by what it shows."""

from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.output.blocks import Line, Pairs, Raw, Table
from bothub_cli.output.plain import to_plain, visible


def test_control_characters_and_bidi_overrides_are_shown_as_escapes() -> None:
    assert visible("a\x1b[31mb\u202ec") == "a\\x1b[31mb\\u202ec"


@given(st.text())
def test_no_text_from_outside_reaches_a_terminal_as_a_control_sequence(text: str) -> None:
    assert all(letter.isprintable() or letter in "\n\t" or letter.isspace() for letter in visible(text))


def test_columns_are_aligned_also_under_wide_characters() -> None:
    table = Table(columns=("name", "state"), rows=(("日本", "ok"), ("a", "bad")))
    assert to_plain([table]) == "NAME  STATE\n日本  ok\na     bad\n"


def test_a_line_end_inside_a_cell_does_not_break_the_table() -> None:
    assert to_plain([Pairs((("a", "x\ny"),))]) == "a:  x y\n"


def test_raw_text_is_not_touched_and_ends_its_line() -> None:
    assert to_plain([Raw("\x1btoken")]) == "\x1btoken\n"
    assert to_plain([Line("one")]) == "one\n"


def test_an_empty_table_still_says_its_columns() -> None:
    assert to_plain([Table(columns=("a",), rows=())]) == "A\n"
