"""Judges rich cards: the layout, the content, and what does not fit together."""

from collections.abc import Mapping
from datetime import datetime

from bothub_cli.messages.check import rules
from bothub_cli.messages.check.media import check_ending, check_media_type, check_size, check_thumbnail
from bothub_cli.messages.check.node import Node
from bothub_cli.messages.check.report import FNW11, RCC07, RCC07_V11, RCC71
from bothub_cli.messages.check.suggestions import check_card_suggestions
from bothub_cli.messages.check.urls import check_file_url, check_style_url
from bothub_cli.messages.limits import (
    CARD_TYPES,
    CAROUSEL_CARDS_MAX,
    CAROUSEL_CARDS_MIN,
    CONTENT_DESCRIPTION_MAX,
    DESCRIPTION_MAX,
    FONT_STYLES_MAX,
    IMAGE_TYPES,
    TITLE_MAX,
    URL_MAX,
)
from bothub_cli.messages.media_types import guess_content_type
from bothub_cli.messages.model.richcard import CardContent, GeneralPurposeCard, GeneralPurposeCardCarousel, Media
from bothub_cli.messages.model.wire import member_names
from bothub_cli.messages.vocabulary import FONT_STYLES

_MESSAGE = frozenset({"message"})
_CARD = frozenset({"generalPurposeCard", "generalPurposeCardCarousel"})
_CARD_PARTS = frozenset({"layout", "content"})
_STYLES = ("titleFontStyle", "descriptionFontStyle", "style")
_CARD_LAYOUT = member_names(GeneralPurposeCard, within="layout")
_CAROUSEL_LAYOUT = member_names(GeneralPurposeCardCarousel, within="layout")
_CONTENT = member_names(CardContent)
_MEDIA = member_names(Media)
_HEIGHTS = ("SHORT_HEIGHT", "MEDIUM_HEIGHT", "TALL_HEIGHT")


def check_rich_card(rcs_message: Node, now: datetime) -> None:
    """Check the value of ``richcardMessage``."""
    rich_card = rcs_message.child("richcardMessage", fix='write {"message": {"generalPurposeCard": {…}}}')
    if rich_card is None:
        return
    rich_card.only(_MESSAGE)
    if "message" not in rich_card and any(name in rich_card for name in _CARD):
        rich_card.report(
            rules.MEMBER_MISSING, "", "message is missing around the card", fix='wrap the card: {"message": {…}}'
        )
        rich_card.source = RCC07
        _check_kinds(rich_card, now)
    elif (message := rich_card.child("message", required=True)) is not None:
        message.source = RCC07
        message.only(_CARD)
        _check_kinds(message, now)


def _check_kinds(message: Node, now: datetime) -> None:
    present = sorted(name for name in _CARD if name in message)
    if len(present) != 1:
        message.report(
            rules.CARD_ONE,
            "",
            "a rich card is one card or one carousel",
            limit="exactly one of generalPurposeCard and generalPurposeCardCarousel",
            actual=" and ".join(present) or "neither",
        )
    if (card := message.child("generalPurposeCard")) is not None:
        _check_single(card, now)
    if (carousel := message.child("generalPurposeCardCarousel")) is not None:
        _check_carousel(carousel, now)


def _check_single(card: Node, now: datetime) -> None:
    card.only(_CARD_PARTS)
    if (layout := card.child("layout", required=True)) is not None:
        layout.only(_CARD_LAYOUT)
        orientation = layout.word("cardOrientation", ("VERTICAL", "HORIZONTAL"), required=True)
        _check_alignment(layout, orientation)
        _check_styles(layout)
    fix = "several cards are a generalPurposeCardCarousel" if isinstance(card.members.get("content"), list) else None
    if (content := card.child("content", required=True, fix=fix)) is not None:
        _check_content(content, now)


def _check_alignment(layout: Node, orientation: str | None) -> None:
    if orientation == "VERTICAL":
        if "imageAlignment" in layout:
            layout.report(
                rules.CARD_ALIGNMENT_VERTICAL,
                "imageAlignment",
                "imageAlignment belongs to horizontal cards only",
                limit="HORIZONTAL",
                actual="VERTICAL",
                source=f"{FNW11} (Samsung 42039)",
                fix="leave imageAlignment out",
            )
        return
    layout.word("imageAlignment", ("LEFT", "RIGHT"))
    if orientation == "HORIZONTAL" and "imageAlignment" not in layout:
        layout.report(
            rules.CARD_ALIGNMENT_MISSING,
            "",
            "a horizontal card needs imageAlignment",
            limit="LEFT or RIGHT",
            fix='add "imageAlignment": "LEFT"',
        )


def _check_styles(layout: Node) -> None:
    written = [name for name in _STYLES if name in layout]
    if not written:
        return
    layout.source = RCC07_V11
    layout.report(
        rules.CARD_LAYOUT_V11,
        written[0],
        f"{' and '.join(written)} came with RCC.07 v11: services and phones of v10 ignore them",
        fix="do not rely on them",
    )
    for name in ("titleFontStyle", "descriptionFontStyle"):
        for pointer, style in layout.elements(name, minimum=1, maximum=FONT_STYLES_MAX):
            if style not in FONT_STYLES:
                layout.findings.report(
                    rules.VALUE_NOT_ALLOWED,
                    pointer,
                    "not a font style",
                    limit=" or ".join(FONT_STYLES),
                    source=RCC07_V11,
                )
    check_style_url(layout, "style")


def _check_carousel(carousel: Node, now: datetime) -> None:
    carousel.only(_CARD_PARTS)
    width = None
    if (layout := carousel.child("layout", required=True)) is not None:
        layout.only(_CAROUSEL_LAYOUT)
        width = layout.word("cardWidth", ("SMALL_WIDTH", "MEDIUM_WIDTH"), required=True)
        _check_styles(layout)
    if not carousel.require("content"):
        return
    fix = "write a list of cards" if isinstance(carousel.members["content"], Mapping) else None
    elements = carousel.elements("content", minimum=CAROUSEL_CARDS_MIN, maximum=CAROUSEL_CARDS_MAX, fix=fix)
    cards = [carousel.element_node(pointer, element) for pointer, element in elements]
    heights = [(card, _check_content(card, now)) for card in cards if card is not None]
    _check_heights(heights, width)


def _check_heights(heights: list[tuple[Node, str | None]], width: str | None) -> None:
    first = next((height for _, height in heights if height), None)
    for card, height in heights:
        if height == "TALL_HEIGHT" and width == "SMALL_WIDTH":
            card.report(
                rules.MEDIA_TALL_IN_SMALL,
                "media/height",
                "tall media does not fit in a small card",
                limit="SHORT_HEIGHT or MEDIUM_HEIGHT with SMALL_WIDTH",
                actual="TALL_HEIGHT",
                source=f"{RCC71}, {FNW11} (Samsung 42041)",
                fix='use "MEDIUM_HEIGHT", or "cardWidth": "MEDIUM_WIDTH"',
            )
        elif height and height != first:
            card.report(
                rules.CAROUSEL_HEIGHTS,
                "media/height",
                "all media of a carousel are drawn at one height",
                limit=f"{first}, as in the first card",
                actual=height,
                source=RCC71,
            )


def _check_content(content: Node, now: datetime) -> str | None:
    """Check one card's content and return the height of its media."""
    content.only(_CONTENT)
    if not any(name in content for name in ("media", "title", "description")):
        content.report(
            rules.CARD_EMPTY,
            "",
            "a card shows something",
            limit="at least one of media, title and description",
            fix='add "title"',
        )
    content.text("title", maximum=TITLE_MAX)
    content.text("description", maximum=DESCRIPTION_MAX)
    check_card_suggestions(content, now)
    media = content.child("media")
    return None if media is None else _check_media(media)


def _check_media(media: Node) -> str | None:
    media.only(_MEDIA)
    check_file_url(media, "mediaUrl", required=True)
    media.require("mediaContentType", fix=_fix_missing_type(media))
    media_type = check_media_type(media, "mediaContentType", CARD_TYPES)
    check_ending(media, "mediaUrl", "mediaContentType", media_type)
    check_size(media, "mediaFileSize", media_type, required=True)
    check_file_url(media, "thumbnailUrl")
    check_thumbnail(media, type_name="thumbnailContentType", size_name="thumbnailFileSize", accepted=IMAGE_TYPES)
    media.text("contentDescription", maximum=CONTENT_DESCRIPTION_MAX)
    return media.word("height", _HEIGHTS, required=True)


def _fix_missing_type(media: Node) -> str:
    """Name the type that the ending of the address stands for, else who knows it: the host of the file."""
    url = media.members.get("mediaUrl")
    by_name = guess_content_type(url[:URL_MAX]) if isinstance(url, str) else None
    if by_name is not None:
        return f'add "mediaContentType": "{by_name}", as the address ends'
    return 'add "mediaContentType": what the host of the file answers as Content-Type (curl -I URL), as "image/jpeg"'
