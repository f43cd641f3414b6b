"""What a user's variables are to a type checker is what the library takes: this file is checked, and runs."""

from datetime import UTC, datetime, timedelta

import pytest

from bothub_cli import card, carousel, place, text
from bothub_cli.messages import (
    CardContent,
    DialPhoneNumber,
    OpenUrl,
    OutboundMessage,
    RcsMessage,
    Reply,
    SuggestedChipList,
    Suggestion,
    TextMessage,
)

PAGE, CALL = "https://shop.example", "+33140000000"


def pages() -> list[OpenUrl]:
    return [OpenUrl(display_text="Open", url=PAGE)]


def make_messages() -> list[OutboundMessage]:
    actions = [OpenUrl(display_text="Open", url=PAGE), DialPhoneNumber(display_text="Call", phone_number=CALL)]
    mixed = [Reply(display_text="Yes"), OpenUrl(display_text="Open", url=PAGE)]
    every: list[Suggestion] = [*mixed, *actions]
    labels, pairs, replies = ["Yes", "No"], [("Yes", "yes_1"), ("No", "no_1")], [Reply(display_text="Yes")]
    contents = [CardContent(title="a", suggestions=actions), CardContent(title="b", suggestions=pages())]
    cards = [card("a", suggestions=actions), card("b", suggestions=mixed)]
    chips = SuggestedChipList(suggestions=pages())
    return [
        text("Hello", suggestions=actions, replies=labels),
        text("Hello", suggestions=mixed, replies=pairs, expiry=timedelta(hours=2)),
        text("Hello", suggestions=pages(), replies=replies, expiry=datetime.now(UTC)),
        place(48, 2.5, suggestions=every),
        carousel(cards),
        carousel(contents),
        OutboundMessage(rcs_message=RcsMessage(content=TextMessage(text="Hello"), suggested_chip_list=chips)),
    ]


@pytest.mark.parametrize("message", make_messages())
def test_lists_of_any_kind_of_suggestion_are_taken(message: OutboundMessage) -> None:
    assert OutboundMessage.from_payload(message.to_payload()) == message
    assert hash(message)
