"""A list where a tuple belongs is taken, and frozen: a message never changes because its maker's list does."""

from typing import Any

from bothub_cli.messages import (
    CardContent,
    GeneralPurposeCard,
    GeneralPurposeCardCarousel,
    OutboundMessage,
    RcsMessage,
    Reply,
    RichCardMessage,
    SuggestedChipList,
    TextMessage,
    UserContact,
)

YES, NO = Reply(display_text="Yes"), Reply(display_text="No")


def test_chips_given_as_a_list_are_frozen() -> None:
    chips: Any = [YES]
    listed = SuggestedChipList(suggestions=chips)
    chips.append(NO)
    assert listed == SuggestedChipList(suggestions=(YES,))
    assert hash(listed) == hash(SuggestedChipList(suggestions=(YES,)))


def test_cards_suggestions_and_fonts_given_as_lists_are_frozen() -> None:
    suggestions: Any = [YES]
    fonts: Any = ["bold"]
    content = CardContent(title="Shoes", suggestions=suggestions)
    cards: Any = [content, content]
    carousel = GeneralPurposeCardCarousel(cards=cards, title_font_style=fonts)
    single = GeneralPurposeCard(content=content, description_font_style=fonts)
    for each in (suggestions, cards, fonts):
        each.clear()
    assert content.suggestions == (YES,)
    assert len(carousel.cards) == 2
    assert (carousel.title_font_style, single.description_font_style) == (("bold",), ("bold",))


def test_a_message_made_of_lists_is_the_message_that_is_read_back() -> None:
    content: Any = [YES]
    message = OutboundMessage(
        rcs_message=RcsMessage(
            content=TextMessage(text="Hello"), suggested_chip_list=SuggestedChipList(suggestions=content)
        ),
        message_contact=UserContact(number="+33612345678"),
    )
    assert OutboundMessage.from_payload(message.to_payload()) == message


def test_a_card_made_of_lists_can_be_a_member_of_a_set() -> None:
    suggestions: Any = [YES, NO]
    card = RichCardMessage(card=GeneralPurposeCard(content=CardContent(title="x", suggestions=suggestions)))
    assert len({card, card}) == 1
