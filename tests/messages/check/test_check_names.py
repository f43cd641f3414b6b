"""Slips seen in the wild, and what was meant."""

import pytest

from bothub_cli.messages.check.names import find_home, guess_member, guess_word
from bothub_cli.messages.vocabulary import RCS_MESSAGE_NAMES

MEDIA = ("mediaUrl", "mediaContentType", "mediaFileSize", "height")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("TextMessage", "textMessage"),
        ("text_message", "textMessage"),
        ("text-message", "textMessage"),
        ("textMesage", "textMessage"),
        ("text", "textMessage"),
        ("richCardMessage", "richcardMessage"),
        ("richCard", "richcardMessage"),
        ("suggestions", "suggestedChipList"),
        ("suggestedChiplist", "suggestedChipList"),
        ("ttl", "expiry"),
        ("weather", None),
        ("x", None),
        (5, None),
    ],
)
def test_a_member_of_the_message_is_recognised(written: object, meant: str | None) -> None:
    assert guess_member(written, RCS_MESSAGE_NAMES) == meant


@pytest.mark.parametrize(
    ("written", "meant"), [("mediaURL", "mediaUrl"), ("url", "mediaUrl"), ("mimeType", "mediaContentType")]
)
def test_a_member_of_media_is_recognised(written: str, meant: str) -> None:
    assert guess_member(written, MEDIA) == meant


@pytest.mark.parametrize(
    ("written", "words", "meant"),
    [
        ("TALL", ("SHORT_HEIGHT", "MEDIUM_HEIGHT", "TALL_HEIGHT"), "TALL_HEIGHT"),
        ("small", ("SMALL_WIDTH", "MEDIUM_WIDTH"), "SMALL_WIDTH"),
        ("vertical ", ("VERTICAL", "HORIZONTAL"), "VERTICAL"),
        ("HORIZONAL", ("VERTICAL", "HORIZONTAL"), "HORIZONTAL"),
        ("on", ("active", "idle"), "active"),
        ("canceled", ("cancelled",), "cancelled"),
        ("TOP", ("LEFT", "RIGHT"), None),
        ("", ("LEFT", "RIGHT"), None),
    ],
)
def test_a_word_is_recognised(written: str, words: tuple[str, ...], meant: str | None) -> None:
    assert guess_word(written, words) == meant


def test_a_member_in_the_wrong_place_is_sent_home() -> None:
    assert find_home("suggestedChipList") == "in RCSMessage, beside the content"
    assert find_home("weather") is None
