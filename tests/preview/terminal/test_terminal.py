"""The picture in the terminal: legible at 40 columns, without colours, in ASCII, and with hostile text."""

import subprocess
import sys
from collections.abc import Callable
from io import StringIO

import pytest
from rich.cells import cell_len
from rich.console import Console

from bothub_cli.messages import (
    AudioMessage,
    CardContent,
    FileMessage,
    GeolocationPushMessage,
    IsTyping,
    Media,
    OpenUrl,
    RcsMessage,
    Reply,
    SuggestedChipList,
    Suggestion,
    TextMessage,
    UnknownSuggestion,
)
from bothub_cli.preview.forecast.phones import PROFILES, ProfileName
from bothub_cli.preview.terminal.draw import render, render_svg, render_text

MediaBuilder = Callable[..., Media]
MessageBuilder = Callable[..., RcsMessage]
Suggestions = Callable[[int], tuple[Suggestion, ...]]


def _text(text: str, *chips: Suggestion) -> RcsMessage:
    chip_list = SuggestedChipList(suggestions=chips) if chips else None
    return RcsMessage(content=TextMessage(text=text), suggested_chip_list=chip_list)


@pytest.fixture
def full_card(
    card_message: MessageBuilder, media: MediaBuilder, replies: Suggestions, links: Suggestions, long_text: str
) -> RcsMessage:
    content = CardContent(
        media=media("TALL_HEIGHT"), title=long_text[:190], description=long_text, suggestions=replies(2) + links(2)
    )
    return card_message(content, *replies(6), *links(6))


def test_markup_in_a_message_is_text() -> None:
    assert "[bold red]sale[/] :smile:" in render_text(_text("[bold red]sale[/] :smile:"))


def test_escape_sequences_and_direction_overrides_are_written_out() -> None:
    picture = render_text(_text("\x1b]0;owned\x07 a\u202eb", Reply(display_text="\x9b2J\u2066")))
    assert "<U+001B>]0;owned<U+0007> a<RLO>b" in picture
    assert "<U+009B>2J<LRI>" in picture
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(picture)


def test_a_broken_surrogate_is_drawn() -> None:
    assert "<U+D800>" in render_text(_text("half a pair \ud800"))


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("width", [40, 41, 57, 80, 132])
def test_no_line_is_wider_than_the_terminal(full_card: RcsMessage, width: int, profile: ProfileName) -> None:
    lines = render_text(full_card, profile, width=width).splitlines()
    assert max(map(cell_len, lines)) <= width


def test_the_environment_changes_no_picture(full_card: RcsMessage, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (render_text(full_card, width=60), render_svg(full_card))
    for name, value in {"TERM": "dumb", "FORCE_COLOR": "1", "NO_COLOR": "1", "COLUMNS": "20", "LINES": "5"}.items():
        monkeypatch.setenv(name, value)
    assert (render_text(full_card, width=60), render_svg(full_card)) == before


def test_wide_characters_keep_the_frame_straight(card_message: MessageBuilder) -> None:
    content = CardContent(title="東京の週末 👨‍👩‍👧 " * 4, description="e\u0301" * 90)
    frame = [line for line in render_text(card_message(content), width=60).splitlines() if line[0] in "│╭╰"]
    assert len({cell_len(line) for line in frame}) == 1


def test_a_console_without_unicode_gets_ascii_only(full_card: RcsMessage) -> None:
    picture = render_text(full_card, encoding="ascii")
    assert picture.isascii()
    assert "[url]" in picture
    assert "[cut]" in picture


def test_ascii_spells_what_it_cannot_write() -> None:
    assert "caf\\xe9 \\U0001f44b" in render_text(_text("café 👋"), encoding="ascii")


def test_what_is_cut_is_marked_and_listed_without_any_colour(full_card: RcsMessage) -> None:
    picture = render_text(full_card, width=100)
    assert "… ✂ " in picture
    assert "✂ Link 1" in picture
    assert "description shortened after 51 of 1820 characters, suggestions 1–4 hidden" in " ".join(picture.split())


def test_no_colour_at_all_is_used(full_card: RcsMessage) -> None:
    stream = StringIO()
    console = Console(file=stream, force_terminal=True, color_system="truecolor", width=80)
    console.print(render(full_card))
    codes = {part.split("m")[0] for part in stream.getvalue().split("\x1b[")[1:]}
    assert codes
    assert not [
        code for code in codes if any(word.startswith(("3", "4")) and len(word) > 1 for word in code.split(";"))
    ]


def test_a_long_lost_text_is_not_drawn_whole(card_message: MessageBuilder, media: MediaBuilder, long_text: str) -> None:
    message = card_message(CardContent(media=media("TALL_HEIGHT"), title="Lisbon", description=long_text))
    assert "(+1609)" in render_text(message, width=80)


def test_a_card_that_fits_says_so(card_message: MessageBuilder) -> None:
    assert "nothing is cut, by estimate" in render_text(card_message(CardContent(title="Lisbon")))


def test_a_media_box_tells_type_size_and_has_the_proportions_of_the_phone(
    card_message: MessageBuilder, media: MediaBuilder
) -> None:
    picture = render_text(card_message(CardContent(media=media("TALL_HEIGHT", "video/mp4"))), width=80)
    rows = [line for line in picture.splitlines() if "░" in line]
    assert "▶ video/mp4" in picture
    assert "123 kB · 396 × 264 DP" in picture
    assert (len(rows), len(rows[0])) == (16, 50)  # 264 DP at 16 DP a row, 396 DP at 8 DP a column


def test_a_type_too_long_for_its_box_is_clipped(carousel_message: MessageBuilder, media: MediaBuilder) -> None:
    card = CardContent(media=media("SHORT_HEIGHT", "application/vnd.example.very-long"))
    picture = render_text(carousel_message(card, card, width="SMALL_WIDTH"), width=80)
    assert "applicatio…" in picture


def test_cards_stand_side_by_side_and_the_rest_is_a_swipe_away(carousel_message: MessageBuilder) -> None:
    message = carousel_message(*(CardContent(title=f"Card {name}") for name in "ABCDE"))
    wide, narrow = render_text(message, width=100), render_text(message, width=40)
    assert "Card A" in wide.splitlines()[2]
    assert "Card C" in wide.splitlines()[2]
    assert "Card B" not in narrow.splitlines()[2]
    assert "swipe for the others →" in " ".join(narrow.split())


def test_a_horizontal_card_has_its_image_on_its_side(card_message: MessageBuilder, media: MediaBuilder) -> None:
    content = CardContent(media=media(), title="Lisbon")
    left = render_text(card_message(content, side="LEFT")).splitlines()[2]
    right = render_text(card_message(content, side="RIGHT")).splitlines()[2]
    assert left.index("░") < left.index("Lisbon")
    assert right.index("░") > right.index("Lisbon")


def test_chips_tell_what_has_to_be_scrolled_to(replies: Suggestions) -> None:
    picture = render_text(_text("Hello", *replies(11)))
    assert "scroll for the last 7 →" in picture


def test_an_action_has_an_icon_and_an_unknown_one_a_question_mark() -> None:
    unknown = UnknownSuggestion(payload={"action": {"displayText": "Beam me up", "holoAction": {}}})
    picture = render_text(_text("Hello", OpenUrl(display_text="Open", url="https://example.com"), unknown))
    assert "↗ Open" in picture
    assert "? Beam me up" in picture


def test_a_suggestion_without_a_label_is_drawn_all_the_same() -> None:
    assert "(no label)" in render_text(_text("Hello", UnknownSuggestion(payload={"x": 1})))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (FileMessage(file_url="https://example.com/a/bill.pdf?x=1"), ("bill.pdf", "type unknown · size unknown")),
        (FileMessage(file_url="http://[", file_size=999_600), ("http://[", "1 MB")),
        (
            FileMessage(file_url="x", file_name="B.pdf", file_mime_type="application/pdf", file_size=5_400_000),
            ("B.pdf", "application/pdf · 5.4 MB"),
        ),
        (AudioMessage(file_url="https://example.com/v.m4a", playing_length=83), ("v.m4a", "1:23")),
        (AudioMessage(file_url="https://example.com/v.m4a"), ("--:--",)),
        (
            GeolocationPushMessage(latitude=-33.86, longitude=-151.2, label="Opera", radius=50),
            ("33.86° S, 151.2° W", "within 50 m", "Opera"),
        ),
        (IsTyping(active=True), ("● ● ●",)),
        (IsTyping(active=False), ("goes away",)),
    ],
)
def test_every_other_kind_of_content_is_told(content: FileMessage, told: tuple[str, ...]) -> None:
    picture = render_text(RcsMessage(content=content))
    assert [words for words in told if words not in picture] == []


def test_suggestions_that_no_card_shows_are_counted(card_message: MessageBuilder, replies: Suggestions) -> None:
    picture = render_text(card_message(CardContent(title="Lisbon", suggestions=replies(30))))
    assert "✂ 22 more" in picture
    assert "suggestions 5–30 hidden" in picture


def test_an_svg_is_a_document_without_hostile_characters(full_card: RcsMessage) -> None:
    picture = render_svg(full_card)
    assert picture.startswith("<svg")
    assert "<script" not in render_svg(_text("<script>alert(1)</script>"))


def test_a_forecast_loads_no_terminal_library() -> None:
    program = (
        "import sys, bothub_cli.preview.forecast.findings; "
        "print(sorted({'rich', 'wcwidth', 'requests'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"
