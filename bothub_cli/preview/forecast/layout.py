"""Forecasts how a phone will lay a message out: the geometry, and what is cut, by profile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from bothub_cli.display_text import show_on_one_line
from bothub_cli.errors import InputRefusedError
from bothub_cli.messages import (
    AudioMessage,
    CardContent,
    FileMessage,
    GeneralPurposeCard,
    GeneralPurposeCardCarousel,
    GeolocationPushMessage,
    IsTyping,
    OutboundMessage,
    RcsMessage,
    RequestLocationPush,
    RichCardMessage,
    TextMessage,
)
from bothub_cli.preview.forecast.cards import Frame, fit_cards
from bothub_cli.preview.forecast.cuts import Cut, read_card_cuts, read_carousel_cuts, read_chip_cuts
from bothub_cli.preview.forecast.iphone import read_differences
from bothub_cli.preview.forecast.labels import lay_out_chips, read_label
from bothub_cli.preview.forecast.line_breaking import shorten_text
from bothub_cli.preview.forecast.phones import (
    BUBBLE_FONT,
    BUBBLE_PADDING,
    CARDS_MAX,
    CAROUSEL_GAP,
    CAROUSEL_INSET,
    CardLimits,
    PhoneLayout,
    ProfileName,
    find_profile,
)
from bothub_cli.preview.forecast.shapes import BubbleShape, CardShape, CarouselShape, ChipRowShape, Side, TextShape

_BUBBLE_LINES_MAX = 400  # a text of 3072 characters, the most that phones take, has about 90


Drawable = RcsMessage | OutboundMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a phone of ``profile`` shows of ``message``: shapes in DP and ``cuts``, an estimate (see text_width).

    ``shape`` is None for content that has no size of its own to forecast: a file, a sound, a place, typing.
    ``notes`` say what this phone draws otherwise without losing anything.
    """

    message: RcsMessage
    profile: PhoneLayout
    shape: BubbleShape | CardShape | CarouselShape | None
    chips: ChipRowShape | None
    cuts: tuple[Cut, ...]
    notes: tuple[str, ...] = ()


def forecast(
    message: Drawable,
    profile: PhoneLayout | ProfileName = "classic",
    *,
    pointer: str = "",
    right_to_left: bool = False,
) -> Forecast:
    """Forecast a message on one kind of phone. Raises InputRefusedError for what is no message.

    ``pointer`` is where the RCSMessage stands in what the user wrote: ``/RCSMessage`` in a full body.
    ``right_to_left`` is a phone in Arabic or Hebrew, which mirrors horizontal cards (RCC.71).
    """
    phone, message = find_profile(profile), _without_envelope(message)
    shape, cuts = _lay_out(message, phone, pointer, right_to_left=right_to_left)
    chips = lay_out_chips(message.suggested_chip_list.suggestions, phone) if message.suggested_chip_list else None
    if chips:
        cuts += tuple(read_chip_cuts(chips, pointer=f"{pointer}/suggestedChipList/suggestions"))
    return Forecast(
        message=message, profile=phone, shape=shape, chips=chips, cuts=cuts, notes=_read_notes(message, phone)
    )


def _without_envelope(message: Drawable) -> RcsMessage:
    match message:
        case RcsMessage():
            return message
        case OutboundMessage():
            return message.rcs_message
        case _:
            raise InputRefusedError(
                problem=f"only a message can be drawn, not {type(message).__name__}",
                fix="make one with text(…) or card(…), or of JSON with OutboundMessage.from_payload(…)",
            )


def _lay_out(
    message: RcsMessage, profile: PhoneLayout, pointer: str, *, right_to_left: bool
) -> tuple[BubbleShape | CardShape | CarouselShape | None, tuple[Cut, ...]]:
    match message.content:
        case TextMessage(text=text):
            return _lay_out_bubble(text, profile), ()
        case RichCardMessage(card=card):
            return _lay_out_rich_card(card, profile, f"{pointer}/richcardMessage/message", right_to_left=right_to_left)
        case FileMessage() | AudioMessage() | GeolocationPushMessage() | IsTyping():
            return None, ()
        case never:
            assert_never(never)


def _lay_out_rich_card(
    card: GeneralPurposeCard | GeneralPurposeCardCarousel, profile: PhoneLayout, pointer: str, *, right_to_left: bool
) -> tuple[CardShape | CarouselShape, tuple[Cut, ...]]:
    if isinstance(card, GeneralPurposeCard):
        lone = _lay_out_card(card, profile, right_to_left=right_to_left)
        return lone, tuple(read_card_cuts(lone, pointer=f"{pointer}/generalPurposeCard/content"))
    cards = _lay_out_carousel(card, profile)
    return cards, tuple(read_carousel_cuts(cards, pointer=f"{pointer}/generalPurposeCardCarousel/content"))


def _lay_out_bubble(text: str, profile: PhoneLayout) -> BubbleShape:
    font = BUBBLE_FONT.scaled(profile.font_scale)
    width = profile.bubble_width_max - 2 * BUBBLE_PADDING
    shortened = shorten_text(text, font=font, width=width, most=_BUBBLE_LINES_MAX)
    height = len(shortened.lines) * font.line_height
    widest = max((font.measure(line) for line in shortened.lines), default=0)
    return BubbleShape(
        text=TextShape(
            source=text,
            lines=shortened.lines,
            shown=shortened.shown,
            height=height,
            line_height=font.line_height,
        ),
        width=min(round(widest) + 2 * BUBBLE_PADDING, profile.bubble_width_max),
        height=height + 2 * BUBBLE_PADDING,
    )


def _lay_out_card(card: GeneralPurposeCard, profile: PhoneLayout, *, right_to_left: bool) -> CardShape:
    media = card.content.media
    frame = Frame(
        profile=profile,
        limits=profile.standalone,
        button_height=profile.button_height,
        media_height=profile.media_height(media.height) if media else 0,
        image_side=_image_side(card, right_to_left=right_to_left) if media else None,
        title_style=card.title_font_style,
        description_style=card.description_font_style,
    )
    return fit_cards((card.content,), frame)[0]


def _image_side(card: GeneralPurposeCard, *, right_to_left: bool) -> Side | None:
    if card.orientation != "HORIZONTAL":
        return None
    return "RIGHT" if (card.image_alignment == "RIGHT") != right_to_left else "LEFT"


def _lay_out_carousel(carousel: GeneralPurposeCardCarousel, profile: PhoneLayout) -> CarouselShape:
    contents = carousel.cards[:CARDS_MAX]
    frame = Frame(
        profile=profile,
        limits=profile.carousel_limits(carousel.card_width),
        button_height=profile.carousel_button_height,
        media_height=max((profile.media_height(card.media.height) for card in contents if card.media), default=0),
        title_style=carousel.title_font_style,
        description_style=carousel.description_font_style,
    )
    more = len(carousel.cards) - len(contents)
    if not contents:
        return CarouselShape(cards=(), more_cards=more)
    if profile.cards_keep_their_height:
        cards = tuple(fit_cards((content,), frame)[0] for content in contents)
        return CarouselShape(cards=cards, more_cards=more, is_even=False)
    if profile.first_cards_set_height:
        return CarouselShape(cards=_fit_to_first_cards(contents, frame), more_cards=more)
    return CarouselShape(cards=fit_cards(contents, frame), more_cards=more)


def _fit_to_first_cards(contents: Sequence[CardContent], frame: Frame) -> tuple[CardShape, ...]:
    """Let the cards that are seen without scrolling set the height of all (Google's advice)."""
    step = frame.limits.width + CAROUSEL_GAP
    seen = -(-(frame.profile.screen_width - CAROUSEL_INSET) // step)
    height = max(fit_cards((content,), frame)[0].height for content in contents[:seen])
    limits = CardLimits(width=frame.limits.width, height_max=height, height_min=height)
    return tuple(fit_cards((content,), replace(frame, limits=limits))[0] for content in contents)


def _read_notes(message: RcsMessage, profile: PhoneLayout) -> tuple[str, ...]:
    """Say what this phone does beside the picture: where suggestions are shown too, what an iPhone does otherwise."""
    match profile.name:
        case "google":
            return tuple(_read_google_notes(message))
        case "ios":
            return _read_iphone_notes(message)
        case _:
            return ()


def _read_google_notes(message: RcsMessage) -> Iterator[str]:
    """Say what Google Messages does since 2026 (Google's "Latest releases" of 12 May and 13 November)."""
    chips = message.suggested_chip_list.suggestions if message.suggested_chip_list else ()
    suggestions = (*chips, *(each for content in _read_contents(message) for each in content.suggestions))
    first = next((each for each in suggestions if not isinstance(each, RequestLocationPush)), None)
    if first is not None:
        yield f"the notification shows the first suggestion: {show_on_one_line(read_label(first))[:80]}"
    if chips and isinstance(message.content, TextMessage):
        yield "the suggestions of a text can stay in the talk after the next message"


def _read_contents(message: RcsMessage) -> Sequence[CardContent]:
    match message.content:
        case RichCardMessage(card=GeneralPurposeCard(content=content)):
            return (content,)
        case RichCardMessage(card=GeneralPurposeCardCarousel(cards=cards)):
            return cards[:CARDS_MAX]
        case _:
            return ()


def _read_iphone_notes(message: RcsMessage) -> tuple[str, ...]:
    differences = tuple(dict.fromkeys(found.sentence for found in read_differences(message)))
    if message.suggested_chip_list:
        differences = (*differences, "what is under the message stays: actions, and replies until one is tapped")
    if not isinstance(message.content, RichCardMessage):
        return differences
    card = message.content.card
    if isinstance(card, GeneralPurposeCardCarousel):
        return (*differences, "the size of each card follows its media and text, and media are cropped")
    has_height = card.orientation != "HORIZONTAL" and card.content.media is not None
    return (*differences, "SHORT, MEDIUM and TALL media look alike") if has_height else differences
