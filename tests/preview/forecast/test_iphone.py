"""What an iPhone of iOS 26 does otherwise, each with its place."""

from typing import Any

import pytest

from bothub_cli.messages import RcsMessage
from bothub_cli.preview.forecast.iphone import read_differences
from bothub_cli.preview.forecast.layout import forecast
from bothub_cli.preview.forecast.shapes import CarouselShape

BASE = "/richcardMessage/message/generalPurposeCard"
SITE = {"action": {"displayText": "Site", "urlAction": {"openUrl": {"url": "https://a.fr"}}}}
COPY = {"action": {"displayText": "Copy", "clipboardAction": {"copyToClipboard": {"text": "123456"}}}}
YES = {"reply": {"displayText": "Yes"}}
GIF = {"mediaUrl": "https://a.fr/a.gif", "mediaContentType": "image/gif", "mediaFileSize": 9, "height": "SHORT_HEIGHT"}
JPEG = GIF | {"mediaContentType": "image/jpeg"}


def card(layout: dict[str, Any] | None = None, **content: Any) -> RcsMessage:
    inner = {"layout": layout or {"cardOrientation": "VERTICAL"}, "content": {"title": "Shoes"} | content}
    return RcsMessage.from_payload({"richcardMessage": {"message": {"generalPurposeCard": inner}}})


def text(*chips: Any) -> RcsMessage:
    return RcsMessage.from_payload({"textMessage": "Hi", "suggestedChipList": {"suggestions": list(chips)}})


def found(message: RcsMessage) -> list[tuple[str, str]]:
    return [(each.rule, each.pointer) for each in read_differences(message)]


@pytest.mark.parametrize(
    ("message", "differences"),
    [
        (card(), []),
        (card(suggestions=[YES]), []),
        (card(suggestions=[YES, SITE]), [("iphone.card.drop-down", f"{BASE}/content/suggestions")]),
        (card(media=GIF), [("iphone.card.gif", f"{BASE}/content/media")]),
        (card(media=JPEG), []),
        (card(description="See www.a.fr"), [("iphone.card.link", f"{BASE}/content/description")]),
        (card(title="https://a.fr"), [("iphone.card.link", f"{BASE}/content/title")]),
        (card(description="Your code: 123456."), [("iphone.card.code", f"{BASE}/content/description")]),
        (card(title="Code 123 456"), [("iphone.card.code", f"{BASE}/content/title")]),
        (card(title="Code 123456", suggestions=[COPY]), []),
        (card(description="Since 1998 on 24/12/2026"), []),
        (card(description="a\n" * 5), []),
        (card(description="a\n" * 6 + "a"), [("iphone.card.long-text", f"{BASE}/content/description")]),
        (
            card({"cardOrientation": "HORIZONTAL", "imageAlignment": "LEFT"}, media=JPEG),
            [("iphone.card.horizontal", f"{BASE}/layout/cardOrientation")],
        ),
        (text(SITE, SITE), []),
        (text(YES, YES, YES, SITE), []),
        (text(SITE, SITE, COPY), [("iphone.chips.options", "/suggestedChipList/suggestions")]),
    ],
)
def test_each_difference_is_found_at_its_place(message: RcsMessage, differences: list[tuple[str, str]]) -> None:
    assert found(message) == differences


@pytest.mark.parametrize(
    ("chips", "order", "in_options"),
    [
        ([YES, SITE], ["Site", "Yes"], 0),
        ([YES, SITE, COPY], ["Site", "Copy", "Yes"], 0),
        ([SITE, YES, COPY, SITE], ["Site", "Copy", "Site", "Yes"], 3),
        ([YES, YES, YES], ["Yes", "Yes", "Yes"], 0),
    ],
)
def test_actions_stand_above_replies_and_more_than_two_are_behind_options(
    chips: list[Any], order: list[str], in_options: int
) -> None:
    drawn = forecast(text(*chips), "ios").chips
    assert drawn is not None
    assert ([label.source for label in drawn.labels], drawn.in_options, drawn.is_list) == (order, in_options, True)


def test_each_card_of_a_carousel_is_as_high_as_its_own_content() -> None:
    cards = [{"media": JPEG, "title": "Shoes"}, {"title": "Boots", "description": "Warm"}]
    inner = {"layout": {"cardWidth": "MEDIUM_WIDTH"}, "content": cards}
    message = RcsMessage.from_payload({"richcardMessage": {"message": {"generalPurposeCardCarousel": inner}}})
    heights = {}
    for phone in ("classic", "ios"):
        shape = forecast(message, phone).shape
        assert isinstance(shape, CarouselShape)
        heights[phone] = [card.height for card in shape.cards]
    assert heights["classic"][0] == heights["classic"][1]
    assert heights["ios"][0] > heights["ios"][1]
