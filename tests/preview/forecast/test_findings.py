"""A forecast in the words of the check."""

from collections.abc import Callable

from bothub_cli.messages import (
    CardContent,
    Media,
    RcsMessage,
    Reply,
    SuggestedChipList,
    Suggestion,
    TextMessage,
    UnknownSuggestion,
)
from bothub_cli.preview.forecast.findings import read_findings

MediaBuilder = Callable[..., Media]
MessageBuilder = Callable[..., RcsMessage]
Suggestions = Callable[[int], tuple[Suggestion, ...]]


def test_a_text_has_no_findings() -> None:
    assert read_findings(RcsMessage(content=TextMessage(text="Hello"))) == ()


def test_a_hidden_suggestion_names_its_phone_its_place_and_a_fix(
    card_message: MessageBuilder, media: MediaBuilder, replies: Suggestions
) -> None:
    content = CardContent(media=media(), title="Lisbon", description="By train", suggestions=replies(3))
    (finding,) = read_findings(card_message(content), pointer="/RCSMessage")
    assert finding.severity == "warning"
    assert finding.rule == "forecast.suggestion.hidden"
    assert finding.pointer == "/RCSMessage/richcardMessage/message/generalPurposeCard/content/suggestions/2"
    assert finding.message == "suggestion 3 hidden on classic phones (estimate)"
    assert (finding.limit, finding.actual) == (None, "7 characters")
    assert finding.fix == "take a lower media height, a shorter text or fewer suggestions (at most 4)"


def test_the_same_loss_on_two_phones_is_one_finding(card_message: MessageBuilder) -> None:
    chip = Reply(display_text="I would like a table for two")
    (finding,) = read_findings(card_message(CardContent(title="Lisbon"), chip))
    assert (
        finding.message == "label of chip 1 shortened after 25 of 28 characters on classic and google phones (estimate)"
    )
    assert (finding.limit, finding.actual) == ("25 characters shown", "28 characters")


def test_an_iphone_is_asked_only_on_demand(
    card_message: MessageBuilder, media: MediaBuilder, replies: Suggestions, long_text: str
) -> None:
    content = CardContent(media=media("SHORT_HEIGHT"), title="Lisbon", description=long_text, suggestions=replies(3))
    message = card_message(content)
    assert all("ios" not in finding.message for finding in read_findings(message))
    (finding,) = read_findings(message, ["ios"])
    assert finding.rule == "forecast.description.shortened"


def test_findings_come_in_the_order_of_the_message(
    card_message: MessageBuilder, media: MediaBuilder, replies: Suggestions, long_text: str
) -> None:
    content = CardContent(
        media=media("TALL_HEIGHT"), title=long_text[:150], description=long_text, suggestions=replies(1)
    )
    rules = [finding.rule for finding in read_findings(card_message(content), ["classic"])]
    assert rules == ["forecast.title.shortened", "forecast.description.shortened", "forecast.suggestion.hidden"]


def test_a_chip_too_many_has_its_fix(replies: Suggestions) -> None:
    chips = SuggestedChipList(suggestions=replies(12))
    (finding,) = read_findings(RcsMessage(content=TextMessage(text="Hello"), suggested_chip_list=chips))
    assert (finding.rule, finding.fix) == ("forecast.chip.hidden", "send at most 11 chips")


def test_a_label_of_an_unknown_kind_is_found_where_it_stands() -> None:
    unknown = UnknownSuggestion(payload={"note": 1, "holo/deck~": {"displayText": "Beam me up to the ship now"}})
    chips = SuggestedChipList(suggestions=(unknown,))
    (finding, *_) = read_findings(RcsMessage(content=TextMessage(text="Hello"), suggested_chip_list=chips))
    assert finding.pointer == "/suggestedChipList/suggestions/0/holo~1deck~0/displayText"
