"""Each part of the page, light and dark, has no barrier that a program can find."""

from collections.abc import Callable

import pytest

from bothub_cli.redaction import Secret
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from bothub_cli.sandbox.state.webhooks import WebhookTarget
from tests.browser.accessibility import list_barriers
from tests.browser.message_kinds import KINDS, card, media, with_chips
from tests.browser.sandbox_page import NUMBER, SandboxPage
from tests.browser.webdriver import Browser

pytestmark = pytest.mark.browser

COLOURS = ["light", "dark"]


def _open(page: SandboxPage, path: str, colours: str, **looks: str) -> None:
    page.browser.emulate(prefers_color_scheme=colours)
    page.open(path, colours=colours, **looks)


@pytest.mark.parametrize("phone", ["classic", "google", "ios"])
@pytest.mark.parametrize("colours", COLOURS)
def test_every_kind_of_message_can_be_read_and_used_by_everybody(page: SandboxPage, phone: str, colours: str) -> None:
    for place, message in enumerate([*KINDS.values(), KINDS["eleven chips"]]):
        page.put(message, name=f"m{place}")
    _open(page, "/", colours, phone=phone)
    page.wait_for_turns(len(KINDS) + 1)
    assert list_barriers(page.browser) == []


@pytest.mark.parametrize("colours", COLOURS)
def test_what_the_user_says_can_be_read_by_everybody(page: SandboxPage, colours: str) -> None:
    page.put({"isTyping": "active"})
    page.sandbox.act(NUMBER, "text", text="Hello")
    page.sandbox.act(NUMBER, "location", latitude=1, longitude=2, label="Here")
    page.sandbox.act(NUMBER, "file", url="https://files.example/photo.jpg", name="photo.jpg")
    page.sandbox.act(NUMBER, "alias")
    _open(page, "/", colours)
    page.wait_for_turns(4)
    assert list_barriers(page.browser) == []


def _nothing(page: SandboxPage, colours: str) -> None:
    _open(page, "/", colours)
    page.browser.wait_for("document.getElementById('first-command').textContent")


def _everything(page: SandboxPage, colours: str) -> None:
    for place in range(60):
        page.put({"textMessage": "Hello"}, name=f"m{place}", number="+33639980404")
    _open(page, "/everything", colours)
    page.browser.wait_for("document.getElementById('older').checkVisibility()")


def _message(page: SandboxPage, colours: str) -> None:
    target = WebhookTarget(url="http://127.0.0.1:9/nobody")
    page.sandbox.set_webhook(page.sandbox.identity.bot_id, target)
    long = card(title="x" * 201, description="A long text. " * 200, media=media("TALL"))
    page.put(long)
    _open(page, "/messages/m1", colours)
    page.browser.click("[data-name=move-failed]")
    page.browser.wait_for("document.querySelector('.deliveries td.bad') && document.querySelector('.findings .error')")


def _tapped(page: SandboxPage, colours: str) -> None:
    page.put(with_chips({"textMessage": "Look"}, "link"))
    _open(page, "/", colours)
    page.browser.click(".rcs-chip")
    page.browser.wait_for("document.getElementById('sheet').checkVisibility()")


def _problem(page: SandboxPage, colours: str) -> None:
    _open(page, "/phones/nobody", colours)
    page.browser.wait_for("document.getElementById('problem').checkVisibility()")


def _sandbox(page: SandboxPage, colours: str) -> None:
    _open(page, "/", colours)
    page.browser.click("#open-sandbox")
    page.browser.click("#add-fault button")
    page.browser.wait_for("document.querySelector('#faults code')")


def _picture(page: SandboxPage, colours: str) -> None:
    _open(page, f"/phones/{NUMBER}", colours)
    page.browser.click("#open-picture")


def _place(page: SandboxPage, colours: str) -> None:
    _open(page, f"/phones/{NUMBER}", colours)
    page.browser.click("#open-place")


@pytest.mark.parametrize("colours", COLOURS)
@pytest.mark.parametrize("show", [_nothing, _everything, _message, _tapped, _problem, _sandbox, _picture, _place])
def test_each_part_of_the_page_is_open_to_everybody(
    page: SandboxPage, show: Callable[[SandboxPage, str], None], colours: str
) -> None:
    show(page, colours)
    assert list_barriers(page.browser) == []


@pytest.mark.parametrize("width", [360, 760, 1180])
def test_a_narrow_window_scrolls_in_one_direction_only(page: SandboxPage, width: int) -> None:
    page.put(card(title="Order", media=media("SHORT")))
    page.browser.set_width(width)
    page.open("/messages/m1", width="320")
    page.browser.wait_for("document.querySelector('#inspector h2')")
    is_wide = page.browser.run("return document.documentElement.scrollWidth > innerWidth")
    page.browser.set_width(None)
    assert is_wide is False


def test_the_question_for_the_token_is_open_to_everybody(browser: Browser, identity: SandboxIdentity) -> None:
    with SandboxServer([identity], access_token=Secret("a-long-token")) as guarded:
        browser.open(guarded.url)
        browser.wait_for("document.getElementById('token').open")
        barriers = list_barriers(browser)
        browser.open("about:blank")
    assert barriers == []
