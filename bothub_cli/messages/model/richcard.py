"""Rich cards: one card alone, or a carousel of them (GSMA RCC.07 v10 3.6.10.4, layout styles of v11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Self

from bothub_cli.field_check import check_fields
from bothub_cli.messages.model.actions import Suggestion
from bothub_cli.messages.model.suggestions import read_suggestions, suggestions_payload
from bothub_cli.messages.model.wire import Wire, read_fields, read_value, write_fields
from bothub_cli.messages.payload import JsonObject, Members, MemberValue, PayloadError, with_extra


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A card's picture or video; a thumbnail needs its URL, type and size together."""

    media_url: Annotated[str, Wire("mediaUrl")]
    """Where phones fetch it, without signing in."""
    media_content_type: Annotated[str, Wire("mediaContentType")]
    """Such as "image/jpeg", "video/mp4", …"""
    media_file_size: Annotated[int, Wire("mediaFileSize")]
    """Bytes."""
    thumbnail_url: Annotated[str | None, Wire("thumbnailUrl")] = None
    """Where phones fetch the small picture that is shown first."""
    thumbnail_content_type: Annotated[str | None, Wire("thumbnailContentType")] = None
    """One of "image/jpeg" or "image/png"."""
    thumbnail_file_size: Annotated[int | None, Wire("thumbnailFileSize")] = None
    """Bytes."""
    height: Annotated[str, Wire("height")]
    """SHORT_HEIGHT (112 DP), MEDIUM_HEIGHT (168 DP) or TALL_HEIGHT (264 DP)."""
    content_description: Annotated[str | None, Wire("contentDescription")] = None
    """Read aloud to people who do not see it, 1–200 characters."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return with_extra(write_fields(self), self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        return read_value(cls, payload, pointer)


def _read_media(content: Members, name: str) -> Media | None:
    return Media.from_payload(content.take(name), pointer=content.at(name)) if content.has(name) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardContent:
    """What a card shows: at least one of media, title and description."""

    media: Annotated[Media | None, Wire("media", read=_read_media, write=Media.to_payload)] = None
    """The picture or video."""
    title: Annotated[str | None, Wire("title")] = None
    """At most 200 characters."""
    description: Annotated[str | None, Wire("description")] = None
    """At most 2,000 characters."""
    suggestions: Annotated[
        Sequence[Suggestion],
        Wire("suggestions", read=lambda members, _: read_suggestions(members), write=suggestions_payload),
    ] = ()
    """At most 4; a list is taken and frozen."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return with_extra(write_fields(self), self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        return read_value(cls, payload, pointer)


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralPurposeCard:
    """One card."""

    content: CardContent
    """What it shows."""
    orientation: Annotated[str, Wire("cardOrientation", within="layout")] = "VERTICAL"
    """VERTICAL or HORIZONTAL."""
    image_alignment: Annotated[str | None, Wire("imageAlignment", within="layout")] = None
    """Of a horizontal card, where its media is: LEFT or RIGHT."""
    title_font_style: Annotated[Sequence[str], Wire("titleFontStyle", within="layout")] = ()
    """One of "italics", "bold", "underline" (v11)."""
    description_font_style: Annotated[Sequence[str], Wire("descriptionFontStyle", within="layout")] = ()
    """One of "italics", "bold", "underline" (v11)."""
    style: Annotated[str | None, Wire("style", within="layout")] = None
    """The URI of a CSS (v11)."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        return with_extra(write_fields(self) | {"content": self.content.to_payload()}, self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        members = Members(payload, pointer)
        return cls(
            **read_fields(cls, members),
            content=CardContent.from_payload(members.take("content"), pointer=members.at("content")),
            extra=members.rest(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneralPurposeCardCarousel:
    """Cards side by side."""

    cards: Sequence[CardContent]
    """2–10 of them (v11: 12); a list is taken and frozen."""
    card_width: Annotated[str, Wire("cardWidth", within="layout")] = "MEDIUM_WIDTH"
    """SMALL_WIDTH (120 DP) or MEDIUM_WIDTH (232 DP)."""
    title_font_style: Annotated[Sequence[str], Wire("titleFontStyle", within="layout")] = ()
    """One of "italics", "bold", "underline" (v11)."""
    description_font_style: Annotated[Sequence[str], Wire("descriptionFontStyle", within="layout")] = ()
    """One of "italics", "bold", "underline" (v11)."""
    style: Annotated[str | None, Wire("style", within="layout")] = None
    """The URI of a CSS (v11)."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        cards = [card.to_payload() for card in self.cards]
        return with_extra(write_fields(self) | {"content": cards}, self.extra)

    @classmethod
    def from_payload(cls, payload: object, *, pointer: str = "") -> Self:
        members = Members(payload, pointer)
        known = read_fields(cls, members)
        if not members.has("content"):
            members.take("content")
        cards = tuple(CardContent.from_payload(card, pointer=at) for at, card in members.elements("content"))
        return cls(**known, cards=cards, extra=members.rest())


@dataclass(frozen=True, slots=True, kw_only=True)
class RichCardMessage(MemberValue):
    """The content kind ``richcardMessage``: a card, or a carousel."""

    MEMBER: ClassVar[str] = "richcardMessage"

    card: GeneralPurposeCard | GeneralPurposeCardCarousel
    """One card, or a carousel."""
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Members that this version does not know, kept as they came."""

    def __post_init__(self) -> None:
        check_fields(self)

    def to_payload(self) -> JsonObject:
        """Return it in the words of FNW.11: a JSON object; what is absent is left out."""
        name = "generalPurposeCard" if isinstance(self.card, GeneralPurposeCard) else "generalPurposeCardCarousel"
        return {self.MEMBER: with_extra({"message": {name: self.card.to_payload()}}, self.extra)}

    @classmethod
    def from_member(cls, value: object, pointer: str) -> Self:
        members = Members(value, pointer)
        message = members.nested("message")
        return cls(card=_read_card(message), extra=members.rest())


def _read_card(message: Members) -> GeneralPurposeCard | GeneralPurposeCardCarousel:
    match message.has("generalPurposeCard"), message.has("generalPurposeCardCarousel"):
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
