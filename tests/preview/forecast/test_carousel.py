"""How cards side by side share their heights."""

from collections.abc import Callable

import pytest

from bothub_cli.messages import CardContent, Media, RcsMessage, Suggestion
from bothub_cli.preview.forecast.cuts import summarise_cuts
from bothub_cli.preview.forecast.layout import forecast
from bothub_cli.preview.forecast.phones import ProfileName
from bothub_cli.preview.forecast.shapes import CardShape, CarouselShape

MediaBuilder = Callable[..., Media]
MessageBuilder = Callable[..., RcsMessage]
Suggestions = Callable[[int], tuple[Suggestion, ...]]


def _cards(message: RcsMessage, profile: ProfileName) -> tuple[CardShape, ...]:
    shape = forecast(message, profile).shape
    assert isinstance(shape, CarouselShape)
    return shape.cards


def test_a_carousel_without_cards_is_drawn_empty(carousel_message: MessageBuilder) -> None:
    assert _cards(carousel_message(), "classic") == ()


def test_cards_beyond_the_tenth_are_hidden(carousel_message: MessageBuilder) -> None:
    drawn = forecast(carousel_message(*[CardContent(title="Coffee")] * 5000))
    assert summarise_cuts(drawn.cuts) == ("cards 11–5000 hidden",)


@pytest.mark.parametrize(
    ("profile", "width", "dp"),
    [
        ("classic", "SMALL_WIDTH", 120),
        ("classic", "MEDIUM_WIDTH", 232),
        ("google", "SMALL_WIDTH", 180),
        ("google", "MEDIUM_WIDTH", 296),
        ("ios", "SMALL_WIDTH", 120),
        ("classic", "HUGE_WIDTH", 232),
    ],
)
def test_cards_have_the_width_of_their_phone(
    carousel_message: MessageBuilder, profile: ProfileName, width: str, dp: int
) -> None:
    cards = _cards(carousel_message(CardContent(title="A"), CardContent(title="B"), width=width), profile)
    assert {card.width for card in cards} == {dp}


def test_a_small_classic_card_is_at_most_224_high(
    carousel_message: MessageBuilder, media: MediaBuilder, replies: Suggestions, long_text: str
) -> None:
    content = CardContent(media=media("MEDIUM_HEIGHT"), title="Tea", description=long_text, suggestions=replies(4))
    cards = _cards(carousel_message(content, content, width="SMALL_WIDTH"), "classic")
    assert {card.height for card in cards} == {224}


def test_classic_blocks_are_all_as_high_as_the_highest(carousel_message: MessageBuilder, media: MediaBuilder) -> None:
    tall = CardContent(media=media("MEDIUM_HEIGHT"), title="A title that takes two whole lines", description="Tea")
    first, second = _cards(carousel_message(CardContent(title="Short"), tall), "classic")
    assert first.media is not None
    assert first.title is not None
    assert first.description is not None
    assert (first.media.media, first.media.height, first.title.height, first.description.height) == (None, 168, 48, 24)
    assert first.height == second.height == 168 + 16 + 48 + 24 + 16


def test_a_suggestion_too_many_on_one_card_costs_only_that_card(
    carousel_message: MessageBuilder, media: MediaBuilder, replies: Suggestions
) -> None:
    one = CardContent(media=media(), title="A", description="a", suggestions=replies(1))
    four = CardContent(media=media(), title="B", description="b", suggestions=replies(4))
    drawn = forecast(carousel_message(one, four), "classic")
    assert summarise_cuts(drawn.cuts) == ("card 2: suggestions 3–4 hidden",)


def test_google_lets_the_cards_that_are_seen_first_set_the_height(
    carousel_message: MessageBuilder, media: MediaBuilder, replies: Suggestions
) -> None:
    short = CardContent(media=media(), title="A", description="a")
    full = CardContent(media=media(), title="B", description="b", suggestions=replies(3))
    drawn = forecast(carousel_message(short, short, full), "google")
    assert isinstance(drawn.shape, CarouselShape)
    assert {card.height for card in drawn.shape.cards} == {168 + 80}
    assert summarise_cuts(drawn.cuts) == ("card 3: suggestions 1–3 hidden",)


def test_the_same_losses_on_neighbours_are_told_once(
    carousel_message: MessageBuilder, media: MediaBuilder, long_text: str
) -> None:
    content = CardContent(media=media("TALL_HEIGHT"), title="A", description=long_text)
    drawn = forecast(carousel_message(content, content), "classic")
    assert summarise_cuts(drawn.cuts) == ("cards 1–2: description shortened after 25 of 1820 characters",)
    assert [cut.sentence for cut in drawn.cuts][1] == "card 2: description shortened after 25 of 1820 characters"
