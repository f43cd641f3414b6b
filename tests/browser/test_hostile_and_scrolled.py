"""The page in a browser: hostile texts stay inert, and the newest message is in full view."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
import requests

from bothub_cli.sandbox.identity import SandboxIdentity
from bothub_cli.sandbox.rate_limits import RateLimits
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.settings import PhonePace, SandboxSettings
from tests.browser.webdriver import Browser, running_browser, wait_until
from tests.sandbox.conftest import ApiClient

NUMBER = "+33612345678"
HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">\'"&amp;${7*7}</li>'
YES = {"reply": {"displayText": "Yes", "postback": {"data": "yes_1"}}}
NO = {"reply": {"displayText": "No", "postback": {"data": "no_1"}}}
VERTICAL = {"cardOrientation": "VERTICAL"}
MISSING = next((f"{name} is not installed" for name in ("chromium", "chromedriver") if not shutil.which(name)), "")

pytestmark = [pytest.mark.browser, pytest.mark.skipif(bool(MISSING), reason=MISSING)]


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def identity() -> SandboxIdentity:
    return SandboxIdentity.generate(bot_id="<b>\"bot'@bots.localhost")


@pytest.fixture
def server(identity: SandboxIdentity) -> Iterator[SandboxServer]:
    settings = SandboxSettings(rate_limits=RateLimits.off(), pace=PhonePace.by_hand())
    with SandboxServer([identity], settings=settings, seed=1) as running:
        yield running


@pytest.fixture
def browser(window: Browser, server: SandboxServer) -> Iterator[Browser]:
    """The page of a sandbox in which nothing happened yet; it is left before its sandbox stops."""
    window.messages()
    window.open(f"{server.url}/")
    window.run("localStorage.clear()")
    window.wait_for("document.querySelector('#live.on')")
    yield window
    window.open("about:blank")


@pytest.fixture
def api(server: SandboxServer, identity: SandboxIdentity, monkeypatch: pytest.MonkeyPatch) -> Iterator[ApiClient]:
    with requests.Session() as session:
        session.trust_env = False
        client = ApiClient(server, identity, session)
        monkeypatch.setattr(client, "path", _path_of(server))
        yield client.log_in()


def _path_of(server: SandboxServer) -> Callable[[str], str]:
    """Encode every sign of the bot's id: this one needs more than '%40'."""
    return lambda rest, **_: f"{server.url}/bothub/v1/bot/v1/{quote(server.identity.bot_id, safe='')}/{rest}"


def _media(height: str) -> dict[str, Any]:
    url = "https://files.example/a.jpg"
    return {"mediaUrl": url, "mediaContentType": "image/jpeg", "mediaFileSize": 20_000, "height": f"{height}_HEIGHT"}


def _card(layout: dict[str, str], **content: Any) -> dict[str, Any]:
    return {"message": {"generalPurposeCard": {"layout": layout, "content": content}}}


def _carousel(width: str, *contents: dict[str, Any]) -> dict[str, Any]:
    return {"message": {"generalPurposeCardCarousel": {"layout": {"cardWidth": width}, "content": contents}}}


def _send(api: ApiClient, rcs_message: dict[str, Any], *, to: str = NUMBER) -> None:
    answer = api.call("POST", "messages", json={"RCSMessage": rcs_message, "messageContact": {"userContact": to}})
    assert answer.status_code == 202, answer.text


def _sizes(browser: Browser, css: str) -> list[list[int]]:
    """Return the width and the height of each element, in CSS pixels: one is one DP."""
    browser.wait_for(f"document.querySelector({css!r})")
    return list(
        browser.run(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.getBoundingClientRect())"
            ".map(box => [Math.round(box.width), Math.round(box.height)])",
            css,
        )
    )


def _is_at_end(browser: Browser) -> Any:
    return browser.run(
        "const thread = document.getElementById('thread');"
        "return document.querySelector('.turn') && thread.scrollHeight - thread.scrollTop - thread.clientHeight < 2"
    )


def test_an_address_with_a_hostile_number_is_answered_in_words(browser: Browser, server: SandboxServer) -> None:
    browser.open(f"{server.url}/phones/{quote(HOSTILE.replace('/', ''), safe='')}")
    browser.wait_for("document.getElementById('problem').textContent.includes('E.164')", patience=3)
    server.act(NUMBER, "text", text="Hello")
    browser.wait_for("document.querySelector('.row .gist')?.textContent === 'Hello'", patience=3)


def test_hostile_texts_in_every_field_stay_texts(browser: Browser, api: ApiClient, server: SandboxServer) -> None:
    reply = {"reply": {"displayText": HOSTILE[:25], "postback": {"data": HOSTILE}}}
    media = {**_media("SHORT"), "contentDescription": HOSTILE, "mediaContentType": "image/jpeg"}
    content = {"title": HOSTILE, "description": HOSTILE, "media": media, "suggestions": [reply]}
    _send(api, {"textMessage": HOSTILE, "suggestedChipList": {"suggestions": [reply]}})
    _send(api, {"richcardMessage": _card(VERTICAL, **content)})
    _send(api, {"richcardMessage": _carousel("MEDIUM_WIDTH", content, content)})
    server.act(NUMBER, "text", text=HOSTILE)
    server.act(NUMBER, "location", latitude=1, longitude=2, label=HOSTILE)
    server.act(NUMBER, "file", url=f"https://files.example/?{quote(HOSTILE)}", name=HOSTILE, type=HOSTILE)
    for path in (f"phones/{quote(NUMBER)}", "everything"):
        browser.open(f"{server.url}/{path}")
        browser.wait_for("document.querySelector('#live.on') && document.querySelector('.row')")
    for message in server.messages():
        browser.open(f"{server.url}/messages/{message.msg_id}")
        browser.wait_for("document.querySelector('#inspector h2')")
        assert browser.run("return document.scripts.length") == 1
        assert browser.run("return document.querySelectorAll('img:not(header img), [onerror], main b > b').length") == 0
    assert browser.run("return document.getElementById('bot-name').textContent") == server.identity.bot_id
    assert browser.messages() == []


def test_a_horizontal_card_keeps_a_column_of_128_for_its_image(browser: Browser, api: ApiClient) -> None:
    layout = {"cardOrientation": "HORIZONTAL", "imageAlignment": "LEFT"}
    _send(api, {"richcardMessage": _card(layout, title="Trail shoes", description="New", media=_media("SHORT"))})
    assert [width for width, _ in _sizes(browser, ".turn .rcs-media")] == [128]


def test_a_short_card_is_padded_and_a_chip_is_40_high(browser: Browser, api: ApiClient) -> None:
    chips = {"suggestions": [YES, NO]}
    card = _card(VERTICAL, title="Hi")
    _send(api, {"richcardMessage": card, "suggestedChipList": chips})
    assert _sizes(browser, ".turn .rcs-card") == [[396, 112]]
    assert [height for _, height in _sizes(browser, ".rcs-chip")] == [40, 40]


def test_the_newest_message_is_in_full_view_when_a_phone_is_opened_and_when_one_arrives(
    browser: Browser, api: ApiClient, server: SandboxServer
) -> None:
    browser.resize(1500, 950)
    card = _card(VERTICAL, title="Trail shoes", media=_media("TALL"))
    for _ in range(4):
        _send(api, {"richcardMessage": card})
    browser.open(f"{server.url}/")
    wait_until(lambda: _is_at_end(browser), what="an opened phone shows its end")
    _send(api, {"richcardMessage": card, "suggestedChipList": {"suggestions": [YES]}})
    browser.wait_for("document.querySelectorAll('.turn').length === 5")
    wait_until(lambda: _is_at_end(browser), what="a new message is in view")
    browser.click("button.rcs-chip")
    browser.wait_for("document.querySelectorAll('.turn').length === 6")
    wait_until(lambda: _is_at_end(browser), what="what the user did is in view")


def test_who_reads_older_messages_is_not_moved_by_a_new_one(browser: Browser, api: ApiClient) -> None:
    for _ in range(4):
        _send(api, {"richcardMessage": _card(VERTICAL, title="Trail shoes", media=_media("TALL"))})
    browser.wait_for("document.querySelectorAll('.turn').length === 4")
    browser.run("document.getElementById('thread').scrollTop = 0")
    wait_until(lambda: not browser.run("return talk.followsEnd"), what="the page noticed")
    _send(api, {"textMessage": "Hello"})
    browser.wait_for("document.querySelectorAll('.turn').length === 5")
    assert browser.run("return document.getElementById('thread').scrollTop") == 0
