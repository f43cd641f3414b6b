"""The style of a drawn message: the look from a CSS file, the sizes from the numbers that the forecast uses."""

from functools import cache
from importlib.resources import files
from typing import Final

from bothub_cli.preview.forecast import phones
from bothub_cli.preview.forecast.phones import PROFILES, PhoneLayout

_COMMON: Final = {
    "screen-width": phones.SCREEN_WIDTH,
    "screen-margin": phones.SCREEN_MARGIN,
    "standalone-width": phones.STANDALONE_WIDTH,
    "card-height-min": phones.CARD_HEIGHT_MIN,
    "text-padding": phones.TEXT_PADDING,
    "image-column": phones.IMAGE_COLUMN_WIDTH,
    "carousel-inset": phones.CAROUSEL_INSET,
    "carousel-gap": phones.CAROUSEL_GAP,
    "button-padding": phones.BUTTON_PADDING,
    "icon-gap": phones.ICON_GAP,
    "chip-height": phones.CHIP_HEIGHT,
    "chip-padding": phones.CHIP_PADDING,
    "chip-gap": phones.CHIP_GAP,
    "bubble-free": phones.BUBBLE_FREE,
    "bubble-padding": phones.BUBBLE_PADDING,
}


@cache
def message_stylesheet() -> str:
    """Return the CSS that ``render_message`` needs; every class starts with ``rcs-``, so it can join any page.

    Light or dark follows the page's own ``color-scheme``. Nothing is set outside ``.rcs-…`` classes.
    """
    rules = [_write_properties(".rcs-message", _COMMON), *(_write_profile(profile) for profile in PROFILES.values())]
    return "\n".join((*rules, _read("page.css")))


@cache
def page_stylesheet() -> str:
    """Return the CSS of the page that stands alone: the messages' and the frame's around them."""
    phone = _write_properties(".phone", {"screen-width": phones.SCREEN_WIDTH})
    return "\n".join((message_stylesheet(), phone, _read("frame.css")))


def _write_profile(profile: PhoneLayout) -> str:
    properties = {
        "button-height": profile.button_height,
        "carousel-button-height": profile.carousel_button_height,
        "button-gap": profile.button_gap,
        "buttons-padding": profile.buttons_padding,
        "button-icon": profile.button_icon,
        "button-inset": profile.button_inset,
        "small-width": profile.carousel["SMALL_WIDTH"].width,
        "medium-width": profile.carousel["MEDIUM_WIDTH"].width,
    }
    return _write_properties(f".rcs-{profile.name}", properties)


def _write_properties(selector: str, properties: dict[str, int]) -> str:
    return f"{selector} {{ {' '.join(f'--{name}: {value}px;' for name, value in properties.items())} }}"


def _read(name: str) -> str:
    return files("bothub_cli.preview.html").joinpath(name).read_text(encoding="utf-8")


STROKES: Final = {  # the paths of the icons, on 24 × 24; a reply has none
    "link": "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18M3 12h18M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18",
    "call": "M5 3h4l2 5-3 2q2 4 6 6l2-3 5 2v4q0 2-3 2Q5 20 3 6q0-3 2-3z",
    "video call": "M3 6h12v12H3zM15 11l6-4v10l-6-4z",
    "map": "M12 21q-7-7-7-11a7 7 0 0 1 14 0q0 4-7 11zM12 8a2 2 0 1 0 0 4 2 2 0 1 0 0-4",
    "share place": "M12 5a7 7 0 1 0 0 14 7 7 0 1 0 0-14M12 2v6M12 16v6M2 12h6M16 12h6",
    "calendar": "M4 5h16v16H4zM4 10h16M8 2v5M16 2v5",
    "write": "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
    "record": "M12 5a7 7 0 1 0 0 14 7 7 0 1 0 0-14M12 10a2 2 0 1 0 0 4 2 2 0 1 0 0-4",
    "copy": "M8 8h12v12H8zM16 8V4H4v12h4",
    "device": "M7 2h10v20H7zM11 18h2",
    "settings": "M4 7h16M4 12h16M4 17h16M8 5v4M16 10v4M10 15v4",
    "unknown": "M8 9q0-5 4-5t4 4q0 2-4 5v2M12 19v.5",
    "image": "M3 5h18v14H3zM3 16l5-5 4 4 3-3 6 6M15 8.5v.5",
    "video": "M3 5h18v14H3zM10 9l5 3-5 3z",
    "file": "M6 2h9l4 4v16H6zM15 2v4h4",
    "sound": "M4 10v4M8 6v12M12 3v18M16 7v10M20 10v4",
}


def choose_icon(media_type: str | None) -> str:
    """Return the icon of a file of that media type."""
    family = (media_type or "").partition("/")[0].lower()
    return {"image": "image", "video": "video", "audio": "sound"}.get(family, "file")
