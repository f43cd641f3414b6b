"""Waiting for what a script waits for."""

from datetime import timedelta

import pytest

from bothub_cli.errors import ExitCode, StillPendingError, UsageError
from bothub_cli.events.store.database import Database
from bothub_cli.events.store.read import find_last_id
from bothub_cli.events.store.wait import Awaited, DeliveryFailedError, read_goal, wait_for
from bothub_cli.events.store.write import EventStore
from tests.events.samples import NOW, received, status_event, text_event
from tests.fake_clock import FakeClock


@pytest.fixture
def store(database: Database) -> EventStore:
    return EventStore(database, profile="shop")


def test_when_the_time_is_up_it_says_how_far_the_message_got(
    database: Database, store: EventStore, clock: FakeClock
) -> None:
    store.append([received(status_event("m1", "sent")), received(status_event("other", "delivered"))])
    with pytest.raises(
        StillPendingError, match=r'"delivered" for message m1 \(so far sent\) is still pending after 3 s'
    ):
        wait_for(database, Awaited(goal="delivered", msg_id="m1"), timeout=3, clock=clock)
    assert clock.now() == NOW + timedelta(seconds=3)


def test_with_no_time_at_all_it_looks_once(database: Database, store: EventStore, clock: FakeClock) -> None:
    with pytest.raises(StillPendingError):
        wait_for(database, Awaited(goal="delivered", msg_id="m1"), timeout=0, clock=clock)
    assert clock.slept == []


@pytest.mark.parametrize("status", ["failed", "revoked", "cancelled", "canceled", "expired", "rejected"])
def test_a_failure_ends_the_wait_with_its_reason(
    database: Database, store: EventStore, clock: FakeClock, status: str
) -> None:
    event = status_event("m1", status) | {"reason": {"code": 410, "text": "opted out"}}
    clock.on_sleep = lambda: store.append([received(event)])
    with pytest.raises(DeliveryFailedError, match=r"message m1 is \w+: opted out") as failure:
        wait_for(database, Awaited(goal="delivered", msg_id="m1"), timeout=30, clock=clock)
    assert failure.value.exit_code is ExitCode.SOME_FAILED


def test_a_status_that_was_reported_before_counts(database: Database, store: EventStore, clock: FakeClock) -> None:
    store.append([received(status_event("m1", "delivered"))])
    found = wait_for(database, Awaited(goal="delivered", msg_id="m1"), timeout=30, clock=clock)
    assert found.event.status == "delivered"
    assert clock.slept == []


def test_a_later_status_satisfies_the_wait_for_an_earlier_one(
    database: Database, store: EventStore, clock: FakeClock
) -> None:
    store.append([received(status_event("m1", "read"))])
    assert (
        wait_for(database, Awaited(goal="delivered", msg_id="m1"), timeout=1, clock=clock).event.status == "displayed"
    )


def test_a_failure_can_be_what_is_waited_for(database: Database, store: EventStore, clock: FakeClock) -> None:
    store.append([received(status_event("m1", "failed"))])
    assert wait_for(database, Awaited(goal="failed", msg_id="m1"), timeout=1, clock=clock).event.status == "failed"


@pytest.mark.parametrize("word", ["deliverd", "", "sent,delivered"])
def test_a_word_that_nothing_will_ever_reach_is_refused_at_once(word: str) -> None:
    with pytest.raises(UsageError, match="is neither a status nor an event"):
        read_goal(word)


@pytest.mark.parametrize(
    ("word", "goal"),
    [("delivered", "delivered"), ("READ", "displayed"), ("canceled", "cancelled"), ("message_status", "messageStatus")],
)
def test_a_goal_is_known_by_every_spelling(word: str, goal: str) -> None:
    assert read_goal(word) == goal


def test_an_answer_of_one_number_is_awaited_from_now_on(
    database: Database, store: EventStore, clock: FakeClock
) -> None:
    store.append([received(text_event("old", "before"))])
    answers = iter([text_event("x", "somebody else", number="+33700000000"), text_event("new", "yes")])
    clock.on_sleep = lambda: store.append([received(next(answers))])
    awaited = Awaited(goal="message", number="+33612345678", after_id=find_last_id(database))
    assert wait_for(database, awaited, timeout=30, clock=clock).event.text == "yes"


def test_another_profiles_event_is_not_ours(database: Database, store: EventStore, clock: FakeClock) -> None:
    store.append([received(status_event("m1", "delivered"))])
    with pytest.raises(StillPendingError):
        wait_for(database, Awaited(goal="delivered", msg_id="m1", profile="bank"), timeout=1, clock=clock)
