"""Cards and carousels: what belongs together and what does not."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from bothub_cli.messages import check_payload

Check = Callable[[object], list[tuple[str, str]]]

MEDIA = {
    "mediaUrl": "https://a.fr/a.jpg",
    "mediaContentType": "image/jpeg",
    "mediaFileSize": 1,
    "height": "SHORT_HEIGHT",
}
CARD = "/richcardMessage/message/generalPurposeCard"
CAROUSEL = "/richcardMessage/message/generalPurposeCardCarousel"


def card(content: object = None, layout: object = None) -> dict[str, Any]:
    inner = {"layout": layout or {"cardOrientation": "VERTICAL"}, "content": content or {"title": "T"}}
    return {"richcardMessage": {"message": {"generalPurposeCard": inner}}}


def carousel(cards: object, **layout: object) -> dict[str, Any]:
    inner = {"layout": {"cardWidth": "MEDIUM_WIDTH"} | layout, "content": cards}
    return {"richcardMessage": {"message": {"generalPurposeCardCarousel": inner}}}


@pytest.mark.parametrize(
    ("layout", "rule", "pointer"),
    [
        ({}, "member.missing", ""),
        ({"cardOrientation": "SIDEWAYS"}, "value.not-allowed", "/cardOrientation"),
        ({"cardOrientation": "HORIZONTAL"}, "card.horizontal-without-alignment", ""),
        ({"cardOrientation": "HORIZONTAL", "imageAlignment": "TOP"}, "value.not-allowed", "/imageAlignment"),
        (
            {"cardOrientation": "VERTICAL", "imageAlignment": "LEFT"},
            "card.alignment-without-horizontal",
            "/imageAlignment",
        ),
        ({"cardOrientation": "VERTICAL", "cardWidth": "SMALL_WIDTH"}, "member.misplaced", "/cardWidth"),
        ({"orientation": "VERTICAL", "cardOrientation": "VERTICAL"}, "member.unknown", "/orientation"),
        ({"cardOrientation": "VERTICAL", "titleFontStyle": ["bold"]}, "card.layout-v11", "/titleFontStyle"),
    ],
)
def test_a_wrong_layout_is_found_at_its_place(layout: object, rule: str, pointer: str, found: Check) -> None:
    payload = card()
    payload["richcardMessage"]["message"]["generalPurposeCard"]["layout"] = layout

    assert found(payload) == [(rule, f"{CARD}/layout{pointer}")]


@pytest.mark.parametrize("styles", [[], ["bold", "bold", "bold", "bold"], ["blink"], "bold", [None]])
def test_font_styles_of_v11_are_judged_when_they_are_there(styles: object, found: Check) -> None:
    payload = card(layout={"cardOrientation": "VERTICAL", "descriptionFontStyle": styles})

    assert found(payload)[0][1].startswith(f"{CARD}/layout/descriptionFontStyle")
    assert found(payload)[0][0] in {"list.too-short", "list.too-long", "value.not-allowed", "member.type"}


@pytest.mark.parametrize(
    ("content", "rule", "pointer"),
    [
        ({"suggestions": [{"reply": {"displayText": "Yes"}}]}, "card.empty", ""),
        ({"title": ""}, "text.empty", "/title"),
        ({"title": "a" * 201}, "text.too-long", "/title"),
        ({"title": "T", "description": "a" * 2001}, "text.too-long", "/description"),
        ({"title": "T", "desciption": "D"}, "member.unknown", "/desciption"),
        ({"title": "T", "suggestions": []}, "list.too-short", "/suggestions"),
        (
            {"title": "T", "suggestions": [{"reply": {"displayText": str(n)}} for n in range(5)]},
            "list.too-long",
            "/suggestions",
        ),
        ({"media": MEDIA | {"mediaUrl": 5}}, "member.type", "/media/mediaUrl"),
        ({"media": MEDIA | {"height": "TALL"}}, "value.not-allowed", "/media/height"),
        (
            {"media": MEDIA | {"mediaUrl": "https://a.fr/a", "mediaContentType": "application/pdf"}},
            "media.type-google",
            "/media/mediaContentType",
        ),
        ({"media": MEDIA | {"mediaFileSize": 2 * 1024 * 1024 + 1}}, "media.size", "/media/mediaFileSize"),
        ({"media": MEDIA | {"contentDescription": ""}}, "text.empty", "/media/contentDescription"),
        ({"media": MEDIA | {"mediaURL": "https://a.fr"}}, "member.unknown", "/media/mediaURL"),
        (
            {"media": MEDIA | {"thumbnailUrl": "https://a.fr/t.jpg", "thumbnailFileSize": 5}},
            "thumbnail.incomplete",
            "/media",
        ),
        ([{"title": "T"}], "member.type", ""),
        (5, "member.type", ""),
    ],
)
def test_wrong_content_is_found_at_its_place(content: object, rule: str, pointer: str, found: Check) -> None:
    assert found(card(content)) == [(rule, f"{CARD}/content{pointer}")]


@pytest.mark.parametrize("name", ["mediaUrl", "mediaContentType", "mediaFileSize", "height"])
def test_media_must_be_complete(name: str, found: Check) -> None:
    media = {key: value for key, value in MEDIA.items() if key != name}

    assert found(card({"media": media})) == [("member.missing", f"{CARD}/content/media")]


@pytest.mark.parametrize(
    ("value", "rule", "pointer"),
    [
        (None, "member.null", ""),
        ([], "member.type", ""),
        ({}, "member.missing", ""),
        ({"message": {}}, "card.exactly-one", "/message"),
        ({"message": {"generalPurposeCards": {}}}, "card.exactly-one", "/message"),
        ({"message": {"generalPurposeCard": None}}, "member.null", "/message/generalPurposeCard"),
        ({"message": {"generalPurposeCard": {}}}, "member.missing", "/message/generalPurposeCard"),
        ({"message": {"generalPurposeCardCarousel": {}}}, "member.missing", "/message/generalPurposeCardCarousel"),
    ],
)
def test_a_rich_card_of_the_wrong_shape_is_refused(value: object, rule: str, pointer: str, found: Check) -> None:
    assert (rule, f"/richcardMessage{pointer}") in found({"richcardMessage": value})


def test_a_card_and_a_carousel_together_are_refused(found: Check) -> None:
    payload = card()
    payload["richcardMessage"]["message"] |= carousel([{"title": "1"}, {"title": "2"}])["richcardMessage"]["message"]

    assert found(payload) == [("card.exactly-one", "/richcardMessage/message")]


def test_a_card_without_its_message_is_told_to_be_wrapped_and_still_checked(now: datetime) -> None:
    payload = {"richcardMessage": card({"title": ""})["richcardMessage"]["message"]}

    report = check_payload(payload, now=now)

    assert [(finding.rule, finding.pointer) for finding in report.errors] == [
        ("member.missing", "/richcardMessage"),
        ("text.empty", "/richcardMessage/generalPurposeCard/content/title"),
    ]
    assert report.errors[0].fix == 'wrap the card: {"message": {…}}'


def test_chips_inside_the_card_are_told_where_they_belong(now: datetime) -> None:
    payload = card()
    payload["richcardMessage"]["suggestedChipList"] = {"suggestions": [{"reply": {"displayText": "Yes"}}]}

    finding = check_payload(payload, now=now).errors[0]

    assert (finding.rule, finding.pointer) == ("suggestions.lost", "/richcardMessage/suggestedChipList")
    assert finding.fix is not None
    assert finding.fix.startswith("the buttons of a card stand in its content")


@pytest.mark.parametrize(
    ("count", "rules"), [(0, ["list.too-short"]), (1, ["list.too-short"]), (2, []), (10, []), (11, ["list.too-long"])]
)
def test_a_carousel_has_two_to_ten_cards(count: int, rules: list[str], found: Check) -> None:
    cards = [{"title": str(number)} for number in range(count)]

    assert found(carousel(cards)) == [(rule, f"{CAROUSEL}/content") for rule in rules]


def test_tall_media_does_not_fit_in_small_cards(found: Check) -> None:
    tall = {"media": MEDIA | {"height": "TALL_HEIGHT"}}

    assert found(carousel([tall, {"title": "2"}], cardWidth="SMALL_WIDTH")) == [
        ("card.media.tall-in-small", f"{CAROUSEL}/content/0/media/height")
    ]
    assert found(carousel([tall, {"title": "2"}])) == []


def test_media_of_a_carousel_have_one_height(found: Check) -> None:
    medium = {"media": MEDIA | {"height": "MEDIUM_HEIGHT"}}

    assert found(carousel([{"media": MEDIA}, {"title": "2"}, medium])) == [
        ("carousel.heights-differ", f"{CAROUSEL}/content/2/media/height")
    ]


@pytest.mark.parametrize(
    ("cards", "rule", "pointer"),
    [
        ({"title": "1"}, "member.type", "/content"),
        ([{"title": "1"}, None], "member.type", "/content/1"),
        ([{"title": "1"}, {}], "card.empty", "/content/1"),
    ],
)
def test_wrong_cards_are_found_at_their_place(cards: object, rule: str, pointer: str, found: Check) -> None:
    assert found(carousel(cards)) == [(rule, f"{CAROUSEL}{pointer}")]


def test_a_carousel_needs_a_width_that_exists(found: Check) -> None:
    cards = [{"title": "1"}, {"title": "2"}]

    assert found(carousel(cards, cardWidth="LARGE_WIDTH")) == [("value.not-allowed", f"{CAROUSEL}/layout/cardWidth")]
    assert found(carousel(cards, cardOrientation="VERTICAL")) == [
        ("member.misplaced", f"{CAROUSEL}/layout/cardOrientation")
    ]


@pytest.mark.parametrize(
    ("url", "said"),
    [("https://a.fr/a.png", '"image/png"'), ("https://a.fr/film.MP4?x=1", '"video/mp4"'), ("https://a.fr/a", "host")],
)
def test_a_type_that_is_missing_is_named_by_the_ending_or_asked_of_the_host(url: str, said: str) -> None:
    media = {name: value for name, value in MEDIA.items() if name != "mediaContentType"} | {"mediaUrl": url}
    report = check_payload(card({"media": media}), now=datetime.now().astimezone(), needs_contact=False)
    [finding] = report.errors
    assert (finding.rule, finding.pointer) == ("member.missing", f"{CARD}/content/media")
    assert finding.message == "mediaContentType is missing"
    assert said in str(finding.fix)
