"""A message in a few words: what ``bothub sandbox inbox`` shows of it."""

from typing import Any

import pytest

from bothub_cli.messages.model.summary import gist_of

TRAIL = {"title": "Trail shoes"}
PICTURE = {"media": {"mediaUrl": "https://files.example/a.jpg"}}
CASES = [
    ({"textMessage": "Hello"}, "Hello"),
    ({"richcardMessage": {"message": {"generalPurposeCard": {"content": TRAIL}}}}, "card: Trail shoes"),
    (
        {"richcardMessage": {"message": {"generalPurposeCardCarousel": {"content": [TRAIL, PICTURE]}}}},
        "carousel of 2 cards: Trail shoes, (picture)",
    ),
    ({"fileMessage": {"fileUrl": "https://files.example/a.pdf", "fileName": "bill.pdf"}}, "file bill.pdf"),
    ({"fileMessage": {"fileUrl": "https://files.example/a.pdf"}}, "file https://files.example/a.pdf"),
    ({"audioMessage": {"fileUrl": "https://files.example/a.mp3"}}, "sound https://files.example/a.mp3"),
    ({"geolocationPushMessage": {"label": "Paris", "pos": "48.8 2.3"}}, "place Paris"),
    ({"isTyping": "idle"}, "no longer typing"),
    ({"suggestedResponse": {"response": {"reply": {"displayText": "Yes"}}}}, "tapped Yes"),
    ({"sharedData": {"deviceSpecifics": {"deviceModel": "A1"}}}, "phone facts: A1"),
]


@pytest.mark.parametrize(("members", "words"), CASES)
def test_each_kind_of_message_is_told_in_words(members: dict[str, Any], words: str) -> None:
    assert gist_of({"RCSMessage": {**members, "msgId": "m"}}, length=60) == words


def test_an_event_without_a_message_is_told_by_its_name() -> None:
    assert gist_of({"event": "alias"}, length=60) == "alias"


def test_long_words_are_cut_to_the_length() -> None:
    assert gist_of({"RCSMessage": {"textMessage": "x" * 61}}, length=60) == "x" * 59 + "…"


def test_a_card_that_speaks_of_a_carousel_is_a_card() -> None:
    content = {"title": "Why no generalPurposeCardCarousel?"}
    payload = {"RCSMessage": {"richcardMessage": {"message": {"generalPurposeCard": {"content": content}}}}}
    assert gist_of(payload, length=80) == "card: Why no generalPurposeCardCarousel?"
