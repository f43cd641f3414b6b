"""A phone with a narrower screen or larger text gives a card less room, by the same rules."""

import pytest

from bothub_cli.messages import CardContent, FileMessage, GeneralPurposeCard, RcsMessage, RichCardMessage, TextMessage
from bothub_cli.preview.forecast.layout import forecast
from bothub_cli.preview.forecast.phones import CLASSIC
from bothub_cli.preview.forecast.shapes import BubbleShape, CardShape
from bothub_cli.preview.html.message import render_message

TEXT = "A description that takes a few lines on every phone, and more where the text is larger than usual. " * 2
CARD = RcsMessage(
    content=RichCardMessage(
        card=GeneralPurposeCard(orientation="VERTICAL", content=CardContent(title="Title", description=TEXT))
    )
)


def _card(*, width: int = 412, font_scale: float = 1.0) -> CardShape:
    shape = forecast(CARD, CLASSIC.on_screen(width=width, font_scale=font_scale)).shape
    assert isinstance(shape, CardShape)
    return shape


def test_a_card_leaves_8_dp_on_both_sides_of_the_screen_and_is_never_wider_than_480_dp() -> None:
    assert _card(width=360).width == 344
    assert _card(width=412).width == 396
    assert _card(width=600).width == 480


def test_a_narrower_screen_breaks_the_text_into_more_lines() -> None:
    wide, narrow = _card(width=600).description, _card(width=320).description
    assert wide
    assert narrow
    assert len(wide.lines) < len(narrow.lines)


def test_text_twice_as_large_takes_lines_twice_as_high_and_loses_its_end() -> None:
    shape = _card(font_scale=2.0)
    assert shape.title
    assert shape.description
    assert shape.title.line_height == 48
    assert shape.height <= 344
    assert shape.description.is_shortened


def test_the_fragment_for_a_thread_leaves_the_list_of_losses_out() -> None:
    large = CLASSIC.on_screen(font_scale=2.0)
    assert "Cut on this phone" in render_message(CARD, large)
    assert "Cut on this phone" not in render_message(CARD, large, with_losses=False)


@pytest.mark.parametrize(("width", "widest"), [(320, 232), (360, 272), (412, 324), (480, 392)])
def test_a_long_text_leaves_as_much_of_each_screen_free(width: int, widest: int) -> None:
    shape = forecast(RcsMessage(content=TextMessage(text="word " * 100)), CLASSIC.on_screen(width=width)).shape
    assert isinstance(shape, BubbleShape)
    assert widest - 40 < shape.width <= widest


@pytest.mark.parametrize(
    ("media_type", "strokes"),
    [(None, "M6 2h9"), ("application/pdf", "M6 2h9"), ("image/png", "M3 5h18v14H3zM3 16"), ("video/mp4", "M10 9l5 3")],
)
def test_a_file_shows_by_its_icon_what_it_is(media_type: str | None, strokes: str) -> None:
    file = FileMessage(file_url="https://shop.example/a", file_mime_type=media_type)
    assert strokes in render_message(RcsMessage(content=file))
