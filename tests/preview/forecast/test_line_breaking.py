"""Where a column breaks a text, and where it cuts it."""

from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.preview.forecast.line_breaking import Font, break_text, shorten_text, shorten_to_length
from bothub_cli.preview.forecast.text_width import iterate_clusters

FONT = Font(size=16, line_height=24)


def _lines(text: str, width: float) -> list[str]:
    return [line.text for line in break_text(text, font=FONT, width=width)]


def test_nothing_has_no_lines() -> None:
    assert _lines("", 100) == []


def test_a_word_longer_than_the_column_is_broken_inside() -> None:
    assert _lines("Donaudampfschifffahrt", 80) == ["Donaudam", "pfschifffah", "rt"]


def test_a_column_too_narrow_for_one_character_still_takes_one_a_line() -> None:
    assert _lines("ab", 1) == ["a", "b"]


def test_lines_break_after_spaces_and_hyphens() -> None:
    assert _lines("one two-three four", 75) == ["one two-", "three four"]


def test_lines_break_between_chinese_characters() -> None:
    assert _lines("你好世界", 40) == ["你好", "世界"]


def test_a_line_feed_always_breaks() -> None:
    assert _lines("a\n\nb", 100) == ["a", "", "b"]


def test_what_fits_is_not_shortened() -> None:
    assert shorten_text("short", font=FONT, width=100, most=1).lines == ("short",)


def test_no_lines_show_nothing() -> None:
    shortened = shorten_text("short", font=FONT, width=100, most=0)
    assert (shortened.lines, shortened.shown) == ((), 0)


def test_the_last_line_is_filled_up_to_the_ellipsis() -> None:
    shortened = shorten_text("one two three four", font=FONT, width=60, most=1)
    assert (shortened.lines, shortened.shown) == (("one tw…",), 6)


def test_a_text_that_goes_on_after_a_line_feed_is_cut_there() -> None:
    shortened = shorten_text("one\ntwo", font=FONT, width=100, most=1)
    assert (shortened.lines, shortened.shown) == (("one…",), 3)


def test_a_label_is_never_cut_inside_a_family() -> None:
    assert shorten_to_length("ab👨‍👩‍👧", 4) == "ab"


@given(st.text(max_size=300), st.integers(min_value=1, max_value=200))
def test_no_character_of_any_text_is_lost_between_lines(text: str, width: int) -> None:
    lines = break_text(text, font=FONT, width=width)
    assert [line.end for line in lines][-1:] == [len(text)][: len(lines)]
    assert "".join("".join(line.text.split()) for line in lines) == "".join(text.split())


@given(st.text(max_size=300), st.integers(min_value=20, max_value=200), st.integers(min_value=0, max_value=5))
def test_any_text_is_cut_between_visible_characters_and_stays_in_its_column(text: str, width: int, most: int) -> None:
    shortened = shorten_text(text, font=FONT, width=width, most=most)
    assert len(shortened.lines) <= most
    assert shortened.shown in _boundaries(text)
    for line in shortened.lines:
        assert FONT.measure(line) <= width or len(list(iterate_clusters(line))) <= 2


def _boundaries(text: str) -> set[int]:
    """The places between visible characters."""
    places, position = {0}, 0
    for cluster in iterate_clusters(text):
        position += len(cluster)
        places.add(position)
    return places
