"""What a browser measures on the page, against RCC.71, Google's kit, and what the forecast says.

The page, under its own policy, stands in a frame of a page that measures it in headless Chromium.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pytest

from bothub_cli.messages import (
    CardContent,
    GeneralPurposeCard,
    GeneralPurposeCardCarousel,
    Media,
    OpenUrl,
    RcsMessage,
    Reply,
    RichCardMessage,
    SuggestedChipList,
    TextMessage,
)
from bothub_cli.preview.forecast.layout import forecast
from bothub_cli.preview.forecast.phones import PROFILES, ProfileName
from bothub_cli.preview.forecast.shapes import CardShape, CarouselShape
from bothub_cli.preview.html.page import render_page

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update", "--hide-scrollbars"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium on this machine to measure the page with"
    ),
]

LONG = "Two nights between the river and the hills, with breakfast and bicycles, for a fair price. " * 8
LINKS = (OpenUrl(display_text="Book", url="https://example.com"), Reply(display_text="Later"))
OTHER: dict[str, ProfileName] = {"classic": "google", "google": "ios", "ios": "classic"}
# A frame is as wide as a phone; a headless window is never narrower than 500.
OUTER = """<!doctype html><body><iframe width="412" height="892" style="border:0" srcdoc="{page}"></iframe><script>
const rectangle = (element) => {{ const {{x, y, width, height}} = element.getBoundingClientRect();
  return {{name: element.className, x, y, width, height}}; }};
window.onload = () => {{
  const inner = document.querySelector("iframe").contentDocument;
  const messages = [...inner.querySelectorAll("article.rcs-{profile}")].map((article) => [...article.querySelectorAll(
    ".rcs-card, .rcs-media, .rcs-text, .rcs-button, .rcs-chip, .rcs-bubble, .rcs-line")].map(rectangle));
  const width = inner.documentElement.scrollWidth;
  const screen = () => getComputedStyle(inner.querySelector(".phone-{profile} .screen")).backgroundColor;
  const choose = (id) => inner.getElementById(id).click();
  const colours = ["light", "dark"].map((name) => {{ choose("colours-" + name); return screen(); }});
  choose("phone-{other}");
  const shown = [...inner.querySelectorAll("article")].filter((article) => article.offsetHeight > 0)
    .map((article) => article.className);
  document.body.textContent = JSON.stringify({{messages, width, colours, shown}});
}};
</script></body>"""


def _media(height: str) -> Media:
    return Media(
        media_url="https://example.com/a.jpg", media_content_type="image/jpeg", media_file_size=1, height=height
    )


def _content(height: str, text: str = "By train", count: int = 2) -> CardContent:
    return CardContent(media=_media(height), title="Lisbon", description=text, suggestions=(LINKS * 2)[:count])


def _card(content: CardContent, side: str | None = None) -> RcsMessage:
    orientation = "HORIZONTAL" if side else "VERTICAL"
    card = GeneralPurposeCard(content=content, orientation=orientation, image_alignment=side)
    return RcsMessage(content=RichCardMessage(card=card))


def _carousel(width: str, *cards: CardContent) -> RcsMessage:
    return RcsMessage(content=RichCardMessage(card=GeneralPurposeCardCarousel(card_width=width, cards=cards)))


MESSAGES = {
    "short": _card(_content("SHORT_HEIGHT")),
    "medium": _card(_content("MEDIUM_HEIGHT")),
    "tall": _card(_content("TALL_HEIGHT", LONG, 4)),
    "text only": _card(CardContent(title="Lisbon")),
    "left": _card(_content("MEDIUM_HEIGHT", LONG, 4), "LEFT"),
    "right": _card(_content("MEDIUM_HEIGHT"), "RIGHT"),
    "carousel": _carousel(
        "MEDIUM_WIDTH", _content("MEDIUM_HEIGHT"), CardContent(title=LONG[:60]), _content("SHORT_HEIGHT", LONG, 4)
    ),
    "small": _carousel("SMALL_WIDTH", _content("SHORT_HEIGHT", count=1), _content("MEDIUM_HEIGHT", LONG)),
    "chips": RcsMessage(content=TextMessage(text=LONG), suggested_chip_list=SuggestedChipList(suggestions=LINKS)),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The rectangles of one message on one phone, in CSS pixels."""

    rectangles: list[dict[str, Any]]  # Any: names are strings, sizes are numbers

    def sizes(self, name: str) -> list[tuple[float, float]]:
        """Width and height of every element with a class."""
        return [(one["width"], one["height"]) for one in self.of(name)]

    def of(self, name: str) -> list[dict[str, Any]]:  # Any: as above
        """Every rectangle of a class."""
        return [one for one in self.rectangles if name in one["name"].split()]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:  # Any: what the script measured, by profile
    directory = tmp_path_factory.mktemp("browser")
    return {name: _measure(directory, name) for name in PROFILES}


def _measure(directory: Path, profile: ProfileName) -> dict[str, Any]:  # Any: as above
    """Open the page with one phone chosen; the others are not displayed and have no size."""
    page = render_page(list(MESSAGES.values()), profile=profile)
    outer = directory / f"{profile}.html"
    outer.write_text(OUTER.format(page=escape(page), profile=profile, other=OTHER[profile]), encoding="utf-8")
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={directory / profile}", "--dump-dom", outer.as_uri()]
    dumped = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True).stdout
    found: dict[str, Any] = json.loads(dumped.split("<body>")[1].split("</body>")[0])  # Any: as above
    return found


@pytest.fixture
def measure(pages: dict[str, Any]) -> "Measure":  # Any: as above
    return lambda message, profile: Measured(rectangles=pages[profile]["messages"][list(MESSAGES).index(message)])


Measure = Callable[[str, str], Measured]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_page_is_no_wider_than_a_phone(pages: dict[str, Any], profile: str) -> None:  # Any: what was measured
    assert pages[profile]["width"] == 412


@pytest.mark.parametrize("profile", PROFILES)
def test_another_phone_is_one_click_away(pages: dict[str, Any], profile: str) -> None:  # Any: what was measured
    assert pages[profile]["shown"] == [f"rcs-message rcs-{OTHER[profile]}"] * len(MESSAGES)


def test_the_colours_can_be_switched(pages: dict[str, Any]) -> None:  # Any: what was measured
    assert pages["classic"]["colours"] == ["rgb(255, 255, 255)", "rgb(19, 19, 20)"]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("message", [name for name in MESSAGES if name != "chips"])
def test_every_card_has_the_size_that_the_forecast_says(measure: Measure, message: str, profile: ProfileName) -> None:
    shape = forecast(MESSAGES[message], profile).shape
    assert isinstance(shape, CardShape | CarouselShape)
    cards = shape.cards if isinstance(shape, CarouselShape) else (shape,)
    assert measure(message, profile).sizes("rcs-card") == [(card.width, card.height) for card in cards]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("message", [name for name in MESSAGES if name != "chips"])
def test_every_media_area_has_the_size_that_the_forecast_says(
    measure: Measure, message: str, profile: ProfileName
) -> None:
    shape = forecast(MESSAGES[message], profile).shape
    assert isinstance(shape, CardShape | CarouselShape)
    cards = shape.cards if isinstance(shape, CarouselShape) else (shape,)
    areas = [(card.media.width, card.media.height) for card in cards if card.media and card.media.height]
    assert measure(message, profile).sizes("rcs-media") == areas


@pytest.mark.parametrize(("message", "height"), [("short", 112), ("medium", 168), ("tall", 264)])
@pytest.mark.parametrize("profile", ["classic", "google"])
def test_standalone_media_is_112_168_or_264_high(
    measure: Measure, message: str, height: int, profile: str
) -> None:  # RCC.71
    assert measure(message, profile).sizes("rcs-media") == [(396, height)]


def test_a_standalone_card_stands_8_from_the_edge_and_is_396_wide(measure: Measure) -> None:  # Figma kit
    (card,) = measure("medium", "google").of("rcs-card")
    assert (card["x"], card["width"]) == (8, 396)


def test_a_short_card_is_112_high(measure: Measure) -> None:  # RCC.71
    assert measure("text only", "classic").sizes("rcs-card") == [(396, 112)]


def test_a_full_classic_card_is_344_high(measure: Measure) -> None:  # RCC.71
    assert measure("tall", "classic").sizes("rcs-card") == [(396, 344)]


@pytest.mark.parametrize(("message", "x"), [("left", 8), ("right", 8 + 396 - 128)])
def test_a_horizontal_image_is_128_wide_on_its_side(measure: Measure, message: str, x: int) -> None:  # RCC.71
    (media,) = measure(message, "classic").of("rcs-media")
    assert (media["x"], media["width"]) == (x, 128)


def test_carousel_cards_start_at_16_and_stand_8_apart(measure: Measure) -> None:  # Figma kit
    assert [card["x"] for card in measure("carousel", "classic").of("rcs-card")] == [16, 16 + 240, 16 + 480]
    assert [card["x"] for card in measure("small", "classic").of("rcs-card")] == [16, 16 + 128]


@pytest.mark.parametrize(
    ("message", "profile", "width"),
    [("small", "classic", 120), ("carousel", "classic", 232), ("small", "google", 180), ("carousel", "google", 296)],
)
def test_carousel_cards_have_their_width(measure: Measure, message: str, profile: str, width: int) -> None:
    assert {size[0] for size in measure(message, profile).sizes("rcs-card")} == {width}


@pytest.mark.parametrize(
    ("message", "profile", "height"),
    [("medium", "classic", 48), ("medium", "google", 64), ("carousel", "google", 56)],  # ours; kit; kit
)
def test_buttons_have_their_height(measure: Measure, message: str, profile: str, height: int) -> None:
    assert {size[1] for size in measure(message, profile).sizes("rcs-button")} == {height}


def test_google_buttons_stand_2_apart_and_16_above_the_edge(measure: Measure) -> None:  # Figma kit
    (card,) = measure("medium", "google").of("rcs-card")
    first, second = measure("medium", "google").of("rcs-button")
    assert second["y"] - first["y"] - first["height"] == 2
    assert card["y"] + card["height"] - second["y"] - second["height"] == 16


def test_text_stands_16_from_the_edge_in_lines_of_24(measure: Measure) -> None:  # Figma kit
    (card,) = measure("medium", "google").of("rcs-card")
    lines = measure("medium", "google").of("rcs-line")
    assert [line["height"] for line in lines] == [24, 24]
    assert lines[0]["x"] - card["x"] == 16
    assert lines[0]["y"] - card["y"] == 168 + 16


def test_chips_are_40_high_8_apart_and_set_against_the_right(measure: Measure) -> None:  # Figma kit
    first, second = measure("chips", "google").of("rcs-chip")
    assert (first["height"], second["height"]) == (40, 40)
    assert second["x"] - first["x"] - first["width"] == pytest.approx(8)
    assert second["x"] + second["width"] == pytest.approx(412 - 8)


def test_a_bubble_leaves_room_beside_it(measure: Measure) -> None:
    ((width, _),) = measure("chips", "google").sizes("rcs-bubble")
    assert 300 < width <= 324
