"""The style of a drawn message: the look from a CSS file, the sizes from the numbers that the forecast uses."""

from functools import cache
from importlib.resources import files
from typing import Final

from bothub_cli.preview.forecast import phones
from bothub_cli.preview.forecast.phones import PROFILES, Profile

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


def _write_profile(profile: Profile) -> str:
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
