"""Draws one message as an HTML fragment at true size: all escaped, no style attribute, nothing from elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Final

from bothub_cli.display_text import show_hidden, show_on_one_line
from bothub_cli.messages import (
    AudioMessage,
    FileMessage,
    GeolocationPushMessage,
    IsTyping,
    Media,
    RcsMessage,
    RichCardMessage,
    TextMessage,
)
from bothub_cli.preview.descriptions import (
    format_length,
    format_place,
    format_size,
    name_deed,
    name_file,
)
from bothub_cli.preview.forecast.cuts import summarise
from bothub_cli.preview.forecast.layout import Forecast, forecast
from bothub_cli.preview.forecast.phones import MAP_HEIGHT, STANDALONE_WIDTH, PhoneLayout, ProfileName
from bothub_cli.preview.forecast.shapes import (
    BubbleShape,
    CardShape,
    CarouselShape,
    ChipRowShape,
    LabelShape,
    MediaShape,
    TextShape,
)
from bothub_cli.preview.html.style import choose_icon, draw_icon

_FONT_STYLES: Final = ("bold", "italics", "underline")  # RCC.07 v11 titleFontStyle


PictureOf = Callable[[str], str]  # from a media URL to the address under which the page itself serves its picture


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """What the page around can do: answer to taps, serve pictures."""

    tappable: bool
    picture_of: PictureOf | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a card or a label stands: on which page, and its card in a carousel (from 0)."""

    kind: str
    page: _Page
    card: int | None = None


def render_message(
    message: RcsMessage,
    profile: PhoneLayout | ProfileName = "classic",
    *,
    tappable: bool = False,
    with_losses: bool = True,
    picture_of: PictureOf | None = None,
) -> str:
    """Return an ``<article>`` that shows a message as one kind of phone does; ``with_losses`` lists what is cut.

    It needs ``stylesheet.message_stylesheet()`` and works under ``default-src 'none'``. With ``tappable``, labels
    are ``<button>`` elements with ``data-card`` and ``data-suggestion``, or ``data-chip``: places in the message,
    from 0. With ``picture_of``, pictures lie over their labelled boxes; one that cannot be loaded leaves the box in
    sight.
    """
    drawn, page = forecast(message, profile), _Page(tappable=tappable, picture_of=picture_of)
    parts = [_draw_content(drawn, page)]
    if drawn.chips and drawn.chips.labels:
        parts.append(_draw_chips(drawn.chips, page))
    if with_losses:
        parts.append(_list_losses(drawn))
    return f'<article class="rcs-message rcs-{drawn.profile.name}">{"".join(parts)}</article>'


def _draw_content(drawn: Forecast, page: _Page) -> str:
    match drawn.message.content, drawn.shape:
        case RichCardMessage(), CardShape() as card:
            return _draw_card(card, _Place(kind="suggestion", page=page), "rcs-standalone")
        case RichCardMessage(), CarouselShape() as carousel:
            return _draw_carousel(carousel, drawn.profile, page)
        case TextMessage(), BubbleShape() as bubble:
            return _draw_bubble(bubble)
        case FileMessage() as file, _:
            return _draw_file(file, page)
        case AudioMessage() as audio, _:
            return _draw_audio(audio)
        case GeolocationPushMessage() as place, _:
            return _draw_place(place)
        case IsTyping(active=True), _:
            return '<div class="rcs-bubble rcs-typing" role="img" aria-label="typing"><i></i><i></i><i></i></div>'
        case _:
            return '<p class="rcs-whole">The sign that somebody is typing goes away.</p>'


def _draw_bubble(bubble: BubbleShape) -> str:
    """Draw a text, which the browser breaks, for a bubble grows and cuts nothing."""
    said = escape(show_hidden(bubble.text.source[: bubble.text.shown])) + ("…" if bubble.text.is_shortened else "")
    return f'<div class="rcs-bubble"><p class="rcs-said" dir="auto">{said}</p></div>'


def _draw_card(card: CardShape, place: _Place, *classes: str) -> str:
    beside = ("rcs-beside", f"rcs-{card.image_side}") if card.image_side else ()
    media = _draw_media(card.media, place.page) if card.media and card.media.height else ""
    text = "".join(
        (
            _draw_text(card.title, "rcs-title", card.title_style) if card.title else "",
            _draw_text(card.description, "rcs-description", card.description_style) if card.description else "",
        )
    )
    column = (f'<div class="rcs-text">{text}</div>' if text else "") + _draw_buttons(card, place)
    names = " ".join(("rcs-card", *beside, *classes))
    return f'<section class="{names}" aria-label="card">{media}<div class="rcs-column">{column}</div></section>'


def _draw_text(text: TextShape, names: str, font_style: tuple[str, ...] = ()) -> str:
    """Draw one block line by line; lines that only its neighbours need stay empty."""
    reserved = text.height // text.line_height
    if not reserved:
        return ""
    styles = "".join(f" rcs-{style}" for style in font_style if style in _FONT_STYLES)
    lines = (*text.lines, *[""] * (reserved - len(text.lines)))
    spans = "\n".join(f'<span class="rcs-line">{escape(show_hidden(line))}</span>' for line in lines)
    return f'<p class="{names}{styles}" dir="auto">{spans}</p>'


def _draw_media(area: MediaShape, page: _Page) -> str:
    """Draw the labelled box of exact size: an empty SVG holds the place, for style attributes are forbidden."""
    holder = f'<svg width="{area.width}" height="{area.height}" aria-hidden="true" focusable="false"></svg>'
    if area.media is None:
        return f'<div class="rcs-media rcs-blank">{holder}</div>'
    kind = show_on_one_line(area.media.media_content_type)
    size = format_size(area.media.media_file_size)
    seen = show_on_one_line(area.media.content_description or "")
    spoken = ", ".join(filter(None, (kind, size, seen or "no description")))
    facts = [
        f"{size}, {area.width} × {area.height}",
        f"“{seen}”" if seen else "",
        name_file(area.media.media_url, None),
    ]
    lines = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    icon = draw_icon(choose_icon(kind))
    heading = f"<strong>{icon}<span>{escape(kind)}</span></strong>"
    label = f'<div class="rcs-media-facts" aria-hidden="true">{heading}{lines}</div>'
    picture = _draw_picture(_picture_url(area.media), page, "rcs-picture")
    return f'<div class="rcs-media" role="img" aria-label="{escape(spoken)}">{holder}{label}{picture}</div>'


def _picture_url(media: Media) -> str | None:
    return media.media_url if media.media_content_type.startswith("image/") else media.thumbnail_url


def _draw_picture(url: str | None, page: _Page, name: str) -> str:
    """Draw the picture without words of its own: the box says them, and shows when it cannot be loaded."""
    if url is None or page.picture_of is None:
        return ""
    return f'<img class="{name}" src="{escape(page.picture_of(url))}" alt="" loading="lazy" decoding="async">'


def _draw_buttons(card: CardShape, place: _Place) -> str:
    shown = [label for label in card.labels if not label.is_hidden]
    if not shown:
        return ""
    items = "".join(f"<li>{_draw_label(label, 'rcs-button', place)}</li>" for label in shown)
    buttons = f'<ul class="rcs-buttons" aria-label="suggestions">{items}</ul>'
    if not card.is_drop_down:
        return buttons
    summary = '<summary class="rcs-button"><span class="rcs-button-label">Options</span></summary>'
    return f'<details class="rcs-drop-down">{summary}{buttons}</details>'


def _draw_label(label: LabelShape, name: str, place: _Place) -> str:
    deed = name_deed(label.suggestion)
    spoken = "" if deed == "reply" else f'<span class="rcs-hidden"> ({deed})</span>'
    text = escape(show_on_one_line(label.text)) or "(no label)"
    inner = f'{draw_icon(deed)}<span class="rcs-button-label" dir="auto">{text}</span>{spoken}'
    if not place.page.tappable:
        return f'<span class="{name}">{inner}</span>'
    card = "" if place.card is None else f' data-card="{place.card}"'
    return f'<button type="button" class="{name}"{card} data-{place.kind}="{label.index}">{inner}</button>'


def _draw_carousel(carousel: CarouselShape, profile: PhoneLayout, page: _Page) -> str:
    if not carousel.cards:
        return '<p class="rcs-whole">A carousel without cards.</p>'
    is_small = carousel.cards[0].width == profile.carousel["SMALL_WIDTH"].width
    small, uneven = " rcs-small" if is_small else "", "" if carousel.is_even else " rcs-uneven"
    names = f"rcs-carousel{small}{uneven}"
    items = "".join(
        f"<li>{_draw_card(card, _Place(kind='suggestion', page=page, card=index))}</li>"
        for index, card in enumerate(carousel.cards)
    )
    label = f"carousel of {len(carousel.cards)} cards"
    return f'<ul class="{names}" tabindex="0" role="list" aria-label="{label}">{items}</ul>'


def _draw_chips(chips: ChipRowShape, page: _Page) -> str:
    if chips.is_list:
        return _draw_chip_list(chips, page)
    items = _draw_chip_items(chips.labels, page)
    return f'<ul class="rcs-chips" tabindex="0" role="list" aria-label="suggested chips">{items}</ul>'


def _draw_chip_list(chips: ChipRowShape, page: _Page) -> str:
    """Draw an iPhone's list: the actions, behind a button where there are more than two, then the replies."""
    behind, listed = chips.labels[: chips.in_options], chips.labels[chips.in_options :]
    summary = '<summary class="rcs-chip"><span class="rcs-button-label">Options</span></summary>'
    items = _draw_chip_items(behind, page)
    options = f'<details class="rcs-drop-down">{summary}<ul>{items}</ul></details>' if behind else ""
    rest = f'<ul role="list" aria-label="suggestions">{_draw_chip_items(listed, page)}</ul>' if listed else ""
    return f'<div class="rcs-chips rcs-chip-list">{options}{rest}</div>'


def _draw_chip_items(labels: tuple[LabelShape, ...], page: _Page) -> str:
    place = _Place(kind="chip", page=page)
    return "".join(f"<li>{_draw_label(label, 'rcs-chip', place)}</li>" for label in labels)


def _draw_file(file: FileMessage, page: _Page) -> str:
    kind = show_on_one_line(file.file_mime_type or "type unknown")
    thumbnail = f", thumbnail {format_size(file.thumbnail_file_size)}" if file.thumbnail_url else ""
    picture = _draw_picture(file.file_url if kind.startswith("image/") else file.thumbnail_url, page, "rcs-box-picture")
    facts = f"{kind}, {format_size(file.file_size)}{thumbnail}"
    return _draw_box(choose_icon(file.file_mime_type), name_file(file.file_url, file.file_name), facts, picture)


def _draw_audio(audio: AudioMessage) -> str:
    kind = show_on_one_line(audio.file_mime_type or "type unknown")
    facts = f"{format_length(audio.playing_length)}, {kind}, {format_size(audio.file_size)}"
    return _draw_box("sound", name_file(audio.file_url, audio.file_name), facts)


def _draw_box(icon: str, name: str, facts: str, picture: str = "") -> str:
    return (
        f'<div class="rcs-box">{picture}<p class="rcs-box-name" dir="auto">{draw_icon(icon)} {escape(name)}</p>'
        f'<p class="rcs-box-facts">{escape(facts)}</p></div>'
    )


def _draw_place(place: GeolocationPushMessage) -> str:
    coordinates = format_place(place)
    radius = f", within {place.radius:g} m" if place.radius else ""
    holder = f'<svg width="{STANDALONE_WIDTH}" height="{MAP_HEIGHT}" aria-hidden="true" focusable="false"></svg>'
    facts = f'<div class="rcs-media-facts"><strong>{draw_icon("map")}{escape(coordinates + radius)}</strong></div>'
    label = show_on_one_line(place.label or "a place without a name")
    return (
        f'<section class="rcs-card rcs-standalone" aria-label="place"><div class="rcs-media">{holder}{facts}</div>'
        f'<div class="rcs-text"><p class="rcs-medium" dir="auto">{escape(label)}</p></div></section>'
    )


def _list_losses(drawn: Forecast) -> str:
    notes = "".join(f'<p class="rcs-whole">{escape(note)}</p>' for note in drawn.notes)
    if not drawn.cuts:
        is_card = isinstance(drawn.message.content, RichCardMessage)
        return notes + ('<p class="rcs-whole">Nothing is cut, by estimate.</p>' if is_card else "")
    lost = "".join(f"<li>{escape(sentence)}</li>" for sentence in summarise(drawn.cuts))
    head = '<section class="rcs-losses" aria-label="what is cut"><h3>Cut on this phone</h3>'
    return f"{head}<ul>{lost}</ul></section>{notes}"
