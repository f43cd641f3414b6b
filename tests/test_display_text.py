"""Text from outside, made harmless to look at."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.display_text import show_hidden, show_on_one_line, spell_ascii


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[31mred", "<U+001B>[31mred"),
        ("a\x00b\x7f", "a<U+0000>b<U+007F>"),
        ("pay\u202egpj.exe", "pay<RLO>gpj.exe"),
        ("\u2066x\u2069", "<LRI>x<PDI>"),
        ("\u200f\u061c", "<RLM><ALM>"),
        ("half \ud800 pair", "half <U+D800> pair"),
        ("in\u200bvisible", "in<ZWSP>visible"),
        ("a\rb", "a<U+000D>b"),
    ],
)
def test_a_sign_that_hides_is_written_out(hostile: str, shown: str) -> None:
    assert show_hidden(hostile) == shown


@pytest.mark.parametrize("text", ["plain", "two\nlines", "می\u200cخواهم", "👩‍🚒", "שלום", "<b>&amp;"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert show_hidden(text) == text


def test_a_label_has_one_line() -> None:
    assert show_on_one_line("a\n b\t c\r\nd") == "a b c d"


@given(st.text())
def test_no_text_keeps_a_control_character(text: str) -> None:
    shown = show_hidden(text).replace("\n", "")
    assert not [sign for sign in shown if unicodedata.category(sign) in {"Cc", "Cs"}]
    shown.encode("utf-8")


def test_our_own_signs_have_a_spelling_in_ascii() -> None:
    assert spell_ascii("╭─ a · b × c… ─╮") == "+- a - b x c... -+"
    assert spell_ascii("Zoë") == "Zoë"
