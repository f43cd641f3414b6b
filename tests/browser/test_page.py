"""What people do on the page, in a real browser, and what the bot hears of it."""

import queue
from collections.abc import Callable
from typing import Any

import pytest
import requests

from bothub_cli.redaction import Secret
from bothub_cli.sandbox.people.lifecycle import move
from bothub_cli.sandbox.server import SandboxServer
from bothub_cli.sandbox.state.bots import SandboxIdentity
from tests.browser.message_kinds import KINDS, SUGGESTIONS, card, with_chips
from tests.browser.sandbox_page import NUMBER, SandboxPage
from tests.browser.webdriver import Browser
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

Bothub = Callable[..., Any]
Events = queue.Queue[dict[str, Any]]


def test_an_empty_sandbox_names_the_command_to_type(page: SandboxPage) -> None:
    page.open()
    page.browser.wait_for("document.getElementById('first-command').textContent")
    assert page.text("#first-command").startswith(f"bothub send-card -p sandbox --to {NUMBER} --title")
    assert page.sandbox.url in page.text("#welcome")
    assert "bothub listen -p sandbox" in page.text("#welcome")


def test_a_sent_message_appears_without_a_reload(page: SandboxPage, bothub: Bothub) -> None:
    page.open()
    page.browser.run("window.stillHere = true")
    assert bothub("send", "--to", NUMBER, "--text", "Hello, world").code == 0
    page.browser.wait_for("document.querySelector('#turns').textContent.includes('Hello, world')")
    assert page.browser.run("return window.stillHere") is True
    assert page.browser.messages() == []


def test_a_second_message_is_announced_to_screen_readers(page: SandboxPage) -> None:
    page.put({"textMessage": "Hello"})
    page.open()
    page.wait_for_turns(1)
    page.put({"textMessage": "Still there?"}, name="m2")
    page.browser.wait_for("document.getElementById('news').textContent === 'To +33612345678: Still there?'")
    assert page.browser.run("return document.getElementById('news').role") == "status"


def test_a_tapped_chip_and_a_tapped_button_of_a_card_reach_the_webhook(
    page: SandboxPage, bothub: Bothub, events: Events
) -> None:
    bothub("send", "--to", NUMBER, "--text", "Shall we come?", "--reply", "Yes=yes_1", "--reply", "No=no_1")
    page.open()
    page.browser.click("#turns .rcs-chip[data-chip='1']")
    no = {"reply": {"displayText": "No", "postback": {"data": "no_1"}}}
    assert events.get(timeout=60)["RCSMessage"]["suggestedResponse"]["response"] == no
    page.put(card(title="Order", suggestions=[SUGGESTIONS["reply"]]), name="card")
    page.browser.click("#turns .rcs-button")
    assert events.get(timeout=60)["RCSMessage"]["suggestedResponse"]["response"] == SUGGESTIONS["reply"]
    page.wait_for_turns(4)
    assert page.text(".turn:last-child .mine") == "Yes"


EFFECTS = {
    "link": "opens https://shop.example/",
    "call": "calls +33187654321",
    "video call": "calls +33187654321 with video",
    "map": "shows a map of Shop at 48.8584, 2.2945",
    "share place": "shares its place",
    "calendar": "adds Delivery on 2030-03-07T09:00:00Z to the calendar",
    "write": "begins a message to +33187654321: Hello",
    "record": "records a message for +33187654321",
    "device": "tells its model and version",
    "show number": "tells its number",
    "show reading": "tells when it displays messages",
}


@pytest.mark.parametrize("name", EFFECTS)
def test_a_tapped_action_is_told_and_not_done_and_leaves_no_bubble(page: SandboxPage, name: str) -> None:
    page.put(with_chips({"textMessage": "Look"}, name))
    page.open()
    page.browser.click("#turns .rcs-chip")
    page.browser.wait_for("document.getElementById('sheet').textContent.includes(arguments[0])", EFFECTS[name])
    assert page.browser.address == f"{page.sandbox.url}/"
    page.browser.wait_for("document.querySelector('.turn .note')?.textContent.startsWith('tapped')")
    assert page.browser.run("return document.querySelectorAll('.mine').length") == 0


@pytest.mark.parametrize(
    ("css", "kind", "content"),
    [
        ("[data-act=start]", "newUser", "suggestedResponse"),
        ("[data-act=stop]", "message", "textMessage"),
        ("#typing", "isTyping", "isTyping"),
    ],
)
def test_each_deed_of_the_user_is_an_event(
    page: SandboxPage, events: Events, css: str, kind: str, content: str
) -> None:
    page.open(f"/phones/{NUMBER}")
    page.browser.click(css)
    event = events.get(timeout=60)
    assert event["event"] == kind
    assert content in event["RCSMessage"]


def test_texts_pictures_and_places_are_sent_and_shown(page: SandboxPage, events: Events) -> None:
    page.open(f"/phones/{NUMBER}")
    page.browser.type("#said", "Hello")
    page.browser.press("enter")
    assert events.get(timeout=60)["RCSMessage"]["textMessage"] == "Hello"
    page.browser.click("#open-picture")
    page.browser.click("#picture button.main")
    assert events.get(timeout=60)["RCSMessage"]["fileMessage"]["fileName"] == "photo.jpg"
    page.browser.click("#open-place")
    page.browser.click("#place button.main")
    assert events.get(timeout=60)["RCSMessage"]["geolocationPushMessage"]["label"] == "Paris"
    page.wait_for_turns(3)
    assert page.text(".rcs-box-name").strip() == "photo.jpg"


def test_a_user_who_hides_the_number_is_known_by_another_name(page: SandboxPage, events: Events) -> None:
    page.open(f"/phones/{NUMBER}")
    page.browser.click("#hide-number")
    assert events.get(timeout=60)["event"] == "alias"
    page.browser.wait_for("document.getElementById('phone-number').textContent.includes('hidden as')")
    assert page.browser.run("return document.getElementById('hide-number').disabled") is True
    page.browser.type("#said", "Who am I?")
    page.browser.press("enter")
    assert "userContact" not in events.get(timeout=60)["messageContact"]


def test_the_bots_typing_shows_as_dots_that_keep_still_where_motion_is_unwanted(page: SandboxPage) -> None:
    page.put({"isTyping": "active"})
    page.browser.emulate(prefers_reduced_motion="reduce")
    page.open(f"/phones/{NUMBER}")
    page.browser.wait_for("document.getElementById('dots').checkVisibility()")
    assert page.style(".dots i", "animation-name") == "none"
    page.browser.emulate(prefers_reduced_motion="no-preference")
    assert page.style(".dots i", "animation-name") == "breathe"


def test_a_phone_is_switched_off_leaves_rcs_and_becomes_an_iphone(page: SandboxPage) -> None:
    page.put({"textMessage": "Hello"})
    page.open()
    for css in ("#is-online", "#is-rcs", "#is-ios"):
        page.browser.click(css)
    page.browser.wait_for("document.querySelector('#rows .state').textContent.startsWith('off · no RCS · iPhone')")


def test_a_message_is_moved_by_hand_and_its_history_is_told(page: SandboxPage) -> None:
    page.put({"textMessage": "Hello"})
    page.open("/messages/m1")
    page.browser.click("[data-name=move-delivered]")
    page.browser.wait_for("document.querySelectorAll('#inspector section ol li').length === 2")
    page.browser.click("[data-name=move-displayed]")
    page.browser.wait_for("document.querySelectorAll('#inspector section ol li').length === 3")
    assert page.browser.run("return document.querySelector('[data-name^=move-]')") is None


def test_an_open_message_is_asked_again_only_when_something_of_it_changed(page: SandboxPage) -> None:
    page.put({"textMessage": "Hello"})
    page.open("/messages/m1")
    page.browser.wait_for("document.querySelector('#inspector h2')")
    page.browser.run("const was = fetch; window.asked = []; window.fetch = (...a) => (asked.push(a[0]), was(...a))")
    page.sandbox.act("+33612345699", "text", text="somebody else")
    page.browser.wait_for("asked.filter((url) => url.includes('view/phones')).length")
    page.browser.wait_for("asked.filter((url) => url.includes('view/changes')).length > 1")
    assert page.browser.run("return asked.filter((url) => url.includes('view/messages/m1')).length") == 0
    page.sandbox.run(lambda sandbox: move(sandbox, next(iter(sandbox.messages)), "displayed", at=sandbox.clock.now()))
    page.browser.wait_for("document.querySelector('#inspector').textContent.includes('displayed')")


def test_a_message_tells_its_masked_request_and_what_the_phone_cuts(page: SandboxPage, bothub: Bothub) -> None:
    bothub("send-card", "--to", NUMBER, "--title", "Order", "--description", "On its way. " * 100, "--reply", "Thanks")
    page.open()
    page.browser.click(".turn .facts a")
    page.browser.wait_for("document.querySelector('#inspector dl')")
    shown = page.text("#inspector")
    assert "What this phone cuts" in shown
    assert page.browser.run("return document.querySelector('.losses').children.length") == 1
    headers = page.text("#inspector dl")
    assert "authorization***" in headers
    assert "Bearer" not in shown


def test_a_message_tells_what_the_check_says_of_it(page: SandboxPage) -> None:
    page.put(card(title="x" * 201))
    page.open("/messages/m1")
    page.browser.wait_for("document.querySelector('.findings .error')")
    assert "limit 200 characters, found 201" in page.text(".findings .error")


@pytest.mark.parametrize("name", ["command", "curl", "json"])
def test_a_message_is_copied(page: SandboxPage, bothub: Bothub, name: str) -> None:
    bothub("send", "--to", NUMBER, "--text", "Hello")
    page.open()
    page.browser.click(".turn .facts a")
    page.browser.run("navigator.clipboard.writeText = async (text) => (window.copied = text)")
    page.browser.click(f"[data-name=copy-{name}]")
    copied = page.browser.wait_for("window.copied")
    expected = {"command": "bothub send --profile sandbox", "curl": "curl", "json": "{"}
    assert copied.startswith(expected[name])
    assert page.text(f"[data-name=copy-{name}]") == "Copied"


def test_nobody_who_listens_is_told_with_the_command_that_would(page: SandboxPage, events: Events) -> None:
    page.sandbox.set_webhook(page.sandbox.identity.bot_id, None)
    page.put({"textMessage": "Hello"})
    page.open("/messages/m1")
    page.browser.click("#inspector [data-name=use-listener]")
    page.browser.wait_for(
        "document.querySelector('#inspector').textContent.includes('Events go to http://127.0.0.1:8809')"
    )
    assert events.empty()


def test_webhook_deliveries_are_told_with_their_answer(page: SandboxPage, events: Events) -> None:
    page.open(f"/phones/{NUMBER}")
    page.browser.type("#said", "Hello")
    page.browser.press("enter")
    events.get(timeout=60)
    page.browser.click(".turn .facts a")
    page.browser.wait_for("document.querySelector('.deliveries td.good')?.textContent === '204'")


def test_faults_are_added_tell_what_is_wrong_with_them_and_are_removed(page: SandboxPage) -> None:
    page.open()
    page.browser.click("#open-sandbox")
    page.browser.type("#add-fault [name=number]", "12")
    page.browser.press("enter")
    page.browser.wait_for("document.getElementById('problem').checkVisibility()")
    assert "number" in page.text("#problem")
    page.browser.run("document.querySelector('#add-fault [name=number]').value = ''")
    page.browser.click("#add-fault button")
    page.browser.wait_for("document.querySelector('#faults code')?.textContent === '429'")
    assert page.browser.run("return document.getElementById('problem').checkVisibility()") is False
    assert "messages" in page.text("#faults li")
    page.browser.click("#faults button")
    page.browser.wait_for("document.querySelector('#faults').textContent.startsWith('None')")


def test_a_webhook_is_set_and_cleared_and_time_is_moved(page: SandboxPage) -> None:
    page.open()
    page.browser.click("#open-sandbox")
    page.browser.type("#webhooks [name=url]", "http://127.0.0.1:9/hook")
    page.browser.press("enter")
    bot_id = page.sandbox.identity.bot_id
    wait_until(lambda: page.sandbox.run(lambda state: bot_id in state.webhook_queue.targets), what="the webhook is set")
    before = page.browser.run("return document.getElementById('now').dateTime")
    page.browser.click("[data-advance='86400']")
    page.browser.wait_for("document.getElementById('now').dateTime.slice(0, 10) > arguments[0]", before[:10])


def test_resetting_forgets_messages_on_the_page_too(page: SandboxPage) -> None:
    page.put({"textMessage": "Hello"})
    page.open("/messages/m1")
    page.wait_for_turns(1)
    page.browser.click("#open-sandbox")
    page.browser.click("#reset")
    assert "Forget all messages" in page.browser.answer_question(is_yes=False)
    assert len(page.sandbox.messages()) == 1
    page.browser.click("#reset")
    page.browser.answer_question(is_yes=True)
    page.browser.wait_for("document.getElementById('welcome').checkVisibility()")
    assert page.browser.address == f"{page.sandbox.url}/"


def test_one_list_of_everything_is_filtered(page: SandboxPage) -> None:
    for name in ("short text", "document", "card without media"):
        page.put(KINDS[name], name=name.replace(" ", "-"))
    page.sandbox.act(NUMBER, "text", text="An answer")
    page.open("/everything")
    page.browser.wait_for("document.querySelectorAll('#rows li').length === 4")
    page.browser.run(
        "document.getElementById('direction').value = 'to_bot'; document.getElementById('direction').onchange()"
    )
    page.browser.wait_for("document.querySelectorAll('#rows li').length === 1")
    page.browser.type("#words", "nothing like it")
    page.browser.wait_for("document.getElementById('no-rows').textContent === 'Nothing matches.'")


def test_everything_opened_by_its_address_shows_the_phone_of_the_newest_message(page: SandboxPage) -> None:
    page.put({"textMessage": "Hello"})
    page.open("/everything")
    page.wait_for_turns(1)
    assert page.text("#phone-number") == NUMBER


def test_the_page_outlives_its_sandbox_and_takes_up_the_next_one(page: SandboxPage, identity: SandboxIdentity) -> None:
    browser = page.browser
    with SandboxServer([identity]) as first:
        SandboxPage(browser=browser, sandbox=first).put({"textMessage": "Hello from the first"})
        browser.open(first.url)
        browser.wait_for("document.querySelector('.turn')")
        port = int(first.url.rsplit(":", 1)[1])
    browser.wait_for("document.querySelector('#live.off')")
    assert "the first" in page.text("#turns")
    with SandboxServer([identity], port=port) as second:
        SandboxPage(browser=browser, sandbox=second).put({"textMessage": "Hello from the second"})
        browser.wait_for("document.querySelector('#live.on')")
        browser.wait_for("document.querySelector('#turns').textContent.includes('the second')")
        assert "the first" not in page.text("#turns")
        browser.open("about:blank")


def test_a_guarded_sandbox_asks_for_its_token_first(browser: Browser, identity: SandboxIdentity) -> None:
    with SandboxServer([identity], access_token=Secret("a-long-token")) as guarded:
        browser.open(guarded.url)
        browser.wait_for("document.getElementById('token').open")
        browser.type("#token input", "a-long-token")
        browser.press("enter")
        browser.wait_for("document.querySelector('#live.on')")
        browser.run("sessionStorage.clear()")
        browser.open("about:blank")


def test_refused_calls_are_listed_with_their_reason(page: SandboxPage) -> None:
    requests.post(f"{page.sandbox.url}/bothub/v1/bot/v1/x/messages", timeout=30)
    page.open("/everything")
    page.browser.wait_for("document.getElementById('refused').checkVisibility()")
    page.browser.click("#refused summary")
    assert page.text("#refused-count") == "1 refused call"
    assert "needs credentials" in page.text("#refused-calls li")
    page.open("/")
    assert page.browser.run("return document.getElementById('refused').hidden")
