"""Reading the store."""

from datetime import timedelta

import pytest

from bothub_cli.events.store.database import Database
from bothub_cli.events.store.event_records import StoredEvent
from bothub_cli.events.store.read import (
    EventFilter,
    find_event,
    find_last_id,
    list_events,
    read_conversation,
    trace_message,
)
from bothub_cli.events.store.sent import SentLog, SentMessage
from bothub_cli.events.store.write import EventStore
from tests.events.samples import NOW, received, status_event, text_event


@pytest.fixture(autouse=True)
def _filled(database: Database) -> None:
    """Two people, two profiles, one message of ours."""
    shop, bank = (EventStore(database, profile=name) for name in ("shop", "bank"))
    shop.append([received(status_event("m1", "delivered"), at=NOW + timedelta(seconds=2))])
    shop.append([received(status_event("m1", "sent"), at=NOW + timedelta(seconds=3))])
    shop.append([received(text_event("in1", "thanks"), at=NOW + timedelta(seconds=4))])
    shop.append([received(text_event("in2", "hello", number="33699999999"), at=NOW + timedelta(seconds=5))])
    bank.append([received(text_event("in3", "money"), at=NOW + timedelta(seconds=6))])
    sent = SentMessage(profile="shop", msg_id="m1", number="+33612345678", sent_at=NOW, status="pending", summary="Hi!")
    SentLog(database, keep_texts=True).record([sent])


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (EventFilter(kind="response"), []),
        (EventFilter(msg_id="' OR 1=1 --"), []),
        (EventFilter(), ["m1", "m1", "in1", "in2", "in3"]),
        (EventFilter(profile="bank"), ["in3"]),
        (EventFilter(kind="message", profile="shop"), ["in1", "in2"]),
        (EventFilter(number="+33699999999"), ["in2"]),
        (EventFilter(number="33612345678", kind="message"), ["in1", "in3"]),
        (EventFilter(msg_id="m1", status="sent"), ["m1"]),
        (EventFilter(since=NOW + timedelta(seconds=5)), ["in2", "in3"]),
        (EventFilter(until=NOW + timedelta(seconds=4)), ["m1", "m1"]),
        (EventFilter(after_id=3), ["in2", "in3"]),
    ],
)
def test_a_filter_finds_what_it_says_in_order_of_arrival(
    database: Database, wanted: EventFilter, found: list[str]
) -> None:
    assert [item.event.msg_id for item in list_events(database, wanted)] == found


def test_the_latest_events_come_in_order_of_arrival_too(database: Database) -> None:
    assert [item.event.msg_id for item in list_events(database, EventFilter(), latest=2)] == ["in2", "in3"]


def test_an_event_is_found_by_its_id(database: Database) -> None:
    last = find_last_id(database)
    found = find_event(database, last)
    assert found is not None
    assert (found.event.text, found.profile) == ("money", "bank")
    assert find_event(database, last + 1) is None


def test_the_life_of_a_message_holds_our_sending_and_every_report(database: Database) -> None:
    life = trace_message(database, "m1", profile="shop")
    assert life.sent is not None
    assert life.sent.summary == "Hi!"
    assert [item.event.status for item in life.events] == ["delivered", "sent"]
    assert life.status == "delivered"


def test_a_message_that_nobody_knows_has_no_life(database: Database) -> None:
    life = trace_message(database, "m1", profile="bank")
    assert (life.sent, life.events, life.status) == (None, (), None)


def test_a_conversation_shows_both_sides_in_order_of_time(database: Database) -> None:
    lines = list(read_conversation(database, "+33612345678", profile="shop"))
    assert isinstance(lines[0], SentMessage)
    assert [line.event.kind for line in lines[1:] if isinstance(line, StoredEvent)] == [
        "messageStatus",
        "messageStatus",
        "message",
    ]


def test_what_a_user_says_under_an_alias_belongs_to_the_conversation(database: Database) -> None:
    contact = {"userContact": "+33688888888", "chatId": "93JF"}
    alias = {"event": "alias", "RCSMessage": {"msgId": "a"}, "messageContact": contact}
    said = text_event("in9", "it is me") | {"messageContact": {"chatId": "93JF"}}
    EventStore(database, profile="shop").append([received(alias), received(said)])
    lines = read_conversation(database, "+33688888888")
    assert [line.event.kind for line in lines if isinstance(line, StoredEvent)] == ["alias", "message"]


def test_a_text_is_masked_unless_it_may_be_kept(database: Database) -> None:
    sent = SentMessage(profile="shop", msg_id="m2", number="+33", sent_at=NOW, status=None, summary="Secret")
    SentLog(database).record([sent])
    life = trace_message(database, "m2")
    assert life.sent is not None
    assert (life.sent.summary, life.sent.is_masked) == ("*** (6 characters)", True)
