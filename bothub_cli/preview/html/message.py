"""Draws one message as an HTML fragment at true size: all escaped, no style attribute, nothing from elsewhere."""

from collections.abc import Callable
from typing import Final

from bothub_cli.messages import (
    AudioMessage,
    FileMessage,
    GeolocationPushMessage,
    IsTyping,
    RichCardMessage,
    TextMessage,
)
from bothub_cli.messages.vocabulary import FONT_STYLES
from bothub_cli.preview.descriptions import format_length, format_place, format_size, name_file
from bothub_cli.preview.forecast.cuts import summarise_cuts
from bothub_cli.preview.forecast.layout import Drawable, Forecast, forecast
from bothub_cli.preview.forecast.phones import MAP_HEIGHT, STANDALONE_WIDTH, PhoneLayout, ProfileName
from bothub_cli.preview.forecast.shapes import CarouselShape
from bothub_cli.preview.html.style import STROKES, choose_icon
from bothub_cli.preview.html.templates import render

PictureOf = Callable[[str], str | None]  # from a media URL to where the page itself serves its picture, if it does

_KINDS: Final = {TextMessage: "text", FileMessage: "file", AudioMessage: "audio", GeolocationPushMessage: "place"}
_VOCABULARY: Final = {
    "strokes": STROKES,
    "font_styles": FONT_STYLES,
    "map_size": (STANDALONE_WIDTH, MAP_HEIGHT),
    "choose_icon": choose_icon,
    "format_length": format_length,
    "format_place": format_place,
    "format_size": format_size,
    "name_file": name_file,
    "summarise": summarise_cuts,
}


def render_message(
    message: Drawable,
    profile: PhoneLayout | ProfileName = "classic",
    *,
    tappable: bool = False,
    with_losses: bool = True,
    picture_of: PictureOf | None = None,
) -> str:
    """Return an ``<article>`` that shows a message as one kind of phone does; ``with_losses`` lists what is cut.

    It needs ``style.message_stylesheet()`` and works under ``default-src 'none'``. With ``tappable``, labels are
    ``<button>`` elements with ``data-card`` and ``data-suggestion``, or ``data-chip``: places in the message, from 0.
    With ``picture_of``, pictures lie over their labelled boxes; one that cannot be loaded leaves the box in sight.
    """
    drawn = forecast(message, profile)
    return render(
        "preview/html/message.html",
        drawn=drawn,
        kind=_name_kind(drawn),
        tappable=tappable,
        with_losses=with_losses,
        picture_of=picture_of,
        **_VOCABULARY,
    )


def _name_kind(drawn: Forecast) -> str:
    match drawn.message.content:
        case RichCardMessage():
            return "carousel" if isinstance(drawn.shape, CarouselShape) else "card"
        case IsTyping(active=active):
            return "typing" if active else "typing ended"
        case content:
            return _KINDS[type(content)]
