"""What an iPhone of iOS 26 does otherwise, each with its place."""

from typing import Any

import pytest

from bothub_cli.messages import RcsMessage
from bothub_cli.preview.forecast.iphone import read_differences

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
