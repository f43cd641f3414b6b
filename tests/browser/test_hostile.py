"""Hostile bots, users and messages on the page: their texts stay texts, and nothing of it breaks."""

from typing import Any
from urllib.parse import quote

import pytest

from bothub_cli.sandbox.state.bots import SandboxIdentity
from tests.browser.message_kinds import card, carousel, media, with_chips
from tests.browser.sandbox_page import NUMBER, SandboxPage

pytestmark = pytest.mark.browser

SCRIPT = (
    '<img src=x onerror="window.broken=1"><script>window.broken=1</script>"\'&amp;${7*7}</li>'
    "<svg onload=window.broken=1>"
)
TURNED = "invoice\u202egpj.exe\u2066\u200b"  # an override, an isolate and a space that nobody sees
INERT = """
return [
  window.broken ?? null,
  document.scripts.length,
  document.querySelectorAll("main img, main script, main iframe, main svg[onload], [onerror]").length,
];
"""
HIDDEN_SIGNS = """
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
const found = [];
while (texts.nextNode()) if (/[\\u200b\\u202a-\\u202e\\u2066-\\u2069]/.test(texts.currentNode.data)) {
  found.push(texts.currentNode.parentElement.outerHTML);
}
return found;
"""


@pytest.fixture(scope="module")
def identity() -> SandboxIdentity:
    return SandboxIdentity.generate(bot_id="<b>\"bot'@bots.localhost")


def _put_everywhere(page: SandboxPage, text: str) -> None:
    """Put a text into every field that anybody can fill."""
    reply: dict[str, Any] = {"reply": {"displayText": text, "postback": {"data": text}}}
    link = {"action": {"displayText": text, "urlAction": {"openUrl": {"url": f"https://shop.example/{text}"}}}}
    picture = {**media("SHORT"), "contentDescription": text, "mediaContentType": text, "mediaUrl": f"https://a/{text}"}
    content = {"title": text, "description": text, "media": picture, "suggestions": [reply, link]}
    file = {"fileUrl": f"https://a/{text}", "fileName": text, "fileMIMEType": text, "fileSize": 1}
    place = {"pos": "1 2", "label": text}
    page.put({"textMessage": text, text: text}, name="text")
    page.put(card(**content), name="card")
    page.put(carousel("MEDIUM", content, content), name="carousel")
    page.put({"fileMessage": file}, name="file")
    page.put({"audioMessage": file}, name="sound")
    page.put({"geolocationPushMessage": place}, name="place")
    page.sandbox.act(NUMBER, "text", text=text)
    page.sandbox.act(NUMBER, "location", latitude=1, longitude=2, label=text)
    page.sandbox.act(NUMBER, "file", url=f"https://files.example/?{quote(text)}", name=text, type=text)
    page.put({**with_chips({"textMessage": text}), "suggestedChipList": {"suggestions": [reply, link]}}, name="chips")


def _visit_everything(page: SandboxPage) -> list[str]:
    return ["/everything", f"/phones/{NUMBER}", *(f"/messages/{quote(one.msg_id)}" for one in page.sandbox.messages())]


@pytest.mark.parametrize("phone", ["classic", "google", "ios"])
def test_script_in_every_field_stays_text_on_every_phone(page: SandboxPage, phone: str) -> None:
    _put_everywhere(page, SCRIPT)
    for path in _visit_everything(page):
        page.open(path, phone=phone)
        page.browser.wait_for("document.querySelector('.turn')")
        assert page.browser.run(INERT) == [None, 1, 0]
        assert page.browser.messages() == []
    assert page.text("#bot-name") == page.sandbox.identity.bot_id


def test_signs_that_turn_a_text_round_are_spelled_out_everywhere(page: SandboxPage) -> None:
    _put_everywhere(page, TURNED)
    for path in _visit_everything(page):
        page.open(path)
        page.browser.wait_for("document.querySelector('.turn')")
        assert page.browser.run(HIDDEN_SIGNS) == [], path
    page.open(f"/phones/{NUMBER}")
    page.browser.click(".rcs-chip[data-chip='1']")
    page.browser.wait_for("document.getElementById('sheet').textContent.includes('<RLO>')")
    assert page.browser.run(HIDDEN_SIGNS) == []


@pytest.mark.parametrize("name", [SCRIPT.replace("/", ""), "no-number", "+1"])
def test_an_address_that_names_no_phone_is_answered_in_words(page: SandboxPage, name: str) -> None:
    page.open(f"/phones/{quote(name, safe='')}")
    page.browser.wait_for("document.getElementById('problem').textContent.includes('E.164')")
    page.sandbox.act(NUMBER, "text", text="Hello")
    page.browser.wait_for("document.querySelector('.row .gist')?.textContent === 'Hello'")
    page.wait_for_turns(1)


def test_an_address_that_names_no_message_is_answered_in_words(page: SandboxPage) -> None:
    page.open(f"/messages/{quote(SCRIPT.replace('/', ''), safe='')}")
    page.browser.wait_for("document.getElementById('inspector').textContent.startsWith('This message is not here')")


def test_an_address_that_cannot_be_read_is_an_address_without_a_message(page: SandboxPage) -> None:
    page.open("/messages/%E0%A4%A")
    page.browser.wait_for("document.getElementById('inspector').textContent.startsWith('This message is not here')")


@pytest.mark.parametrize("text", ["long " * 50_000, "x" * 250_000, "\u202e\u202e" * 60_000, "\n" * 250_000])
def test_a_text_of_250_kb_neither_breaks_nor_fills_the_page(page: SandboxPage, text: str) -> None:
    page.put({"textMessage": text})
    page.open("/messages/m1")
    page.browser.wait_for("document.querySelector('#inspector h2')")
    page.wait_for_turns(1)
    assert page.browser.run("return document.documentElement.scrollWidth <= innerWidth")
    assert page.browser.run("return document.getElementById('thread').scrollWidth") == 412
    assert page.browser.run("return document.querySelectorAll('*').length") < 1_000
    assert page.browser.messages() == []
