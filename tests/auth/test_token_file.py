"""The cache file: what was written comes back, and anything else holds nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.auth.token_file import format_token_file, parse_token_file

GOOD = "bothub-tokens 1\norange_token 1.5 2.5 abc\ngsma_token 1.0 9.0 def\nskew -3.0\nend\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "end\n",
        GOOD.removesuffix("\n"),
        GOOD.removesuffix("end\n"),
        GOOD.replace("tokens 1", "tokens 2"),
        GOOD.replace("abc", ""),
        GOOD.replace("abc", "a b"),
        GOOD.replace("1.5", "x"),
        GOOD.replace("1.5", "nan"),
        GOOD.replace("2.5", "1e300"),
        GOOD.replace("9.0", "0.5"),
        GOOD.replace("-3.0", "inf"),
        GOOD.replace("abc", "é"),
        GOOD.replace("end\n", "signed_with a b\nend\n"),
        GOOD.replace("abc", "abc\r"),
        GOOD.replace("abc", "a\x00c"),
        GOOD.replace("def", "d\x1b[0mf"),
        GOOD.replace("end\n", "signed_with ab\r\nend\n"),
        GOOD.replace("\n", "\r\n"),
    ],
)
def test_a_file_that_is_not_whole_and_sound_holds_nothing(text: str) -> None:
    assert parse_token_file(text.encode()) is None


def test_the_text_is_what_it_was_when_the_format_was_made() -> None:
    rows = {"orange_token": (1.5, 2.5, "abc"), "gsma_token": (1.0, 9.0, "def")}
    assert format_token_file(rows, skew=-3.0) == GOOD
    assert parse_token_file(GOOD.encode()) == (rows, -3.0, None)


def test_the_key_of_the_gsma_token_is_kept_beside_it() -> None:
    text = GOOD.replace("end\n", "signed_with 0a1b\nend\n")
    rows = {"orange_token": (1.5, 2.5, "abc"), "gsma_token": (1.0, 9.0, "def")}
    assert format_token_file(rows, skew=-3.0, signed_with="0a1b") == text
    assert parse_token_file(text.encode()) == (rows, -3.0, "0a1b")


def test_lines_of_later_versions_are_passed_over() -> None:
    assert parse_token_file(GOOD.replace("skew", "colour red\nskew").encode()) == parse_token_file(GOOD.encode())


@given(st.integers(min_value=0, max_value=len(GOOD) - 1))
def test_a_file_cut_off_anywhere_holds_nothing(length: int) -> None:
    assert parse_token_file(GOOD.encode()[:length]) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_falling_over(content: bytes) -> None:
    parsed = parse_token_file(content)
    assert parsed is None or content.endswith(b"end\n")
