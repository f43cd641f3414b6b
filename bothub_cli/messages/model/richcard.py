"""Rich cards: one card alone, or a carousel of them (GSMA RCC.07 v10 3.6.10.4, layout styles of v11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from bothub_cli.messages.model.suggestions import Suggestion, read_suggestions, suggestions_payload
from bothub_cli.messages.payload import JsonObject, Members, PayloadError, with_extra, without_absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A card's picture or video; sizes in bytes; ``height`` SHORT_HEIGHT, MEDIUM_HEIGHT or TALL_HEIGHT.

    A thumbnail needs its URL, its content type and its size together. ``content_description`` (1–200 characters)
    is read aloud to people who do not see the picture.
    """

    media_url: str
    media_content_type: str
    media_file_size: int
    height: str
    thumbnail_url: str | None = None
    thumbnail_content_type: str | None = None
    thumbnail_file_size: int | None = None
    content_description: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_payload(self) -> JsonObject:
        known = {
            "mediaUrl": self.media_url,
            "mediaContentType": self.media_content_type,
            "mediaFileSize": self.media_file_size,
            "thumbnailUrl": self.thumbnail_url,
            "thumbnailContentType": self.thumbnail_content_type,
            "thumbnailFileSize": self.thumbnail_file_size,
            "height": self.height,
            "contentDescription": self.content_description,
        }
        return with_extra(without_absent(known), self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        members = Members(payload, pointer)
        return cls(
            media_url=members.text("mediaUrl"),
            media_content_type=members.text("mediaContentType"),
            media_file_size=members.integer("mediaFileSize"),
            height=members.text("height"),
            thumbnail_url=members.optional_text("thumbnailUrl"),
            thumbnail_content_type=members.optional_text("thumbnailContentType"),
            thumbnail_file_size=members.optional_integer("thumbnailFileSize"),
            content_description=members.optional_text("contentDescription"),
            extra=members.rest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CardContent:
    """What a card shows: at least one of media, title (≤200 characters), description (≤2000); ≤4 suggestions."""

    media: Media | None = None
    title: str | None = None
    description: str | None = None
    suggestions: tuple[Suggestion, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_payload(self) -> JsonObject:
        known = {
            "media": self.media.to_payload() if self.media else None,
            "title": self.title,
            "description": self.description,
            "suggestions": suggestions_payload(self.suggestions) or None,
        }
        return with_extra(without_absent(known), self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        members = Members(payload, pointer)
        return cls(
            media=_read_media(members),
            title=members.optional_text("title"),
            description=members.optional_text("description"),
            suggestions=read_suggestions(members),
            extra=members.rest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralPurposeCard:
    """One card; ``orientation`` VERTICAL, or HORIZONTAL with ``image_alignment`` LEFT or RIGHT.

    Font styles hold "italics", "bold", "underline"; ``style`` is the URI of a CSS (both v11).
    """

    content: CardContent
    orientation: str = "VERTICAL"
    image_alignment: str | None = None
    title_font_style: tuple[str, ...] = ()
    description_font_style: tuple[str, ...] = ()
    style: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_payload(self) -> JsonObject:
        layout = {
            "cardOrientation": self.orientation,
            "imageAlignment": self.image_alignment,
            "titleFontStyle": list(self.title_font_style) or None,
            "descriptionFontStyle": list(self.description_font_style) or None,
            "style": self.style,
        }
        return with_extra({"layout": without_absent(layout), "content": self.content.to_payload()}, self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        members = Members(payload, pointer)
        layout = members.nested("layout")
        return cls(
            content=CardContent.from_payload(members.take("content"), pointer=members.at("content")),
            orientation=layout.text("cardOrientation"),
            image_alignment=layout.optional_text("imageAlignment"),
            title_font_style=layout.texts("titleFontStyle"),
            description_font_style=layout.texts("descriptionFontStyle"),
            style=layout.optional_text("style"),
            extra=members.rest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralPurposeCardCarousel:
    """2–10 cards side by side (v11: 12); ``card_width`` SMALL_WIDTH (120 DP) or MEDIUM_WIDTH (232 DP)."""

    cards: tuple[CardContent, ...]
    card_width: str = "MEDIUM_WIDTH"
    title_font_style: tuple[str, ...] = ()
    description_font_style: tuple[str, ...] = ()
    style: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_payload(self) -> JsonObject:
        layout = {
            "cardWidth": self.card_width,
            "titleFontStyle": list(self.title_font_style) or None,
            "descriptionFontStyle": list(self.description_font_style) or None,
            "style": self.style,
        }
        cards = [card.to_payload() for card in self.cards]
        return with_extra({"layout": without_absent(layout), "content": cards}, self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        members = Members(payload, pointer)
        layout = members.nested("layout")
        if "content" not in members:
            members.take("content")
        return cls(
            cards=tuple(CardContent.from_payload(card, pointer=at) for at, card in members.elements("content")),
            card_width=layout.text("cardWidth"),
            title_font_style=layout.texts("titleFontStyle"),
            description_font_style=layout.texts("descriptionFontStyle"),
            style=layout.optional_text("style"),
            extra=members.rest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RichCardMessage:
    """The content kind ``richcardMessage``: a card, or a carousel."""

    card: GeneralPurposeCard | GeneralPurposeCardCarousel
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def to_payload(self) -> JsonObject:
        name = "generalPurposeCard" if isinstance(self.card, GeneralPurposeCard) else "generalPurposeCardCarousel"
        return {"richcardMessage": with_extra({"message": {name: self.card.to_payload()}}, self.extra)}

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        return cls.from_member(Members(payload, pointer).take("richcardMessage"), f"{pointer}/richcardMessage")

    @classmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        """Read the value of the member ``richcardMessage``."""
        members = Members(value, pointer)
        message = members.nested("message")
        return cls(card=_read_card(message), extra=members.rest())


def _read_media(content: Members) -> Media | None:
    return Media.from_payload(content.take("media"), pointer=content.at("media")) if "media" in content else None


def _read_card(message: Members) -> GeneralPurposeCard | GeneralPurposeCardCarousel:
    match "generalPurposeCard" in message, "generalPurposeCardCarousel" in message:
        case True, False:
            return GeneralPurposeCard.from_payload(
                message.take("generalPurposeCard"), pointer=message.at("generalPurposeCard")
            )
        case False, True:
            return GeneralPurposeCardCarousel.from_payload(
                message.take("generalPurposeCardCarousel"), pointer=message.at("generalPurposeCardCarousel")
            )
        case _:
            problem = "must have exactly one of generalPurposeCard and generalPurposeCardCarousel"
            raise PayloadError(pointer=message.pointer, problem=problem)
