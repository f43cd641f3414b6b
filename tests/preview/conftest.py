"""Messages that the preview tests share: fixtures return builders, so that each test names only what matters to it."""

from collections.abc import Callable

import pytest

from bothub_cli.messages import (
    CardContent,
    GeneralPurposeCard,
    GeneralPurposeCardCarousel,
    Media,
    OpenUrl,
    RcsMessage,
    Reply,
    RichCardMessage,
    SuggestedChipList,
    Suggestion,
)

LONG = "Two nights between the river and the hills, with breakfast and bicycles, for a fair price. " * 20


@pytest.fixture
def long_text() -> str:
    return LONG


@pytest.fixture
def media() -> Callable[..., Media]:
    def build(
        height: str = "MEDIUM_HEIGHT", content_type: str = "image/jpeg", description: str | None = "A tram"
    ) -> Media:
        return Media(
            media_url="https://example.com/pictures/tram.jpg",
            media_content_type=content_type,
            media_file_size=123_456,
            height=height,
            content_description=description,
        )

    return build


@pytest.fixture
def replies() -> Callable[[int], tuple[Suggestion, ...]]:
    return lambda count: tuple(Reply(display_text=f"Reply {number}") for number in range(1, count + 1))


@pytest.fixture
def links() -> Callable[[int], tuple[Suggestion, ...]]:
    return lambda count: tuple(
        OpenUrl(display_text=f"Link {number}", url="https://example.com") for number in range(1, count + 1)
    )


@pytest.fixture
def card_message() -> Callable[..., RcsMessage]:
    def build(content: CardContent, *chips: Suggestion, side: str | None = None) -> RcsMessage:
        orientation = "HORIZONTAL" if side else "VERTICAL"
        card = GeneralPurposeCard(content=content, orientation=orientation, image_alignment=side)
        chip_list = SuggestedChipList(suggestions=chips) if chips else None
        return RcsMessage(content=RichCardMessage(card=card), suggested_chip_list=chip_list)

    return build


@pytest.fixture
def carousel_message() -> Callable[..., RcsMessage]:
    def build(*cards: CardContent, width: str = "MEDIUM_WIDTH") -> RcsMessage:
        return RcsMessage(content=RichCardMessage(card=GeneralPurposeCardCarousel(cards=cards, card_width=width)))

    return build
