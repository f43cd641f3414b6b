"""What each kind of phone keeps of a card, and in which order it gives up the rest."""

from collections.abc import Callable

import pytest

from bothub_cli.messages import (
    CardContent,
    FileMessage,
    GeolocationPushMessage,
    IsTyping,
    Media,
    OpenUrl,
    RcsMessage,
    Reply,
    RequestLocationPush,
    SuggestedChipList,
    Suggestion,
    TextMessage,
)
from bothub_cli.preview.forecast.cuts import summarise_cuts
from bothub_cli.preview.forecast.layout import Forecast, forecast
from bothub_cli.preview.forecast.phones import PROFILES, ProfileName
from bothub_cli.preview.forecast.shapes import BubbleShape, CardShape

MediaBuilder = Callable[..., Media]
MessageBuilder = Callable[..., RcsMessage]
Suggestions = Callable[[int], tuple[Suggestion, ...]]


def _card(drawn: Forecast) -> CardShape:
    assert isinstance(drawn.shape, CardShape)
    return drawn.shape


def _shown(card: CardShape) -> list[str]:
    return [label.text for label in card.labels if not label.is_hidden]


def test_classic_shortens_the_description_first(
    card_message: MessageBuilder, media: MediaBuilder, replies: Suggestions, long_text: str
) -> None:
    content = CardContent(media=media(), title="Lisbon", description=long_text, suggestions=replies(2))
    drawn = forecast(card_message(content), "classic")
    assert summarise_cuts(drawn.cuts) == ("description shortened after 51 of 1820 characters",)


def test_classic_then_shortens_the_title(card_message: MessageBuilder, media: MediaBuilder, long_text: str) -> None:
    drawn = forecast(
        card_message(CardContent(media=media("TALL_HEIGHT"), title=long_text[:180], description=long_text))
    )
    card = _card(drawn)
    assert card.title is not None
    assert card.description is not None
    assert (len(card.title.lines), len(card.description.lines)) == (1, 1)


def test_classic_then_drops_actions_from_the_last_before_any_reply(
    card_message: MessageBuilder, media: MediaBuilder, replies: Suggestions, links: Suggestions
) -> None:
    content = CardContent(media=media(), title="Lisbon", description="By train", suggestions=links(2) + replies(2))
    card = _card(forecast(card_message(content), "classic"))
    assert _shown(card) == ["Reply 1", "Reply 2"]


def test_classic_then_drops_replies_from_the_last(
    card_message: MessageBuilder, media: MediaBuilder, replies: Suggestions
) -> None:
    content = CardContent(media=media(), title="Lisbon", description="By train", suggestions=replies(4))
    drawn = forecast(card_message(content), "classic")
    assert summarise_cuts(drawn.cuts) == ("suggestions 3–4 hidden",)


def test_google_drops_suggestions_in_the_order_of_the_list(
    card_message: MessageBuilder, media: MediaBuilder, replies: Suggestions, links: Suggestions, long_text: str
) -> None:
    content = CardContent(
        media=media("TALL_HEIGHT"), title="Lisbon", description=long_text, suggestions=links(2) + replies(2)
    )
    card = _card(forecast(card_message(content), "google"))
    assert _shown(card) == ["Link 1", "Link 2", "Reply 1"]


def test_google_takes_the_description_to_one_line_at_once(
    card_message: MessageBuilder, media: MediaBuilder, long_text: str
) -> None:
    drawn = forecast(
        card_message(CardContent(media=media("TALL_HEIGHT"), title="Lisbon", description=long_text)), "google"
    )
    description = _card(drawn).description
    assert description is not None
    assert len(description.lines) == 1


def test_ios_lets_title_and_buttons_win_over_media_and_description(
    card_message: MessageBuilder, media: MediaBuilder, replies: Suggestions, long_text: str
) -> None:
    content = CardContent(
        media=media("TALL_HEIGHT"), title=long_text[:200], description="By train", suggestions=replies(4)
    )
    drawn = forecast(card_message(content), "ios")
    assert [cut.part for cut in drawn.cuts if cut.part in ("title", "suggestion")] == []
    assert len(_shown(_card(drawn))) == 4


@pytest.mark.parametrize(("count", "height"), [(1, 168 + 80 + 56), (2, 168 + 80 + 56), (4, 168 + 80 + 56)])
def test_ios_shows_several_buttons_of_a_card_as_one(
    card_message: MessageBuilder, media: MediaBuilder, replies: Suggestions, count: int, height: int
) -> None:
    content = CardContent(media=media("SHORT_HEIGHT"), title="Lisbon", description="A", suggestions=replies(count))
    card = _card(forecast(card_message(content), "ios"))
    assert (card.height, card.is_drop_down) == (height, count > 1)


@pytest.mark.parametrize("height", ["SHORT_HEIGHT", "MEDIUM_HEIGHT", "TALL_HEIGHT"])
def test_ios_has_one_media_height(card_message: MessageBuilder, media: MediaBuilder, height: str) -> None:
    area = _card(forecast(card_message(CardContent(media=media(height), title="Lisbon")), "ios")).media
    assert area is not None
    assert area.height == 168


# Google's rules of thumb (Sinch ta-p/10204): what fits beside a title and one line of description.
@pytest.mark.parametrize(
    ("height", "fitting"), [("TALL_HEIGHT", 0), ("MEDIUM_HEIGHT", 2), ("SHORT_HEIGHT", 3), (None, 4)]
)
def test_googles_rules_of_thumb_hold_on_a_classic_phone(
    card_message: MessageBuilder, media: MediaBuilder, replies: Suggestions, height: str | None, fitting: int
) -> None:
    picture = media(height) if height else None
    content = CardContent(media=picture, title="Lisbon", description="By train", suggestions=replies(4))
    assert len(_shown(_card(forecast(card_message(content), "classic")))) == fitting


@pytest.mark.parametrize(("height", "dp"), [("SHORT_HEIGHT", 112), ("MEDIUM_HEIGHT", 168), ("TALL_HEIGHT", 264)])
@pytest.mark.parametrize("profile", ["classic", "google"])
def test_media_has_the_height_of_the_standard(
    card_message: MessageBuilder, media: MediaBuilder, height: str, dp: int, profile: ProfileName
) -> None:
    card = _card(forecast(card_message(CardContent(media=media(height), title="Lisbon")), profile))
    assert card.media is not None
    assert (card.width, card.media.width, card.media.height) == (396, 396, dp)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_card_is_never_lower_than_112_nor_higher_than_its_limit(
    card_message: MessageBuilder, media: MediaBuilder, replies: Suggestions, long_text: str, profile: ProfileName
) -> None:
    lowest = _card(forecast(card_message(CardContent(title="Short")), profile))
    content = CardContent(
        media=media("TALL_HEIGHT"), title=long_text[:200], description=long_text, suggestions=replies(4)
    )
    highest = _card(forecast(card_message(content), profile))
    assert lowest.height == 112
    assert highest.height <= PROFILES[profile].standalone.height_max


def test_a_horizontal_card_keeps_128_dp_for_its_image_on_the_side_asked_for(
    card_message: MessageBuilder, media: MediaBuilder
) -> None:
    card = _card(forecast(card_message(CardContent(media=media(), title="Lisbon"), side="RIGHT")))
    assert card.media is not None
    assert (card.image_side, card.media.width, card.media.height, card.width) == ("RIGHT", 128, 112, 396)


def test_a_right_to_left_phone_mirrors_a_horizontal_card(card_message: MessageBuilder, media: MediaBuilder) -> None:
    message = card_message(CardContent(media=media(), title="Lisbon"), side="RIGHT")
    assert _card(forecast(message, right_to_left=True)).image_side == "LEFT"


def test_a_horizontal_card_without_media_gives_the_text_the_whole_width(card_message: MessageBuilder) -> None:
    card = _card(forecast(card_message(CardContent(title="Lisbon"), side="LEFT")))
    assert (card.image_side, card.width) == (None, 396)


def test_a_label_is_cut_after_25_characters(card_message: MessageBuilder) -> None:
    chip = Reply(display_text="I would like a table for two")
    drawn = forecast(card_message(CardContent(title="Lisbon"), chip))
    assert summarise_cuts(drawn.cuts) == ("label of chip 1 shortened after 25 of 28 characters",)
    assert drawn.cuts[0].pointer == "/suggestedChipList/suggestions/0/reply/displayText"


def test_a_fifth_suggestion_on_a_card_is_hidden(card_message: MessageBuilder, replies: Suggestions) -> None:
    drawn = forecast(card_message(CardContent(title="Lisbon", suggestions=replies(30))))
    assert summarise_cuts(drawn.cuts) == ("suggestions 5–30 hidden",)


def test_a_twelfth_chip_is_hidden(card_message: MessageBuilder, replies: Suggestions) -> None:
    drawn = forecast(card_message(CardContent(title="Lisbon"), *replies(13)))
    assert summarise_cuts(drawn.cuts) == ("chips 12–13 hidden",)


def test_pointers_start_where_the_message_stands(
    card_message: MessageBuilder, media: MediaBuilder, long_text: str
) -> None:
    drawn = forecast(
        card_message(CardContent(media=media("TALL_HEIGHT"), description=long_text)), pointer="/RCSMessage"
    )
    assert [cut.pointer for cut in drawn.cuts] == [
        "/RCSMessage/richcardMessage/message/generalPurposeCard/content/description"
    ]


def test_a_text_grows_its_bubble_and_loses_nothing(long_text: str) -> None:
    drawn = forecast(RcsMessage(content=TextMessage(text=long_text)))
    assert isinstance(drawn.shape, BubbleShape)
    assert (drawn.shape.width, drawn.cuts) == (322, ())


@pytest.mark.parametrize(
    "content",
    [
        FileMessage(file_url="https://example.com/a.pdf"),
        GeolocationPushMessage(latitude=48.8, longitude=2.3),
        IsTyping(active=True),
    ],
)
def test_what_has_no_size_of_its_own_loses_nothing(content: FileMessage | GeolocationPushMessage | IsTyping) -> None:
    drawn = forecast(RcsMessage(content=content))
    assert (drawn.shape, drawn.cuts) == (None, ())


@pytest.mark.parametrize(
    ("chips", "first"),
    [
        ([OpenUrl(display_text="Site", url="https://a.fr"), Reply(display_text="Yes")], "Site"),
        ([RequestLocationPush(display_text="Share"), Reply(display_text="Yes")], "Yes"),
        ([RequestLocationPush(display_text="Share")], None),
    ],
)
def test_googles_notification_shows_the_first_suggestion_but_no_share_of_a_place(
    chips: list[Suggestion], first: str | None
) -> None:
    message = RcsMessage(
        content=TextMessage(text="Hi"), suggested_chip_list=SuggestedChipList(suggestions=tuple(chips))
    )
    notes = [note for note in forecast(message, "google").notes if "notification" in note]
    assert notes == ([f"the notification shows the first suggestion: {first}"] if first else [])
    assert forecast(message, "classic").notes == ()


def test_the_first_button_of_a_card_is_in_the_notification(card_message: MessageBuilder, replies: Suggestions) -> None:
    drawn = forecast(card_message(CardContent(title="Lisbon", suggestions=replies(2))), "google")
    assert drawn.notes == ("the notification shows the first suggestion: Reply 1",)
