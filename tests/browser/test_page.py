"""The page with the phones, in a real browser."""

import queue
from collections.abc import Callable
from typing import Any

import pytest

from bothub_cli.sandbox.message_log import SandboxMessage, StatusChange
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state import Sandbox
from tests.browser.webdriver import Browser

pytestmark = pytest.mark.browser

Bothub = Callable[..., Any]
NUMBER = "+33612345678"
REPLY = "#turns .rcs-chip"
HOSTILE = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>"\'><svg onload=window.broken=1>'


def _put(sandbox: Sandbox, rcs_message: dict[str, Any], *, number: str = NUMBER, name: str = "m1") -> None:
    now = sandbox.clock.now()
    payload = {"RCSMessage": rcs_message, "messageContact": {"userContact": number}}
    sandbox.take_message(
        SandboxMessage(
            msg_id=name,
            bot_id=sandbox.registry.bots[0].bot_id,
            number=number,
            direction="to_phone",
            payload=payload,
            received_at=now,
            history=[StatusChange("pending", now)],
        )
    )


def _card(**content: Any) -> dict[str, Any]:
    card = {"layout": {"cardOrientation": "VERTICAL"}, "content": content}
    return {"richcardMessage": {"message": {"generalPurposeCard": card}}}


def _media(height: str) -> dict[str, Any]:
    return {
        "mediaUrl": "https://shop.example/van.jpg",
        "mediaContentType": "image/jpeg",
        "mediaFileSize": 48213,
        "height": height,
    }


def _size(browser: Browser, css: str) -> tuple[int, int]:
    script = "const box = document.querySelector(arguments[0]).getBoundingClientRect(); return [box.width, box.height]"
    width, height = browser.run(script, css)
    return round(width), round(height)


def _open(browser: Browser, sandbox: SandboxServer, path: str = "/", **looks: str) -> None:
    browser.open(f"{sandbox.url}/page/icon.svg")  # the same origin, without the page
    browser.messages()  # what an earlier test left
    for name, value in {"phone": "classic", "colours": "light", "font": "1", "width": "412", **looks}.items():
        browser.run("localStorage.setItem('look-' + arguments[0], arguments[1])", name, value)
    browser.open(f"{sandbox.url}{path}")
    browser.wait_for("document.querySelector('#live.on')")


def test_a_sent_message_appears_without_a_reload(browser: Browser, sandbox: SandboxServer, bothub: Bothub) -> None:
    _open(browser, sandbox)
    browser.run("window.stillHere = true")
    assert bothub("send", "--to", NUMBER, "--text", "Hello, world").code == 0
    browser.wait_for("document.querySelector('#turns')?.textContent.includes('Hello, world')")
    assert browser.run("return window.stillHere") is True
    assert browser.messages() == []


def test_a_tapped_reply_reaches_the_webhook(
    browser: Browser, sandbox: SandboxServer, bothub: Bothub, events: "queue.Queue[dict[str, Any]]"
) -> None:
    bothub("send", "--to", NUMBER, "--text", "Shall we come?", "--reply", "Yes=yes_1", "--reply", "No=no_1")
    _open(browser, sandbox)
    browser.click(f"{REPLY}[data-chip='1']")
    event = events.get(timeout=10)
    assert event["event"] == "response"
    response = event["RCSMessage"]["suggestedResponse"]["response"]
    assert response == {"reply": {"displayText": "No", "postback": {"data": "no_1"}}}


def test_a_tapped_link_is_told_and_not_followed(browser: Browser, sandbox: SandboxServer, bothub: Bothub) -> None:
    bothub("send", "--to", NUMBER, "--text", "Look", "--open-url", "See=https://shop.example/")
    _open(browser, sandbox)
    browser.click(REPLY)
    browser.wait_for("document.getElementById('sheet').textContent.includes('opens https://shop.example/')")
    assert browser.address.startswith(sandbox.url)


@pytest.mark.parametrize(
    ("css", "kind", "content"),
    [
        ("[data-act=start]", "newUser", "suggestedResponse"),
        ("[data-act=stop]", "message", "textMessage"),
        ("#typing", "isTyping", "isTyping"),
    ],
)
def test_each_deed_of_the_user_is_an_event(
    browser: Browser,
    sandbox: SandboxServer,
    events: "queue.Queue[dict[str, Any]]",
    css: str,
    kind: str,
    content: str,
) -> None:
    _open(browser, sandbox, f"/phones/{NUMBER}")
    browser.click(css)
    event = events.get(timeout=10)
    assert event["event"] == kind
    assert content in event["RCSMessage"]


def test_pictures_and_places_are_sent_from_their_forms(
    browser: Browser, sandbox: SandboxServer, events: "queue.Queue[dict[str, Any]]"
) -> None:
    _open(browser, sandbox, f"/phones/{NUMBER}")
    browser.click("#open-picture")
    browser.click("#picture button.main")
    assert events.get(timeout=10)["RCSMessage"]["fileMessage"]["fileName"] == "photo.jpg"
    browser.click("#open-place")
    browser.click("#place button.main")
    assert events.get(timeout=10)["RCSMessage"]["geolocationPushMessage"]["label"] == "Paris"


def test_the_keyboard_alone_finds_a_message_and_answers_it(
    browser: Browser, sandbox: SandboxServer, events: "queue.Queue[dict[str, Any]]"
) -> None:
    sandbox.run(lambda state: _put(state, {"textMessage": "Hello"}))
    _open(browser, sandbox)
    browser.wait_for("document.querySelector('#turns li')")
    browser.press("/", *NUMBER, "enter")
    _tab_to(browser, "said")
    browser.press(*"Yes", "enter")
    assert events.get(timeout=10)["RCSMessage"]["textMessage"] == "Yes"


def _tab_to(browser: Browser, wanted: str) -> None:
    for _ in range(60):
        browser.press("tab")
        if browser.run("return document.activeElement.id") == wanted:
            return
    raise AssertionError(f"{wanted} cannot be reached with the keyboard")


def test_hostile_texts_stay_texts(browser: Browser, sandbox: SandboxServer) -> None:
    button = {"reply": {"displayText": HOSTILE, "postback": {"data": HOSTILE}}}
    card = _card(title=HOSTILE, description=HOSTILE, suggestions=[button], media=_media("SHORT_HEIGHT"))
    sandbox.run(lambda state: _put(state, {"textMessage": HOSTILE}, name="text"))
    sandbox.run(lambda state: _put(state, {**card, "suggestedChipList": {"suggestions": [button]}}, name="card"))
    for path in ("/messages/text", "/messages/card", "/everything"):
        _open(browser, sandbox, path)
        browser.wait_for("document.querySelector('#turns li, #rows li')")
        assert browser.run("return [window.broken, document.querySelector('main img, main script')]") == [None, None]
        assert browser.messages() == []


def test_a_text_of_250_kb_neither_breaks_nor_fills_the_page(browser: Browser, sandbox: SandboxServer) -> None:
    sandbox.run(lambda state: _put(state, {"textMessage": "long " * 50_000}))
    _open(browser, sandbox, "/messages/m1")
    browser.wait_for("document.querySelector('#inspector h2')")
    assert browser.run("return document.body.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("height", "expected"), [("SHORT_HEIGHT", 112), ("MEDIUM_HEIGHT", 168), ("TALL_HEIGHT", 264)])
def test_media_are_as_high_as_rcc_71_says(browser: Browser, sandbox: SandboxServer, height: str, expected: int) -> None:
    sandbox.run(lambda state: _put(state, _card(title="Title", media=_media(height))))
    _open(browser, sandbox)
    browser.wait_for("document.querySelector('.rcs-media')")
    assert _size(browser, ".rcs-media") == (396, expected)


@pytest.mark.parametrize(("width", "expected"), [("320", 304), ("360", 344), ("412", 396), ("480", 464)])
def test_a_card_leaves_8_dp_beside_it_on_every_screen(
    browser: Browser, sandbox: SandboxServer, width: str, expected: int
) -> None:
    sandbox.run(lambda state: _put(state, _card(title="Title", description="Text")))
    _open(browser, sandbox, width=width)
    browser.wait_for("document.querySelector('.rcs-card')")
    assert _size(browser, ".rcs-card") == (expected, 112)
    assert _size(browser, "#thread")[0] == int(width)


@pytest.mark.parametrize(
    ("phone", "card_width", "expected"),
    [
        ("classic", "SMALL_WIDTH", 120),
        ("classic", "MEDIUM_WIDTH", 232),
        ("google", "SMALL_WIDTH", 180),
        ("google", "MEDIUM_WIDTH", 296),
    ],
)
def test_carousel_cards_have_the_width_of_their_phone(
    browser: Browser, sandbox: SandboxServer, phone: str, card_width: str, expected: int
) -> None:
    cards = [{"title": f"Card {place}"} for place in range(3)]
    carousel = {"layout": {"cardWidth": card_width}, "content": cards}
    sandbox.run(lambda state: _put(state, {"richcardMessage": {"message": {"generalPurposeCardCarousel": carousel}}}))
    _open(browser, sandbox, phone=phone)
    browser.wait_for("document.querySelector('.rcs-card')")
    assert _size(browser, ".rcs-card")[0] == expected


def test_chips_are_40_dp_high_and_go_with_the_next_message(browser: Browser, sandbox: SandboxServer) -> None:
    chips = {"suggestions": [{"reply": {"displayText": "Yes", "postback": {"data": "y"}}}]}
    sandbox.run(lambda state: _put(state, {"textMessage": "Come?", "suggestedChipList": chips}))
    _open(browser, sandbox)
    browser.wait_for("document.querySelector('.rcs-chip')")
    assert _size(browser, ".rcs-chip")[1] == 40
    sandbox.run(lambda state: _put(state, {"textMessage": "Well?"}, name="m2"))
    browser.wait_for("document.querySelectorAll('.turn').length === 2")
    assert _size(browser, ".rcs-chip")[1] == 0


def test_everything_that_can_be_used_has_a_name(browser: Browser, sandbox: SandboxServer) -> None:
    sandbox.run(lambda state: _put(state, _card(title="Title", media=_media("SHORT_HEIGHT"))))
    _open(browser, sandbox, "/messages/m1")
    browser.wait_for("document.querySelector('#inspector h2')")
    nameless = browser.run("""
        return [...document.querySelectorAll("a[href], button, input, select, textarea")]
            .filter((control) => !control.textContent.trim() && !control.ariaLabel && !control.labels?.length)
            .map((control) => control.outerHTML);""")
    assert nameless == []


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_text_has_a_contrast_of_4_5_to_1(browser: Browser, sandbox: SandboxServer, colours: str) -> None:
    chips = {"suggestions": [{"reply": {"displayText": "Yes", "postback": {"data": "y"}}}]}
    card = _card(title="Title", description="Text", media=_media("SHORT_HEIGHT"))
    sandbox.run(lambda state: _put(state, {**card, "suggestedChipList": chips}))
    _open(browser, sandbox, "/messages/m1", colours=colours)
    browser.wait_for("document.querySelector('#inspector h2') && document.querySelector('.rcs-chip')")
    assert browser.run(CONTRAST) == []


# WCAG 2.2, 1.4.3: relative luminance of the text against the first opaque background behind it.
CONTRAST = """
const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
const channel = (value) => value <= 0.04045 * 255 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const behind = (element) => {
  for (let node = element; node; node = node.parentElement) {
    const colour = parse(getComputedStyle(node).backgroundColor);
    if (colour.length < 4 || colour[3] === 1) return colour;
  }
  return [255, 255, 255];
};
const found = [];
for (const element of document.querySelectorAll("body *")) {
  const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!words || !element.checkVisibility() || element.disabled || element.tagName === "OPTION") continue;
  const [one, other] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
  const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  if (ratio < 4.5) found.push(`${element.tagName}.${element.className} ${ratio.toFixed(2)} ${element.textContent}`);
}
return found;
"""


def test_ten_thousand_messages_and_a_hundred_phones_stay_usable(browser: Browser, sandbox: SandboxServer) -> None:
    def fill(state: Sandbox) -> None:
        for count in range(10_000):
            _put(state, {"textMessage": f"Message {count}"}, number=f"+336123456{count % 100:02}", name=f"m{count}")

    sandbox.run(fill)
    _open(browser, sandbox, "/everything")
    browser.wait_for("document.querySelectorAll('#rows li').length === 50")
    browser.type("#words", "Message 1234")
    browser.wait_for("document.querySelectorAll('#rows li').length === 1", patience=5)
    browser.click("#show-phones")
    browser.run("document.getElementById('words').value = ''; document.getElementById('words').oninput()")
    browser.wait_for("document.querySelectorAll('#rows li').length === 100", patience=5)
    assert browser.run("return document.querySelectorAll('*').length") < 5_000
    assert browser.messages() == []
