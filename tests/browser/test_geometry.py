"""What a browser measures in the thread, against RCC.71, Google's kit, and what the forecast says, for every kind."""

from typing import Any

import pytest

from bothub_cli.messages import RcsMessage
from bothub_cli.preview.forecast.layout import Forecast, forecast
from bothub_cli.preview.forecast.phones import PROFILES
from bothub_cli.preview.forecast.shapes import CardShape, CarouselShape
from tests.browser.message_kinds import KINDS, buttons, card, carousel, horizontal_card, media, with_chips
from tests.browser.sandbox_page import SandboxPage

pytestmark = pytest.mark.browser

SCREENS = [
    {"phone": "classic", "font": "1", "width": "412"},
    {"phone": "google", "font": "1", "width": "412"},
    {"phone": "ios", "font": "1", "width": "393"},
    {"phone": "classic", "font": "1.3", "width": "360"},
    {"phone": "google", "font": "2", "width": "320"},
    {"phone": "ios", "font": "2", "width": "480"},
]
MEASURE = """
const sizes = (turn, css) => [...turn.querySelectorAll(css)].map((element) => element.getBoundingClientRect())
  .map((box) => [Math.round(box.width), Math.round(box.height)]);
return [...document.querySelectorAll(".turn")].map((turn) => ({
  cards: sizes(turn, ".rcs-card:not([aria-label=place])"),
  media: sizes(turn, ".rcs-card:not([aria-label=place]) .rcs-media"),
  lines: sizes(turn, ".rcs-line").map(([, height]) => height),
  buttons: sizes(turn, ".rcs-button:not(summary)").map(([, height]) => height),
}));
"""


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: "-".join(screen.values()))
def test_every_kind_is_drawn_as_the_forecast_says_on_every_screen(page: SandboxPage, screen: dict[str, str]) -> None:
    for place, message in enumerate(KINDS.values()):
        page.put(message, name=f"m{place}")
    page.open(**screen)
    page.wait_for_turns(len(KINDS))
    measured = dict(zip(KINDS, page.browser.run(MEASURE), strict=True))
    assert measured == {name: _foresee(message, screen) for name, message in KINDS.items()}


def _foresee(message: dict[str, Any], screen: dict[str, str]) -> dict[str, list[Any]]:
    profile = next(profile for name, profile in PROFILES.items() if name == screen["phone"])
    profile = profile.on_screen(width=int(screen["width"]), font_scale=float(screen["font"]))
    cards = _cards(forecast(RcsMessage.from_payload(message), profile))
    areas = [shape.media for shape in cards if shape.media and shape.media.height]
    texts = [text for shape in cards for text in (shape.title, shape.description) if text]
    labels = [label for shape in cards for label in shape.labels if not label.is_hidden]
    return {
        "cards": [[shape.width, shape.height] for shape in cards],
        "media": [[area.width, area.height] for area in areas],
        "lines": [text.line_height for text in texts for _ in range(text.height // text.line_height)],
        "buttons": [label.height for label in labels],
    }


def _cards(drawn: Forecast) -> tuple[CardShape, ...]:
    match drawn.shape:
        case CardShape() as lone:
            return (lone,)
        case CarouselShape(cards=cards):
            return cards
        case _:
            return ()


@pytest.mark.parametrize(("width", "expected"), [("320", 304), ("360", 344), ("412", 396), ("480", 464)])
def test_a_card_leaves_8_dp_beside_it_on_every_screen(page: SandboxPage, width: str, expected: int) -> None:
    page.put(card(title="Title", description="Text"))
    page.open(width=width)
    assert page.sizes(".rcs-card") == [(expected, 112)]
    assert page.sizes("#thread")[0][0] == int(width)


@pytest.mark.parametrize(("width", "expected"), [("320", 232), ("360", 272), ("412", 324), ("480", 392)])
def test_a_long_text_leaves_88_dp_of_every_screen_free(page: SandboxPage, width: str, expected: int) -> None:
    page.put({"textMessage": "word " * 100})
    page.open(width=width)
    assert page.sizes(".rcs-bubble")[0][0] == expected


@pytest.mark.parametrize(("height", "expected"), [("SHORT", 112), ("MEDIUM", 168), ("TALL", 264)])
def test_media_are_as_high_as_rcc_71_says(page: SandboxPage, height: str, expected: int) -> None:
    page.put(card(title="Title", media=media(height)))
    page.open()
    assert page.sizes(".rcs-media") == [(396, expected)]


@pytest.mark.parametrize("height", ["SHORT", "MEDIUM", "TALL"])
def test_an_iphone_draws_all_media_heights_alike(page: SandboxPage, height: str) -> None:
    page.put(card(title="Title", media=media(height)))
    page.open(phone="ios")
    assert page.sizes(".rcs-media") == [(396, 168)]


@pytest.mark.parametrize(("side", "offset"), [("LEFT", 8), ("RIGHT", 8 + 396 - 128)])
def test_a_horizontal_card_keeps_a_column_of_128_for_its_image(page: SandboxPage, side: str, offset: int) -> None:
    page.put(horizontal_card(side, title="Trail shoes", description="New", media=media("SHORT")))
    page.open()
    (image,), (thread,) = page.boxes(".rcs-media"), page.boxes("#thread")
    assert (image["x"] - thread["x"], image["width"]) == (offset, 128)


@pytest.mark.parametrize(
    ("phone", "card_width", "expected"),
    [("classic", "SMALL", 120), ("classic", "MEDIUM", 232), ("google", "SMALL", 180), ("google", "MEDIUM", 296)],
)
def test_carousel_cards_start_at_16_stand_8_apart_and_have_their_width(
    page: SandboxPage, phone: str, card_width: str, expected: int
) -> None:
    page.put(carousel(card_width, *({"title": f"Card {place}"} for place in range(3))))
    page.open(phone=phone)
    (thread,) = page.boxes("#thread")
    places = [box["x"] - thread["x"] for box in page.boxes(".rcs-card")]
    assert places == [16 + place * (expected + 8) for place in range(3)]
    assert {width for width, _ in page.sizes(".rcs-card")} == {expected}


def test_google_buttons_are_64_high_2_apart_and_56_in_a_carousel(page: SandboxPage) -> None:
    page.put(card(title="Title", suggestions=buttons("reply", "link")), name="alone")
    page.put(carousel("MEDIUM", *[{"title": "Title", "suggestions": buttons("link")}] * 2), name="among others")
    page.open(phone="google")
    page.wait_for_turns(2)
    first, second, *in_carousel = page.boxes(".rcs-button")
    assert (first["height"], second["height"]) == (64, 64)
    assert second["y"] - first["y"] - first["height"] == 2
    assert {button["height"] for button in in_carousel} == {56}
    assert page.sizes(".rcs-button > .rcs-icon")[0] == (40, 40)


def test_chips_are_40_high_8_apart_round_and_set_against_the_right(page: SandboxPage) -> None:
    page.put(with_chips({"textMessage": "Come?"}, "reply", "link"))
    page.open()
    first, second = page.boxes(".rcs-chip")
    (thread,) = page.boxes("#thread")
    assert (first["height"], second["height"]) == (40, 40)
    assert second["x"] - first["x"] - first["width"] == pytest.approx(8)
    assert thread["x"] + 412 - second["x"] - second["width"] == pytest.approx(8)
    assert page.style(".rcs-chip", "border-radius") == "20px"
    assert page.style(".rcs-chip", "border-color") == "rgb(116, 119, 117)"
    assert page.sizes(".rcs-chip > .rcs-icon") == [(20, 20)]


def test_bubbles_and_cards_have_the_colours_and_corners_of_the_kit(page: SandboxPage) -> None:
    page.put(card(title="Title"), name="card")
    page.put({"textMessage": "Hello"}, name="text")
    page.sandbox.act("+33612345678", "text", text="Hello yourself")
    page.open()
    page.wait_for_turns(3)
    assert page.style(".rcs-card", "border-radius") == page.style(".rcs-bubble", "border-radius") == "20px"
    assert page.style(".rcs-bubble", "background-color") == "rgb(240, 244, 249)"
    assert page.style(".mine", "background-color") == "rgb(11, 87, 208)"
    assert page.style(".mine", "color") == "rgb(255, 255, 255)"
    assert page.style(".device", "background-color") == "rgb(255, 255, 255)"


@pytest.mark.parametrize(("phone", "height"), [("classic", 0), ("google", 40), ("ios", 40)])
def test_chips_of_a_text_go_with_the_next_message_but_stay_on_phones_of_today(
    page: SandboxPage, phone: str, height: int
) -> None:
    page.put(with_chips({"textMessage": "Come?"}, "reply"))
    page.open(phone=phone)
    assert page.sizes(".rcs-chip")[0][1] == 40
    page.put({"textMessage": "Well?"}, name="m2")
    page.wait_for_turns(2)
    assert page.sizes(".rcs-chip")[0][1] == height
