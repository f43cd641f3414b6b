"""A table on a narrow terminal stays a table: texts take several lines, words, times and numbers stay whole."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bothub_cli.output.blocks import Table
from bothub_cli.output.columns import width_of
from bothub_cli.output.table_layout import lay_out

TIME, NUMBER, MSGID = "11-27 13:15:05", "+33612345604", "Msgd0e32bb72e6a27aa4cb7f1e8"
TITLES = ("id", "received", "event", "who", "what")


def width(table: Table) -> int:
    rows = [table.columns, *table.rows]
    columns = [[line for row in rows for line in row[index].split("\n")] for index in range(len(table.columns))]
    return sum(max(map(width_of, column)) for column in columns) + 2 * (len(columns) - 1)


@pytest.mark.parametrize("columns", [200, 100, 80])
@pytest.mark.parametrize(
    "text",
    [
        "a long text that goes on and on and will certainly not fit into a column of a table",
        "مرحبا أين طلبي؟ 🎉 مرحبا أين طلبي؟ مرحبا أين طلبي؟ مرحبا أين طلبي؟",
        "see https://shop.example/a/very/long/path/to-the-product?utm_source=rcs&utm_campaign=summer-2026",
        "👨\u200d👩\u200d👧 日本語のとても長い 文章がここに あります 日本語のとても長い 文章がここに あります",
    ],
)
def test_a_table_fits_with_every_word_in_it(text: str, columns: int) -> None:
    laid = lay_out(Table(columns=TITLES, rows=(("1", TIME, "message", NUMBER, text),)), columns)
    assert laid is not None
    assert width(laid) <= columns
    assert laid.rows[0][:4] == ("1", TIME, "message", NUMBER)
    assert "".join(laid.rows[0][4].split()) == "".join(text.split())


def test_words_are_broken_only_where_there_is_no_other_way() -> None:
    link = "https://shop.example/spring-sale"
    laid = lay_out(Table(columns=("no.", "content"), rows=(("1", f"please look at {link} now"),)), 40)
    assert laid is not None
    assert link in laid.rows[0][1]


def test_the_narrow_form_is_taken_where_the_wide_one_has_no_room() -> None:
    narrow = Table(columns=TITLES, rows=(("1", TIME, "messageStatus", NUMBER, f"displayed\n{MSGID}"),))
    table = Table(
        columns=(*TITLES, "message"), rows=(("1", TIME, "messageStatus", NUMBER, "displayed", MSGID),), narrow=narrow
    )
    wide, small = lay_out(table, 100), lay_out(table, 80)
    assert wide is not None
    assert wide.columns[-1] == "message"
    assert small is not None
    assert small.columns == TITLES
    assert lay_out(table, 40) is None


def test_a_control_in_a_cell_is_written_out() -> None:
    laid = lay_out(Table(columns=("a",), rows=(("\x1b[2J",),)), 40)
    assert laid is not None
    assert laid.rows == (("\\x1b[2J",),)


@given(st.lists(st.text(alphabet="ab /-日", max_size=40), min_size=1, max_size=4), st.integers(20, 80))
def test_whatever_is_laid_out_fits_and_loses_nothing(cells: list[str], columns: int) -> None:
    laid = lay_out(Table(columns=tuple("t" for _ in cells), rows=(tuple(cells),)), columns)
    if laid is not None:
        assert width(laid) <= columns
        assert ["".join(cell.split()) for cell in laid.rows[0]] == ["".join(cell.split()) for cell in cells]


def test_a_wider_terminal_never_takes_more_lines() -> None:
    table = Table(columns=TITLES, rows=(("1", TIME, "message", NUMBER, "one two three four " * 8),))
    lines = [laid.rows[0][4].count("\n") for size in range(70, 120, 10) if (laid := lay_out(table, size)) is not None]
    assert all(later <= earlier for earlier, later in pairwise(lines))
