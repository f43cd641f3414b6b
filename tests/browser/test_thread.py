"""The talk with a phone: it follows the newest message, stays where one reads, and never fills the page."""

import pytest

from bothub_cli.sandbox.people.lifecycle import move
from bothub_cli.sandbox.state.sandbox import Sandbox
from tests.browser.message_kinds import card, media, with_chips
from tests.browser.sandbox_page import NUMBER, SandboxPage, put_message
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

IS_AT_END = (
    "(({scrollHeight, scrollTop, clientHeight}) => scrollHeight - scrollTop - clientHeight < 2)"
    "(document.getElementById('thread'))"
)
SEQUENCES = "return [...document.querySelectorAll('.turn')].map((turn) => Number(turn.dataset.key))"
TALL_CARD = card(title="Trail shoes", media=media("TALL"))


def _fill(page: SandboxPage, count: int, *, phones: int = 1, name: str = "m") -> None:
    def put_all(state: Sandbox) -> None:
        for place in range(1, count + 1):
            number = f"+336123456{place % phones:02}" if phones > 1 else NUMBER
            put_message(state, {"textMessage": f"Message {place}"}, number=number, name=f"{name}{place}")

    page.sandbox.run(put_all)


def _set_status(page: SandboxPage, msg_id: str, status: str) -> None:
    def set_it(state: Sandbox) -> None:
        message = state.messages.find(msg_id)
        assert message
        move(state, message, status, at=state.clock.now())

    page.sandbox.run(set_it)


def _facts(page: SandboxPage, msg_id: str) -> str:
    return page.text(f"[data-msg-id={msg_id}] .facts")


def _scroll_to_top(page: SandboxPage) -> None:
    page.browser.run("document.getElementById('thread').scrollTop = 0")


def test_the_newest_message_is_in_full_view_when_a_phone_is_opened_and_when_one_arrives(page: SandboxPage) -> None:
    for place in range(4):
        page.put(TALL_CARD, name=f"m{place}")
    page.open()
    page.wait_for_turns(4)
    page.browser.wait_for(IS_AT_END)
    page.put(with_chips(TALL_CARD, "reply"), name="m4")
    page.wait_for_turns(5)
    page.browser.wait_for(IS_AT_END)
    page.browser.click("button.rcs-chip")
    page.wait_for_turns(6)
    page.browser.wait_for(IS_AT_END)


def test_who_reads_older_messages_is_not_moved_by_a_new_one(page: SandboxPage) -> None:
    for place in range(4):
        page.put(TALL_CARD, name=f"m{place}")
    page.open()
    page.wait_for_turns(4)
    _scroll_to_top(page)
    page.browser.wait_for("document.getElementById('newest').checkVisibility()")
    page.put({"textMessage": "Hello"}, name="m4")
    page.wait_for_turns(5)
    assert page.browser.run("return document.getElementById('thread').scrollTop") == 0
    page.browser.click("#newest")
    page.browser.wait_for(IS_AT_END)


def test_the_status_of_the_oldest_message_on_the_page_changes_without_a_reload(page: SandboxPage) -> None:
    _fill(page, 80)
    page.open()
    page.wait_for_turns(30)
    _scroll_to_top(page)
    page.wait_for_turns(60)
    oldest = f"m{80 - 60 + 1}"
    assert "pending" in _facts(page, oldest)
    _set_status(page, oldest, "displayed")
    wait_until(lambda: "displayed" in _facts(page, oldest), what="the oldest message is displayed")


def test_a_flood_of_changes_reaches_every_message_on_the_page(page: SandboxPage) -> None:
    _fill(page, 60)
    page.open()
    page.wait_for_turns(30)
    _scroll_to_top(page)
    page.wait_for_turns(60)

    def deliver_and_flood(state: Sandbox) -> None:
        for message in list(state.messages):
            move(state, message, "delivered", at=state.clock.now())
        for place in range(600):  # more changes than are named
            put_message(state, {"textMessage": "Noise"}, number="+33612345679", name=f"noise{place}")

    page.sandbox.run(deliver_and_flood)
    everything = (
        "[...document.querySelectorAll('.turn .facts')].every((facts) => facts.textContent.includes('delivered'))"
    )
    page.browser.wait_for(everything)


def test_a_burst_leaves_no_hole_in_the_talk(page: SandboxPage) -> None:
    _fill(page, 5)
    page.open()
    page.wait_for_turns(5)
    _fill(page, 100, name="more")
    page.browser.wait_for("document.querySelector('.turn:last-child').dataset.msgId === 'more100'")
    sequences = page.browser.run(SEQUENCES)
    assert sequences == list(range(sequences[0], 106))
    assert page.browser.run("return document.getElementById('earlier').hidden") is False


def test_scrolling_back_reads_ten_thousand_messages_without_a_gap_and_keeps_two_hundred(page: SandboxPage) -> None:
    _fill(page, 10_000)
    page.open()
    page.wait_for_turns(30)
    first = 10_000 - 30 + 1
    for _ in range(12):
        page.browser.run("document.getElementById('earlier').click()")
        page.browser.wait_for("Number(document.querySelector('.turn').dataset.key) < arguments[0]", first)
        sequences = page.browser.run(SEQUENCES)
        assert sequences == list(range(sequences[0], sequences[-1] + 1))
        assert len(sequences) <= 200
        first = sequences[0]
    assert first == 10_000 - 13 * 30 + 1
    assert page.browser.run("return document.querySelectorAll('*').length") < 3_000
    page.browser.click("#newest")
    page.browser.wait_for("document.querySelector('.turn:last-child').dataset.msgId === 'm10000'")
    page.browser.wait_for(IS_AT_END)


def test_what_is_read_stays_in_its_place_when_older_messages_come(page: SandboxPage) -> None:
    _fill(page, 100)
    page.open()
    page.wait_for_turns(30)
    _scroll_to_top(page)
    page.wait_for_turns(60)
    top = "document.getElementById('thread').getBoundingClientRect().top"
    first = "document.querySelector('[data-msg-id=m71]').getBoundingClientRect().top"
    assert 0 <= page.browser.run(f"return {first} - {top}") < 100


def test_an_old_message_opened_by_its_address_stands_in_the_thread(page: SandboxPage) -> None:
    _fill(page, 300)
    page.open("/messages/m20")
    page.browser.wait_for("document.querySelector('.turn[aria-current]')?.dataset.msgId === 'm20'")
    box, thread = page.boxes(".turn[aria-current]")[0], page.boxes("#thread")[0]
    assert thread["y"] <= box["y"] < thread["y"] + thread["height"]
    page.put({"textMessage": "New"}, name="new")
    page.browser.click("#newest")
    page.browser.wait_for("document.querySelector('.turn:last-child').dataset.msgId === 'new'")


def test_ten_thousand_messages_and_a_hundred_phones_are_listed_a_page_at_a_time(page: SandboxPage) -> None:
    _fill(page, 10_000, phones=100)
    page.open("/everything")
    page.browser.wait_for("document.querySelectorAll('#rows li').length === 50")
    page.browser.click("#older")
    page.browser.wait_for("document.querySelector('#rows .gist').textContent === 'Message 9950'")
    assert page.browser.run("return document.querySelectorAll('#rows li').length") == 50
    page.browser.click("#newer")
    page.browser.wait_for("document.querySelector('#rows .gist').textContent === 'Message 10000'")
    page.browser.type("#words", "Message 1234")
    page.browser.wait_for("document.querySelectorAll('#rows li').length === 1")
    page.browser.click("#show-phones")
    page.browser.run("document.getElementById('words').value = ''; document.getElementById('words').oninput()")
    page.browser.wait_for("document.querySelectorAll('#rows li').length === 100")
    assert page.browser.run("return document.querySelectorAll('*').length") < 3_000
    assert page.browser.messages() == []


@pytest.mark.parametrize("width", [320, 400, 1_200, 2_000])
def test_nothing_of_the_phone_lies_where_nobody_can_scroll_to(page: SandboxPage, width: int) -> None:
    _fill(page, 3)
    page.browser.set_width(width)
    page.open()
    page.wait_for_turns(3)
    box = page.boxes("#device")[0]
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.browser.run("return phone.scrollWidth - phone.clientWidth") == 0
    page.browser.set_width(None)


@pytest.mark.parametrize("width", [400, 900, 1_200])
def test_what_is_written_and_where_one_writes_are_in_one_view(page: SandboxPage, width: int) -> None:
    _fill(page, 3)
    page.browser.set_width(width)  # 900 high
    page.open()
    page.wait_for_turns(3)
    height = page.boxes("#device")[0]["height"]
    page.browser.set_width(None)
    assert 480 <= height <= 800


def test_the_way_to_the_newest_covers_no_link(page: SandboxPage) -> None:
    _fill(page, 60)
    page.open()
    page.wait_for_turns(30)
    _scroll_to_top(page)
    page.browser.wait_for("!document.getElementById('newest').hidden")
    button, thread = page.boxes("#newest")[0], page.boxes("#thread")[0]
    assert thread["y"] + thread["height"] <= button["y"]
