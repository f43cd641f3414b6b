"""The whole journey without a mouse: everything can be reached, shows that it has the focus, and gives it back."""

import queue
from typing import Any

import pytest

from tests.browser.message_kinds import buttons, card, with_chips
from tests.browser.sandbox_page import NUMBER, SandboxPage

pytestmark = pytest.mark.browser

Events = queue.Queue[dict[str, Any]]
OTHER = "+33612345679"
STOPS_MAX = 60  # more than the page has
FOCUS = "document.activeElement"
IS_VISIBLE = f"""
const style = getComputedStyle({FOCUS});
return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && {FOCUS}.checkVisibility();
"""


def _tab_to(page: SandboxPage, css: str, *, backwards: bool = False) -> None:
    """Press Tab until the focus is there; each stop on the way must show that it has the focus."""
    for _ in range(STOPS_MAX):
        if backwards:
            page.browser.press_with("shift", "tab")
        else:
            page.browser.press("tab")
        stop = page.browser.run(f"return {FOCUS}.outerHTML.slice(0, 120)")
        assert page.browser.run(IS_VISIBLE), f"the focus cannot be seen on {stop}"
        if page.browser.run(f"return {FOCUS}.matches(arguments[0])", css):
            return
    raise AssertionError(f"{css} cannot be reached with the keyboard")


def _wait_for_focus(page: SandboxPage, css: str) -> None:
    page.browser.wait_for(f"{FOCUS}.matches(arguments[0])", css)


def _label(event: dict[str, Any]) -> str:
    return str(event["RCSMessage"]["suggestedResponse"]["response"]["reply"]["displayText"])


def test_a_phone_is_chosen_a_card_and_a_chip_are_tapped_and_an_answer_is_written(
    page: SandboxPage, events: Events
) -> None:
    page.put(card(title="Order", suggestions=buttons("reply")), name="card")
    page.put(with_chips({"textMessage": "Come?"}, "reply"), name="chips")
    page.put({"textMessage": "Hello"}, number=OTHER, name="other")
    page.open()
    page.browser.wait_for("document.querySelectorAll('#rows li').length === 2")
    _tab_to(page, "#rows a")
    page.browser.press("down", "enter")
    page.browser.wait_for("document.getElementById('phone-number').textContent === arguments[0]", NUMBER)
    _tab_to(page, "#turns .rcs-button")
    page.browser.press("enter")
    assert _label(events.get(timeout=60)) == "Yes"
    page.wait_for_turns(3)
    page.put(with_chips({"textMessage": "Well?"}, "reply"), name="more chips")
    page.wait_for_turns(4)
    _tab_to(page, "#turns .turn:last-child .rcs-chip")
    page.browser.press("space")
    assert _label(events.get(timeout=60)) == "Yes"
    _wait_for_focus(page, "#thread")
    _tab_to(page, "#said")
    page.browser.press(*"Thanks", "enter")
    assert events.get(timeout=60)["RCSMessage"]["textMessage"] == "Thanks"
    _wait_for_focus(page, "#said")


@pytest.mark.parametrize(("opener", "dialog"), [("#open-picture", "#picture"), ("#open-place", "#place")])
def test_a_dialog_is_left_by_escape_and_sent_by_enter_and_gives_the_focus_back(
    page: SandboxPage, events: Events, opener: str, dialog: str
) -> None:
    page.open(f"/phones/{NUMBER}")
    _tab_to(page, opener)
    page.browser.press("enter")
    _wait_for_focus(page, f"{dialog} input")
    page.browser.press("escape")
    _wait_for_focus(page, opener)
    assert events.empty()
    page.browser.press("enter")
    _wait_for_focus(page, f"{dialog} input")
    page.browser.press("enter")
    assert events.get(timeout=60)["event"] == "message"
    _wait_for_focus(page, opener)


def test_the_sandbox_is_broken_and_mended_without_a_mouse(page: SandboxPage) -> None:
    page.open()
    _tab_to(page, "#open-sandbox")
    page.browser.press("enter")
    _wait_for_focus(page, "#sandbox select")
    _tab_to(page, "#add-fault button")
    page.browser.press("enter")
    page.browser.wait_for("document.querySelector('#faults code')")
    _tab_to(page, "#faults button", backwards=True)
    page.browser.press("enter")
    page.browser.wait_for("document.querySelector('#faults').textContent.startsWith('None')")
    _wait_for_focus(page, "#add-fault select")
    for css in ("#pace [name=by_hand]", "#webhooks [name=url]", "#reset", "#sandbox .buttons [data-close]"):
        _tab_to(page, css)
    page.browser.press("escape")
    _wait_for_focus(page, "#open-sandbox")


def test_a_message_is_inspected_and_moved_and_keeps_the_focus_while_it_changes(page: SandboxPage) -> None:
    page.put({"textMessage": "Hello"})
    page.open()
    page.wait_for_turns(1)
    _tab_to(page, ".turn .facts a")
    page.browser.press("enter")
    page.browser.wait_for("document.querySelector('#inspector h2')")
    _tab_to(page, "[data-name=move-displayed]")
    page.sandbox.act(NUMBER, "text", text="Something else happens")
    page.wait_for_turns(2)
    _wait_for_focus(page, "[data-name=move-displayed]")
    page.browser.press("enter")
    page.browser.wait_for("document.querySelector('.turn .facts').textContent.includes('displayed')")


def test_the_phone_is_one_key_away_and_the_search_another(page: SandboxPage) -> None:
    page.put({"textMessage": "Hello"})
    page.open()
    page.wait_for_turns(1)
    _tab_to(page, ".skip")
    page.browser.press("enter")
    _wait_for_focus(page, "#phone")
    page.browser.press("/")
    _wait_for_focus(page, "#words")
    page.browser.press(*OTHER, "enter")
    page.browser.wait_for("document.getElementById('phone-number').textContent === arguments[0]", OTHER)


def test_older_messages_and_the_newest_again_are_reached_without_a_mouse(page: SandboxPage) -> None:
    for place in range(90):
        page.put({"textMessage": f"Message {place}"}, name=f"m{place}")
    page.open()
    page.wait_for_turns(30)
    _tab_to(page, "#earlier")
    page.browser.wait_for("document.querySelectorAll('.turn').length > 30")
    _tab_to(page, "#newest", backwards=True)
    page.browser.press("enter")
    _wait_for_focus(page, "#thread")
    page.browser.wait_for("talk.followsEnd")
